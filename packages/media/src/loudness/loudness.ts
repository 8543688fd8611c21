/**
 * Loudness of mono programme at 48 kHz.
 *
 * @see ITU-R BS.1770-4 annex 1
 */

/** One second-order section, direct form I. */
class Biquad {
  readonly #b: readonly [number, number, number];
  readonly #a: readonly [number, number];
  #x1 = 0;
  #x2 = 0;
  #y1 = 0;
  #y2 = 0;

  constructor(b: readonly [number, number, number], a: readonly [number, number]) {
    this.#b = b;
    this.#a = a;
  }

  step(x: number): number {
    const y = this.#b[0] * x + this.#b[1] * this.#x1 + this.#b[2] * this.#x2 - this.#a[0] * this.#y1 - this.#a[1] * this.#y2;
    this.#x2 = this.#x1;
    this.#x1 = x;
    this.#y2 = this.#y1;
    this.#y1 = y;
    return y;
  }
}

/** K-weights samples and gives the mean square of each block. */
export class KWeighting {
  readonly #shelf = new Biquad([1.53512485958697, -2.69169618940638, 1.19839281085285], [-1.69065929318241, 0.73248077421585]);
  readonly #highPass = new Biquad([1, -2, 1], [-1.99004745483398, 0.99007225036621]);

  /** The K-weighted mean square of `block`. Runs every 20 ms: no allocation. */
  meanSquare(block: Float32Array): number {
    let sum = 0;
    for (let i = 0; i < block.length; i++) {
      const weighted = this.#highPass.step(this.#shelf.step(block[i] ?? 0));
      sum += weighted * weighted;
    }
    return sum / block.length;
  }
}

/** LUFS of a K-weighted mean square of one channel. */
export function toLufs(meanSquare: number): number {
  return -0.691 + 10 * Math.log10(Math.max(1e-12, meanSquare));
}

/**
 * Integrated loudness of 400 ms blocks, gated at -70 LUFS and at 10 LU under the ungated mean; -Infinity when all is silence.
 *
 * @param blocks K-weighted mean squares
 */
export function gatedLufs(blocks: readonly number[]): number {
  const audible = blocks.filter((block) => toLufs(block) > -70);
  if (audible.length === 0) return Number.NEGATIVE_INFINITY;
  const gate = toLufs(mean(audible)) - 10;
  const loud = audible.filter((block) => toLufs(block) > gate);
  return toLufs(mean(loud));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
