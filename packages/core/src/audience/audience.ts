/** How many listen: pure counters over what is known of each seat. */

import { PART_MS } from "../shared/program.ts";

/** Milliseconds after its last request for which a seat of parts or playlists counts, and is kept. */
export const REQUEST_MS = 12_000;
/** Milliseconds of program after which a pass counts as a unique listener. */
export const UNIQUE_MS = 10_000;
const UNIQUE_PARTS = Math.ceil(UNIQUE_MS / PART_MS);

/** What an edge knows of one seat. Changed in place: there are many. */
export interface Seat {
  /** Bit k: the write before the last k writes had drained when the next was due. */
  drained: number;
  /** Whether a push stream is open. */
  streaming: boolean;
  /** Milliseconds on the monotonic clock. */
  lastRequest: number;
  /** Parts received, in whatever way. */
  received: number;
  /** Counted as unique already. */
  counted: boolean;
}

/** A seat that has just been taken. */
export function makeSeat(now: number): Seat {
  // Who has just come has nothing undrained.
  return { drained: 3, streaming: false, lastRequest: now, received: 0, counted: false };
}

/** Notes a write of `parts`. @param drained whether the last write had left the process */
export function noteWrite(seat: Seat, parts: number, drained: boolean): void {
  seat.drained = ((seat.drained << 1) | (drained ? 1 : 0)) & 3;
  seat.received += parts;
}

/** Notes a request answered with `parts`. */
export function noteRequest(seat: Seat, parts: number, now: number): void {
  seat.lastRequest = now;
  seat.received += parts;
}

/** Whether someone listens on it: the last two writes drained, or a request came within 12 s. */
export function isListening(seat: Seat, now: number): boolean {
  return seat.streaming ? seat.drained === 3 : now - seat.lastRequest <= REQUEST_MS;
}

/** Whether it makes a unique listener now, for the first time. Marks it. */
export function takeUnique(seat: Seat): boolean {
  if (seat.counted || seat.received < UNIQUE_PARTS) return false;
  seat.counted = true;
  return true;
}
