/** How late packets come, against the earliest of the last seconds: what a jitter buffer's depth is made of. */

/** Packets remembered: ten seconds of 20 ms. */
const WINDOW = 512;
/** Milliseconds over which the earliest is sought, once or twice: short, so that a clock that drifts does not look late. */
const EPOCH_MS = 1_500;

/** Remembers what packets' ways took; everything in milliseconds. */
export class Lateness {
  readonly #late = new Float32Array(WINDOW);
  readonly #sorted = new Float32Array(WINDOW);
  #count = 0;
  #epoch = Number.NEGATIVE_INFINITY;
  #least = Number.POSITIVE_INFINITY;
  #leastBefore = Number.POSITIVE_INFINITY;

  /** The least transit of the last 1.5 to 3 s; Infinity before the first packet. */
  get base(): number {
    return Math.min(this.#least, this.#leastBefore);
  }

  /**
   * Notes one packet.
   *
   * @param arrivedAt monotonic
   * @param transit `arrivedAt` less the packet's own time: only differences have a meaning
   * @returns how late it is
   */
  note(arrivedAt: number, transit: number): number {
    if (arrivedAt - this.#epoch > EPOCH_MS) {
      // After a long pause the old earliest says nothing: the clocks have drifted apart.
      this.#leastBefore = arrivedAt - this.#epoch > 8 * EPOCH_MS ? Number.POSITIVE_INFINITY : this.#least;
      this.#least = Number.POSITIVE_INFINITY;
      this.#epoch = arrivedAt;
    }
    this.#least = Math.min(this.#least, transit);
    const late = transit - this.base;
    this.#late[this.#count % WINDOW] = late;
    this.#count += 1;
    return late;
  }

  /** The lateness that `share` of the remembered packets stay under; 0 before the first. */
  percentile(share: number): number {
    const count = Math.min(this.#count, WINDOW);
    const sorted = this.#sorted.subarray(0, count);
    sorted.set(this.#late.subarray(0, count));
    sorted.sort();
    return sorted[Math.min(count - 1, Math.floor(share * count))] ?? 0;
  }

  /** Another source, or another timeline: its transits compare with none before, while the network's lateness stays known. */
  rebase(): void {
    this.#epoch = Number.NEGATIVE_INFINITY;
    this.#least = Number.POSITIVE_INFINITY;
    this.#leastBefore = Number.POSITIVE_INFINITY;
  }
}
