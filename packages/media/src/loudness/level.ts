/** A block's level for meters. */

const FLOOR_DB = -60;

/**
 * RMS of `block`, mapped from -60 to 0 dBFS onto 0 to 1; an empty block is silent.
 *
 * Runs every 20 ms for every speaker: no allocation.
 */
export function levelOf(block: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < block.length; i++) sum += (block[i] ?? 0) ** 2;
  const db = 10 * Math.log10(Math.max(1e-12, sum / Math.max(1, block.length)));
  return Math.min(1, Math.max(0, 1 - db / FLOOR_DB));
}
