/**
 * Loudness of mono programme at 48 kHz.
 *
 * @see ITU-R BS.1770-4 annex 1
 * @see EBU Tech 3341 for momentary and short-term
 */

/** Samples between two measurements: 100 ms. */
const HOP = 4_800;
const MOMENTARY_HOPS = 4;
const SHORT_TERM_HOPS = 30;
const ABSOLUTE_GATE = -70;
const RELATIVE_GATE = 10;
/** A histogram from -70 LUFS up in steps of 0.1 LU: an integrated loudness of any duration in constant memory. */
const BINS = 900;
const BINS_PER_LU = 10;
/** Filter states under this are silence; without the cut they would sink into slow denormal numbers. */
const NOTHING = 1e-30;

/** LUFS of the K-weighted mean square of one channel; -120.7 for silence. */
export function toLufs(meanSquare: number): number {
  return -0.691 + 10 * Math.log10(Math.max(1e-12, meanSquare));
}

/** Measures a program as it goes by. Runs every 20 ms: no allocation. */
export class Loudness {
  readonly #weighting = new KWeighting();
  readonly #hops = new Float64Array(SHORT_TERM_HOPS);
  readonly #binCounts = new Float64Array(BINS);
  readonly #binPowers = new Float64Array(BINS);
  #count = 0;
  #filled = 0;
  #sum = 0;

  /** 100 ms measured so far. */
  get hops(): number {
    return this.#count;
  }

  /** Mean square, K-weighted, of the last 400 ms; 0 before. */
  get power(): number {
    return this.#mean(MOMENTARY_HOPS);
  }

  /** LUFS of the last 400 ms. */
  get momentary(): number {
    return toLufs(this.power);
  }

  /** LUFS of the last 3 s. */
  get shortTerm(): number {
    return toLufs(this.#mean(SHORT_TERM_HOPS));
  }

  /** LUFS of everything heard, gated at -70 LUFS and 10 LU under what passes that; -Infinity while all is silence. */
  get integrated(): number {
    const ungated = this.#binned(0);
    if (ungated === 0) return Number.NEGATIVE_INFINITY;
    return toLufs(this.#binned(Math.max(0, binOf(toLufs(ungated) - RELATIVE_GATE))));
  }

  /** Takes the next samples, full scale ±1; any number of them. */
  process(block: Float32Array): void {
    let start = 0;
    while (start < block.length) {
      const end = Math.min(block.length, start + HOP - this.#filled);
      this.#sum += this.#weighting.energy(block, start, end);
      this.#filled += end - start;
      start = end;
      if (this.#filled === HOP) this.#hop();
    }
  }

  #hop(): void {
    this.#hops[this.#count % SHORT_TERM_HOPS] = this.#sum / HOP;
    this.#count += 1;
    this.#sum = 0;
    this.#filled = 0;
    if (this.#count < MOMENTARY_HOPS) return;
    const { power } = this;
    const lufs = toLufs(power);
    if (lufs <= ABSOLUTE_GATE) return;
    const bin = Math.min(BINS - 1, binOf(lufs));
    this.#binCounts[bin] = (this.#binCounts[bin] ?? 0) + 1;
    this.#binPowers[bin] = (this.#binPowers[bin] ?? 0) + power;
  }

  #mean(hops: number): number {
    if (this.#count < hops) return 0;
    let sum = 0;
    for (let i = this.#count - hops; i < this.#count; i++) sum += this.#hops[i % SHORT_TERM_HOPS] ?? 0;
    return sum / hops;
  }

  #binned(from: number): number {
    let count = 0;
    let power = 0;
    for (let bin = from; bin < BINS; bin++) {
      count += this.#binCounts[bin] ?? 0;
      power += this.#binPowers[bin] ?? 0;
    }
    return count === 0 ? 0 : power / count;
  }
}

/**
 * LUFS of the first `count` of 400 ms `powers`, gated 10 LU under their mean.
 *
 * @param powers K-weighted mean squares, each already over the absolute gate; not empty
 */
export function gatedLufs(powers: Float64Array, count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += powers[i] ?? 0;
  const gate = sum / count / 10 ** (RELATIVE_GATE / 10);
  let loud = 0;
  let loudSum = 0;
  for (let i = 0; i < count; i++) {
    const power = powers[i] ?? 0;
    if (power <= gate) continue;
    loud += 1;
    loudSum += power;
  }
  return toLufs(loudSum / Math.max(1, loud));
}

function binOf(lufs: number): number {
  return Math.floor((lufs - ABSOLUTE_GATE) * BINS_PER_LU);
}

/** The two filters of annex 1 in a row, transposed direct form II: a shelf for the head, a high-pass for how low tones are heard. */
class KWeighting {
  #s1 = 0;
  #s2 = 0;
  #h1 = 0;
  #h2 = 0;

  /** The sum of the squares of the weighted samples from `start` up to `end`. */
  energy(block: Float32Array, start: number, end: number): number {
    let [s1, s2, h1, h2, sum] = [this.#s1, this.#s2, this.#h1, this.#h2, 0];
    for (let i = start; i < end; i++) {
      const x = block[i] ?? 0;
      const shelved = 1.53512485958697 * x + s1;
      s1 = -2.69169618940638 * x + 1.69065929318241 * shelved + s2;
      s2 = 1.19839281085285 * x - 0.73248077421585 * shelved;
      const y = shelved + h1;
      h1 = -2 * shelved + 1.99004745483398 * y + h2;
      h2 = shelved - 0.99007225036621 * y;
      sum += y * y;
    }
    this.#s1 = settled(s1);
    this.#s2 = settled(s2);
    this.#h1 = settled(h1);
    this.#h2 = settled(h2);
    return sum;
  }
}

function settled(state: number): number {
  return Math.abs(state) > NOTHING && Math.abs(state) < 1 / NOTHING ? state : 0;
}
