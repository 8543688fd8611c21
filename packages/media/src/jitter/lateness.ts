/** How late packets come, against the earliest of the last seconds: what a jitter buffer's depth is made of. */

/** Packets remembered: ten seconds of 20 ms. */
const WINDOW = 500;
/** Transits are compared within this many packets, so that a clock that drifts does not look late. */
const EPOCH = 100;

/** Remembers transits in a ring; everything in milliseconds. */
export class Lateness {
  readonly #transits = new Float64Array(WINDOW);
  #count = 0;

  /** Notes one packet. @param arrivedAt milliseconds, monotonic. @param mediaTime its timestamp in milliseconds */
  note(arrivedAt: number, mediaTime: number): void {
    this.#transits[this.#count % WINDOW] = arrivedAt - mediaTime;
    this.#count += 1;
  }

  /** The lateness that `share` of the remembered packets stay under; 0 before the first. */
  percentile(share: number): number {
    const count = Math.min(this.#count, WINDOW);
    if (count === 0) return 0;
    const late: number[] = [];
    const oldest = this.#count - count;
    for (let start = oldest; start < this.#count; start += EPOCH) {
      const end = Math.min(this.#count, start + EPOCH);
      let least = Number.POSITIVE_INFINITY;
      for (let i = Math.max(oldest, end - EPOCH); i < end; i++) least = Math.min(least, this.#transits[i % WINDOW] ?? 0);
      for (let i = start; i < end; i++) late.push((this.#transits[i % WINDOW] ?? 0) - least);
    }
    late.sort((a, b) => a - b);
    return late[Math.min(late.length - 1, Math.floor(share * late.length))] ?? 0;
  }

  /** A new source has another clock. */
  reset(): void {
    this.#count = 0;
  }
}
