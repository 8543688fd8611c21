/** When to try again, so that a crowd that lost its stream together does not come back together. */

import { type Ms, ms } from "../shared/units.ts";

/** What failed so far since sound last arrived. */
export interface Retry {
  readonly failures: number;
  /** Connections reset before the first byte, in a row. */
  readonly resets: number;
}

/** How an attempt failed. */
export interface Failure {
  /** Some of the answer had come. */
  readonly gotByte: boolean;
  /** The connection itself broke, without any HTTP status. */
  readonly isReset: boolean;
  /** What the house asked for in `Retry-After`. */
  readonly retryAfter: Ms | null;
}

/** A reset before the first byte is what a dying process gives to who was already accepted: its successor is there at once. */
const RESETS_AT_ONCE = 3;
const FIRST_MS = 400;
const MOST_MS = 8_000;

/** Nothing has failed. */
export const FRESH_RETRY: Retry = { failures: 0, resets: 0 };

/**
 * Decides how long to wait before the next attempt.
 *
 * Every delay is jittered, the first one too; `Retry-After` is never undercut.
 *
 * @param random 0 to 1
 */
export function decideRetry(retry: Retry, failure: Failure, random: number): { readonly retry: Retry; readonly delay: Ms } {
  const resets = failure.isReset && !failure.gotByte ? retry.resets + 1 : 0;
  if (resets > 0 && resets <= RESETS_AT_ONCE && failure.retryAfter === null) return { retry: { ...retry, resets }, delay: ms(0) };
  const most = Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(retry.failures, 10));
  const delay = retry.failures === 0 ? random * most : (most + random * most) / 2;
  const asked = failure.retryAfter === null ? 0 : failure.retryAfter * (1 + random / 4);
  return { retry: { failures: retry.failures + 1, resets }, delay: ms(Math.max(delay, asked)) };
}
