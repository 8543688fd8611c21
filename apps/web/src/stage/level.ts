/** Loudness for meters. */

const FLOOR_DB = -60;
/** From here on a meter shows that somebody speaks, not that a room hums. */
export const SOUND_LEVEL = 0.25;

/** Root mean square of `samples` (full scale ±1) as 0 to 1, where 0 is -60 dBFS or less and 1 is full scale. */
export function levelOf(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const rms = Math.sqrt(sum / Math.max(1, samples.length));
  return rms === 0 ? 0 : Math.min(1, Math.max(0, 1 - (20 * Math.log10(rms)) / FLOOR_DB));
}
