/** Who listens at this edge, and how many ever did. */

import { isListening, makeSeat, REQUEST_MS, type Seat, takeUnique } from "@odeon/core/audience/audience";

/** Seats that are remembered at one Space; past it the oldest idle one is forgotten. */
const MOST = 200_000;
/** Milliseconds for which an idle seat is remembered, so that who comes back is not counted twice. */
const KEEP_MS = 600_000;

/** The seats of one Space, by the id in their ticket. */
export class Seats {
  readonly #seats = new Map<string, Seat>();
  #unique = 0;

  /** The seat of `id`; a new one where there was none. */
  take(id: string, now: number): Seat {
    const known = this.#seats.get(id);
    if (known !== undefined) return known;
    if (this.#seats.size >= MOST) this.#forgetOldest();
    const seat = makeSeat(now);
    this.#seats.set(id, seat);
    return seat;
  }

  /** The person has left by themself. */
  leave(id: string): void {
    const seat = this.#seats.get(id);
    if (seat !== undefined) seat.lastRequest = Number.NEGATIVE_INFINITY;
  }

  /** Counts; called once a second. */
  count(now: number): { readonly listening: number; readonly unique: number } {
    let listening = 0;
    for (const [id, seat] of this.#seats) {
      if (isListening(seat, now)) listening += 1;
      if (takeUnique(seat)) this.#unique += 1;
      const idle = now - seat.lastRequest;
      if (!seat.streaming && idle > (seat.counted ? KEEP_MS : REQUEST_MS)) this.#seats.delete(id);
    }
    return { listening, unique: this.#unique };
  }

  get size(): number {
    return this.#seats.size;
  }

  #forgetOldest(): void {
    for (const [id, seat] of this.#seats) {
      if (seat.streaming) continue;
      this.#seats.delete(id);
      return;
    }
  }
}
