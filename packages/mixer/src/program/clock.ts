/** The program clock: which ticks of 20 ms are due. Ticks are caught up, never skipped. */

import { PART_SAMPLES, SAMPLE_RATE, TICK_SAMPLES } from "@odeon/core/shared/program";
import type { Instant } from "@odeon/core/shared/units";

const TICK_MS = (1_000 * TICK_SAMPLES) / SAMPLE_RATE;
const PART_MS = (1_000 * PART_SAMPLES) / SAMPLE_RATE;

/**
 * Ticks that are due and not done: tick n is due at `start` + (n + 1) × 20 ms, when its last sample has been spoken.
 *
 * @param done ticks done since `start`
 * @param most ticks in one turn, so that sockets are served in between
 */
export function dueTicks(start: Instant, done: number, now: Instant, most: number): number {
  const due = Math.floor((now - start) / TICK_MS);
  return Math.max(0, Math.min(most, due - done));
}

/** The first part that can still be made whole at `now`, counted from `firstPart` at wall time `startsAt`. */
export function firstWholePart(firstPart: number, startsAt: number, now: number): number {
  return firstPart + Math.max(0, Math.ceil((now - startsAt) / PART_MS));
}

/** Milliseconds from `startsAt` to the first sample of part `number`. */
export function partOffset(firstPart: number, number: number): number {
  return (number - firstPart) * PART_MS;
}
