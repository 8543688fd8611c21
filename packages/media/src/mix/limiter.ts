/** A look-ahead limiter: two loud speakers never clip, and one is not touched. */

const CEILING = 0.97;
const LOOK = 120;
/** Share of the way back to 1 taken each sample: about 80 ms. */
const RELEASE = 1 / 3_840;

/**
 * Delays by {@link Limiter.LATENCY} samples and keeps |out| at or under 0.97.
 *
 * The gain of a sample is the mean of 120 values, each the least gain that some sample within 120 needs: so it is never more than the sample itself needs.
 * Runs every 20 ms: no allocation.
 */
export class Limiter {
  /** Samples of delay: 2.5 ms. */
  static readonly LATENCY = LOOK;

  readonly #delay = new Float32Array(LOOK);
  readonly #needs = new Float32Array(LOOK).fill(1);
  readonly #held = new Float64Array(LOOK).fill(1);
  #at = 0;
  #slow = 1;

  /** Limits `block` in place. */
  process(block: Float32Array): void {
    for (let i = 0; i < block.length; i++) block[i] = this.#step(block[i] ?? 0);
  }

  #step(sample: number): number {
    const magnitude = Math.abs(sample);
    const out = this.#delay[this.#at] ?? 0;
    // The mean is taken before this sample's value enters: it covers exactly the window of the sample that leaves.
    const gain = this.#mean();
    this.#delay[this.#at] = sample;
    this.#needs[this.#at] = magnitude > CEILING ? CEILING / magnitude : 1;
    const least = this.#least();
    this.#slow = Math.min(least, this.#slow + (1 - this.#slow) * RELEASE);
    this.#held[this.#at] = this.#slow;
    this.#at = (this.#at + 1) % LOOK;
    return out * gain;
  }

  #least(): number {
    if (this.#slow === 1 && (this.#needs[this.#at] ?? 1) === 1) return 1;
    let least = 1;
    for (let i = 0; i < LOOK; i++) least = Math.min(least, this.#needs[i] ?? 1);
    return least;
  }

  #mean(): number {
    if (this.#slow === 1) {
      if ((this.#held[this.#at] ?? 1) === 1 && this.#settled()) return 1;
    }
    let sum = 0;
    for (let i = 0; i < LOOK; i++) sum += this.#held[i] ?? 1;
    return Math.min(1, sum / LOOK);
  }

  #settled(): boolean {
    for (let i = 0; i < LOOK; i++) if (this.#held[i] !== 1) return false;
    return true;
  }
}
