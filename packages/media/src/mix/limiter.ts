/** A look-ahead limiter: two loud speakers never clip, and one is not touched. */

const CEILING = 0.97;
/** Samples whose needs are known before the first of them leaves. */
const WINDOW = 121;
/** Share of the way back to 1 taken each sample: about 80 ms. */
const RELEASE = 1 / 3_840;
/** So near to 1 the gain is 1: what follows passes bit for bit. */
const SETTLED = 0.9999;
/** Beyond this a sample is not sound but a fault of who made it, and is silenced. */
const ABSURD = 1e6;

/**
 * Delays by {@link Limiter.LATENCY} samples and keeps |out| at or under 0.97, across blocks of any length.
 *
 * A sample's gain is the mean over a window of gains each of which is at most what the sample needs: so is their mean.
 * Runs every 20 ms, for every talker: no allocation, constant work a sample.
 */
export class Limiter {
  /** Samples of delay: 2.5 ms. */
  static readonly LATENCY = WINDOW - 1;

  readonly #delay = new Float32Array(WINDOW);
  readonly #gains = new Float64Array(WINDOW).fill(1);
  #at = 0;
  #gain = 1;
  #sum = WINDOW;
  /** Gains of 1 in a row: a whole window of them means that nothing is limited. */
  #ones = WINDOW;
  /** The window's least needs, rising from oldest to newest: values and the samples they belong to. */
  readonly #needs = new Float64Array(WINDOW);
  readonly #owners = new Float64Array(WINDOW);
  #head = 0;
  #waiting = 0;
  #count = 0;

  /** Limits `block` in place. */
  process(block: Float32Array): void {
    for (let i = 0; i < block.length; i++) block[i] = this.#step(block[i] ?? 0);
  }

  #step(given: number): number {
    const magnitude = Math.abs(given);
    const sample = magnitude < ABSURD ? given : 0;
    this.#delay[this.#at] = sample;
    const least = this.#least(sample === 0 || magnitude <= CEILING ? 1 : CEILING / magnitude);
    const back = this.#gain + (1 - this.#gain) * RELEASE;
    this.#gain = Math.min(least, back > SETTLED ? 1 : back);
    this.#ones = this.#gain === 1 ? this.#ones + 1 : 0;
    this.#sum += this.#gain - (this.#gains[this.#at] ?? 1);
    this.#gains[this.#at] = this.#gain;
    this.#at = this.#at + 1 === WINDOW ? 0 : this.#at + 1;
    this.#count += 1;
    const out = this.#delay[this.#at] ?? 0;
    if (this.#ones < WINDOW) return (out * this.#sum) / WINDOW;
    this.#sum = WINDOW;
    return out;
  }

  /** The least need of the window that ends with a sample of need `own`. */
  #least(own: number): number {
    if (this.#waiting > 0 && (this.#owners[this.#head] ?? 0) <= this.#count - WINDOW) {
      this.#head = (this.#head + 1) % WINDOW;
      this.#waiting -= 1;
    }
    if (own < 1) {
      while (this.#waiting > 0 && (this.#needs[(this.#head + this.#waiting - 1) % WINDOW] ?? 1) >= own) this.#waiting -= 1;
      const last = (this.#head + this.#waiting) % WINDOW;
      this.#needs[last] = own;
      this.#owners[last] = this.#count;
      this.#waiting += 1;
    }
    return this.#waiting === 0 ? 1 : (this.#needs[this.#head] ?? 1);
  }
}
