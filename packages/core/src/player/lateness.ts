/**
 * How late the network delivers: measured on what is left in hand just before each write arrives, so that neither the cadence nor how
 * the bytes are split into reads counts as lateness.
 */

import { type Instant, type Ms, ms } from "../shared/units.ts";

/** A write that arrived. */
interface Arrival {
  /** End of what had arrived before and should have come with it, minus the local clock: falls by exactly the lateness of this write. */
  readonly reserve: number;
  readonly gap: number;
}

/** A write of which it is not known yet how much it brings. */
interface Opened {
  readonly at: Instant;
  readonly endBefore: Ms;
  readonly gap: number;
  readonly cadenceMs: number;
}

/** The last {@link ARRIVALS} writes of one stream. */
export interface Lateness {
  readonly connectedAt: Instant;
  readonly arrivals: readonly Arrival[];
  readonly opened: Opened | null;
  readonly lastByteAt: Instant | null;
}

/** Writes remembered: 20 s at cadence 1. */
const ARRIVALS = 64;
/** Reads closer than this belong to one write. */
const ONE_WRITE_MS = 60;
/** A new stream begins with what was missed, in pieces of any size; that says nothing of the network. */
const FRESH_MS = 1_000;

/** Nothing measured yet. */
export function startLateness(now: Instant): Lateness {
  return { connectedAt: now, arrivals: [], opened: null, lastByteAt: null };
}

/** A new stream took over: what it brings first is no measure of the network. */
export function restartLateness(lateness: Lateness, now: Instant): Lateness {
  return { ...lateness, connectedAt: now, opened: null, lastByteAt: null };
}

/**
 * Folds in a read. A write counts once the next one has come: only then is it known how much it brought.
 *
 * @param read `endBefore`: end of the media that had arrived before it, in milliseconds of the program. `cadenceMs`: the most that a write
 *   brings when nothing is late
 */
export function noteRead(lateness: Lateness, now: Instant, read: { readonly endBefore: Ms; readonly cadenceMs: number }): Lateness {
  const gap = lateness.lastByteAt === null ? 0 : now - lateness.lastByteAt;
  if (gap <= ONE_WRITE_MS) return { ...lateness, lastByteAt: now };
  const arrivals = lateness.opened === null ? lateness.arrivals : [...lateness.arrivals.slice(1 - ARRIVALS), close(lateness.opened, read.endBefore)];
  const opened = now - lateness.connectedAt > FRESH_MS ? { at: now, gap, ...read } : null;
  return { ...lateness, arrivals, opened, lastByteAt: now };
}

/** The lateness that 95 of 100 writes keep within; 0 before the first. */
export function latenessP95({ arrivals }: Lateness): Ms {
  const best = arrivals.reduce((most, arrival) => Math.max(most, arrival.reserve), Number.NEGATIVE_INFINITY);
  return ms(percentile95(arrivals.map((arrival) => best - arrival.reserve)));
}

/** The pause between writes that 95 of 100 keep within; 0 before the first. */
export function pauseP95({ arrivals }: Lateness): Ms {
  return ms(percentile95(arrivals.map((arrival) => arrival.gap)));
}

/** Between two cadences writes of both lengths come: each is measured against its own. */
function close({ at, endBefore, gap, cadenceMs }: Opened, end: Ms): Arrival {
  return { reserve: endBefore - at + Math.min(end - endBefore, cadenceMs), gap };
}

function percentile95(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * 0.95) - 1)] ?? 0;
}
