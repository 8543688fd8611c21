/** Reads a stream of samples at a rate that may change from block to block: how a microphone's clock is followed. */

const TAPS = 24;
const HALF = TAPS / 2;
/** So many that the nearest one is exact to 80 dB at 8 kHz, without blending two. */
const PHASES = 4_096;
const CUTOFF = 0.92;
const BETA = 7;
const KERNEL = makeKernel();
/** Samples held: 340 ms, more than any packet and what is needed around it. */
const CAPACITY = 16_384;

/**
 * A variable-rate reader with a windowed-sinc kernel (24 taps, Kaiser window).
 *
 * Runs every 20 ms for every speaker: no allocation.
 */
export class Resampler {
  readonly #samples = new Float32Array(CAPACITY);
  #written = TAPS;
  /** Place of the next output sample in the input, as a whole number and a fraction of it. */
  #whole = HALF;
  #fraction = 0;

  /** Input samples that are held and not yet read past, without those that the kernel needs ahead. */
  get held(): number {
    return this.#written - this.#whole - HALF;
  }

  /** Input samples from the next output sample to the newest written, to a fraction. */
  get pending(): number {
    return this.#written - this.#whole - this.#fraction;
  }

  /** Takes input samples: at most 5,760, and only while fewer than 5,760 are held. */
  write(samples: Float32Array, count: number): void {
    if (this.#written + count > CAPACITY) this.#compact();
    this.#samples.set(count === samples.length ? samples : samples.subarray(0, count), this.#written);
    this.#written += count;
  }

  /** Input samples that a block of `count` at `ratio` needs to be held. */
  need(count: number, ratio: number): number {
    return Math.ceil(count * ratio) + 1;
  }

  /**
   * Fills `out`. The caller has made sure that enough is held.
   *
   * @param ratio input samples for one output sample, 0.95 to 1.05
   */
  read(out: Float32Array, ratio: number): void {
    const samples = this.#samples;
    let whole = this.#whole;
    let fraction = this.#fraction;
    for (let i = 0; i < out.length; i++) {
      let row = Math.round(fraction * PHASES) * TAPS;
      let at = whole - HALF + 1;
      let even = 0;
      let odd = 0;
      for (let k = 0; k < TAPS; k += 2) {
        even += (KERNEL[row] ?? 0) * (samples[at] ?? 0);
        odd += (KERNEL[row + 1] ?? 0) * (samples[at + 1] ?? 0);
        row += 2;
        at += 2;
      }
      out[i] = even + odd;
      fraction += ratio;
      const step = Math.floor(fraction);
      whole += step;
      fraction -= step;
    }
    this.#whole = whole;
    this.#fraction = fraction;
  }

  #compact(): void {
    const from = this.#whole - HALF;
    this.#samples.copyWithin(0, from, this.#written);
    this.#written -= from;
    this.#whole = HALF;
  }
}

function makeKernel(): Float32Array {
  const kernel = new Float32Array((PHASES + 1) * TAPS);
  for (let phase = 0; phase <= PHASES; phase++) {
    let sum = 0;
    const row = phase * TAPS;
    for (let k = 0; k < TAPS; k++) {
      const x = k - HALF + 1 - phase / PHASES;
      const inside = Math.max(0, 1 - (x / HALF) ** 2);
      const value = sinc(CUTOFF * x) * bessel(BETA * Math.sqrt(inside));
      kernel[row + k] = value;
      sum += value;
    }
    for (let k = 0; k < TAPS; k++) kernel[row + k] = (kernel[row + k] ?? 0) / sum;
  }
  return kernel;
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/** The modified Bessel function of the first kind and order zero. */
function bessel(x: number): number {
  let sum = 1;
  let term = 1;
  for (let k = 1; k < 24; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}
