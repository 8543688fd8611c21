/** Which parts the live addresses give away, and for how long. */

import type { Extent } from "./extent.ts";
import { isGiven } from "./extent.ts";

/** Milliseconds for which the live addresses go on after the end, for who lost the network. */
export const AFTER_END_MS = 64_000;

/** What it depends on. */
export interface Reach {
  readonly live: boolean;
  /** Milliseconds since the end; 0 while live. */
  readonly sinceEnd: number;
  /** Whether everybody may hear the recording: it is recorded, and its replay is public at once. */
  readonly open: boolean;
  /** The public replay; null while there is none. */
  readonly replay: Extent | null;
  /** The first part that is still in memory. */
  readonly remembered: number;
}

/**
 * Whether a live address gives part `number`.
 *
 * What a host has hidden or cut is gone at once, whatever the resume window. A replay that waits for review, or never comes, is not to be
 * had by number either: only the last minute is, so that a lost connection costs nothing.
 */
export function isWithinReach(reach: Reach, number: number): boolean {
  if (reach.live) return reach.open || number >= reach.remembered;
  if (reach.sinceEnd > AFTER_END_MS) return false;
  if (reach.replay !== null) return isGiven(reach.replay, { from: number, to: number + 1 });
  return !reach.open && number >= reach.remembered;
}
