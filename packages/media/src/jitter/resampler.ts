/** Reads a stream of samples at a rate that may change from block to block: how a microphone's clock is followed. */

const TAPS = 32;
const PHASES = 256;
const CUTOFF = 0.94;
const BETA = 8.5;
const KERNEL = makeKernel();

/** Samples held: 200 ms, more than any packet and what is needed around it. */
const CAPACITY = 16_384;

/**
 * A variable-rate reader with a windowed-sinc kernel (32 taps, Kaiser window).
 *
 * Runs every 20 ms for every speaker: no allocation.
 */
export class Resampler {
  readonly #ring = new Float32Array(CAPACITY);
  #written = TAPS;
  /** Place of the next output sample in the input, as a whole number and a fraction of it. */
  #whole = TAPS / 2;
  #fraction = 0;

  /** Input samples that are held and not yet read past. */
  get held(): number {
    return this.#written - this.#whole - TAPS / 2;
  }

  /** Takes input samples; what does not fit any more is a bug of the caller. */
  write(samples: Float32Array, count: number): void {
    for (let i = 0; i < count; i++) this.#ring[(this.#written + i) & (CAPACITY - 1)] = samples[i] ?? 0;
    this.#written += count;
  }

  /** Input samples that a block of `count` at `ratio` needs to be held. */
  need(count: number, ratio: number): number {
    return Math.ceil(count * ratio) + 1;
  }

  /**
   * Fills `out`. The caller has made sure that enough is held.
   *
   * @param ratio input samples for one output sample, about 1
   */
  read(out: Float32Array, ratio: number): void {
    for (let i = 0; i < out.length; i++) {
      out[i] = this.#sample();
      this.#fraction += ratio;
      const step = Math.floor(this.#fraction);
      this.#whole += step;
      this.#fraction -= step;
    }
  }

  #sample(): number {
    const exact = this.#fraction * PHASES;
    const phase = Math.floor(exact);
    const blend = exact - phase;
    const row = phase * TAPS;
    const first = this.#whole - TAPS / 2 + 1;
    let sum = 0;
    for (let k = 0; k < TAPS; k++) {
      const a = KERNEL[row + k] ?? 0;
      const b = KERNEL[row + TAPS + k] ?? 0;
      sum += (a + blend * (b - a)) * (this.#ring[(first + k) & (CAPACITY - 1)] ?? 0);
    }
    return sum;
  }
}

function makeKernel(): Float32Array {
  const kernel = new Float32Array((PHASES + 1) * TAPS);
  for (let phase = 0; phase <= PHASES; phase++) {
    let sum = 0;
    const row = phase * TAPS;
    for (let k = 0; k < TAPS; k++) {
      const x = k - TAPS / 2 + 1 - phase / PHASES;
      const inside = Math.max(0, 1 - (x / (TAPS / 2)) ** 2);
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

function bessel(x: number): number {
  let sum = 1;
  let term = 1;
  for (let k = 1; k < 30; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}
