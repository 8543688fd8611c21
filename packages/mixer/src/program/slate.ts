/** What is heard when nobody is: a soft chord that breathes. */

import { SAMPLE_RATE } from "@odeon/core/shared/program";

/** A major ninth, low and open; each a whole number of cycles in a breath, so that breath joins breath without a seam. */
const NOTES = [130.875, 196, 247, 293.625, 329.625] as const;
const AMPLITUDE = 0.035;
const BREATH_SECONDS = 8;

/** One breath, made once for every Space. */
let breath: Float32Array | null = null;

/** The slate of one Space; `mix` fades it in and out over about a second. */
export class Slate {
  readonly #breath: Float32Array;
  #at = 0;
  #gain = 0;

  constructor() {
    breath ??= makeBreath();
    this.#breath = breath;
  }

  /** Adds the slate to `block`, or fades it away. Runs every 20 ms: no allocation. */
  mix(block: Float32Array, on: boolean): void {
    if (!on && this.#gain === 0) return;
    const step = (on ? 1 : -2) / SAMPLE_RATE;
    for (let i = 0; i < block.length; i++) {
      this.#gain = Math.min(1, Math.max(0, this.#gain + step));
      block[i] = (block[i] ?? 0) + this.#gain * (this.#breath[this.#at] ?? 0);
      this.#at = this.#at + 1 === this.#breath.length ? 0 : this.#at + 1;
    }
  }
}

function makeBreath(): Float32Array {
  return Float32Array.from({ length: BREATH_SECONDS * SAMPLE_RATE }, (_, sample) => {
    const seconds = sample / SAMPLE_RATE;
    const loudness = (n: number): number => 0.6 + 0.4 * Math.sin((2 * Math.PI * seconds) / BREATH_SECONDS + n);
    return AMPLITUDE * NOTES.reduce((sum, hertz, n) => sum + loudness(n) * Math.sin(2 * Math.PI * hertz * seconds), 0);
  });
}
