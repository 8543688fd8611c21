/** Which way the sound comes: the endless push response, or parts by number where something on the path holds that back. */

import { PART_MS } from "../shared/program.ts";
import { type Instant, type Ms, ms } from "../shared/units.ts";

/** The two ways through Media Source. */
export type Way = "push" | "parts";

/** What the attempts so far have shown. */
export interface Fallback {
  readonly way: Way;
  /** Parts have brought sound where push was silent: the path gathers bytes. */
  readonly partsFlowed: boolean;
  /** Failures of parts in a row. */
  readonly failures: number;
}

/** How an attempt on the current way went. `silent`: it was open and nothing came. */
export type Outcome = "flowed" | "silent" | "failed";

const SILENT_MS = 3_000;
const PARTS_FAILURES = 3;

/** Push first. */
export const FIRST_WAY: Fallback = { way: "push", partsFlowed: false, failures: 0 };

/** Whether an open push response is held back: nothing within 3 s, or for 3 s and one cadence. Any byte counts: the edge speaks every second. */
export function isSilent(
  stream: { readonly openedAt: Instant; readonly lastByteAt: Instant | null; readonly cadence: number },
  now: Instant,
): boolean {
  return now - (stream.lastByteAt ?? stream.openedAt) > patience(stream);
}

/** How long silence is waited out. */
export function patience(stream: { readonly lastByteAt: Instant | null; readonly cadence: number }): Ms {
  return ms(stream.lastByteAt === null ? SILENT_MS : SILENT_MS + stream.cadence * PART_MS);
}

/** Folds an outcome into the choice. */
export function nextWay(fallback: Fallback, outcome: Outcome): Fallback {
  if (fallback.way === "push") return outcome === "silent" ? { ...fallback, way: "parts", failures: 0 } : fallback;
  if (outcome === "flowed") return { ...fallback, partsFlowed: true, failures: 0 };
  const failures = fallback.failures + 1;
  // A network that is simply gone is silent too: unless parts have proved better, push is tried again.
  return failures >= (fallback.partsFlowed ? PARTS_FAILURES : 1) ? { ...FIRST_WAY } : { ...fallback, failures };
}

/** The network changed: whatever held push back may be gone. */
export function onNewNetwork(): Fallback {
  return FIRST_WAY;
}
