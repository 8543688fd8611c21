/** Sums and differences of blocks of samples. Everything runs every 20 ms: no allocation, no exceptions. */

/** Adds `own` to `sum`. @param sum 960 mono samples at 48 kHz, full scale ±1; changed in place */
export function addInto(sum: Float32Array, own: Float32Array): void {
  for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] ?? 0) + (own[i] ?? 0);
}

/**
 * Subtracts one speaker from the sum, so nobody hears themself.
 *
 * `sum` is the plain sum, before any limiter: from a limited sum the subtraction would leave the speaker an echo.
 *
 * @param out overwritten
 */
export function mixMinus(out: Float32Array, sum: Float32Array, own: Float32Array): void {
  for (let i = 0; i < out.length; i++) out[i] = (sum[i] ?? 0) - (own[i] ?? 0);
}
