/** Requests that wait for the next part: answered as soon as they can be, refused when their time is up. */

import { Fault } from "@odeon/core/shared/fault";

/** One waiting request. */
export interface Hold {
  /** Milliseconds on the monotonic clock. */
  readonly deadline: number;
  /** Answers if it can be answered now; says whether it did, or nobody waits any more. */
  readonly attempt: () => boolean;
  readonly expire: () => void;
}

/** Requests that may wait at one Space; past it they are told to come back in a second. */
const MOST = 50_000;

/** The waiting requests of one Space. */
export class Holds {
  #waiting: Hold[] = [];

  /**
   * Answers at once or waits.
   *
   * @throws Fault `edge_full`
   */
  add(hold: Hold): void {
    if (hold.attempt()) return;
    if (this.#waiting.length >= MOST) throw new Fault("edge_full", "too many requests wait here; try again in a second", { retryAfter: 1 });
    this.#waiting.push(hold);
  }

  /** Something changed: whoever can be answered is. */
  wake(): void {
    if (this.#waiting.length > 0) this.#waiting = this.#waiting.filter((hold) => !hold.attempt());
  }

  /** Time has passed. */
  sweep(now: number): void {
    if (this.#waiting.length === 0) return;
    const due = this.#waiting.filter((hold) => hold.deadline <= now);
    if (due.length === 0) return;
    this.#waiting = this.#waiting.filter((hold) => hold.deadline > now);
    for (const hold of due) if (!hold.attempt()) hold.expire();
  }
}
