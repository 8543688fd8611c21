/** What is heard when nobody is: a soft chord that breathes, made sample by sample. */

import { SAMPLE_RATE } from "@odeon/core/shared/program";

/** A major ninth, low and open. */
const NOTES = [130.81, 196, 246.94, 293.66, 329.63] as const;
const AMPLITUDE = 0.035;
const BREATH_SECONDS = 8;

/** The slate of one Space; `mix` fades it in and out over about a second. */
export class Slate {
  #sample = 0;
  #gain = 0;

  /** Adds the slate to `block`, or fades it away. Runs every 20 ms: no allocation. */
  mix(block: Float32Array, on: boolean): void {
    if (!on && this.#gain === 0) return;
    const step = (on ? 1 : -2) / SAMPLE_RATE;
    for (let i = 0; i < block.length; i++) {
      this.#gain = Math.min(1, Math.max(0, this.#gain + step));
      block[i] = (block[i] ?? 0) + this.#gain * this.#tone(this.#sample++);
    }
  }

  #tone(sample: number): number {
    const seconds = sample / SAMPLE_RATE;
    let sum = 0;
    for (let n = 0; n < NOTES.length; n++) {
      const breath = 0.6 + 0.4 * Math.sin((2 * Math.PI * seconds) / BREATH_SECONDS + n);
      sum += breath * Math.sin(2 * Math.PI * (NOTES[n] ?? 0) * seconds);
    }
    return AMPLITUDE * sum;
  }
}
