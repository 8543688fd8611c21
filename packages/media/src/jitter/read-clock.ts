/** The time of a read when its caller names none: counted in ticks, held to the arrivals. */

const TICK_MS = 20;
/** Reads after which the count is drawn back to the arrivals: 5 s. */
const WINDOW = 250;

/** Estimates when reads are due, to within one packet's interval. */
export class ReadClock {
  #now = Number.NaN;
  #newest = Number.NEGATIVE_INFINITY;
  #arrivals = 0;
  #slack = Number.POSITIVE_INFINITY;
  #reads = 0;

  /** Notes that a packet came. @param at milliseconds, monotonic */
  arrived(at: number): void {
    this.#newest = Math.max(this.#newest, at);
    this.#arrivals += 1;
  }

  /** The time of the next read. */
  next(): number {
    if (this.#newest === Number.NEGATIVE_INFINITY) return 0;
    this.#now = Number.isNaN(this.#now) ? this.#newest : Math.max(this.#now + TICK_MS, this.#newest);
    this.#slack = Math.min(this.#slack, this.#now - this.#newest);
    if (++this.#reads % WINDOW === 0) {
      // A late batch of reads pushed the count ahead for good; silence, in which nothing arrives, says nothing about that.
      if (this.#arrivals > WINDOW / 10) this.#now -= this.#slack;
      this.#slack = Number.POSITIVE_INFINITY;
      this.#arrivals = 0;
    }
    return this.#now;
  }
}
