/**
 * How late the network delivers: measured on what is left in hand just before each write arrives, so that neither the cadence nor how
 * the bytes are split into reads counts as lateness.
 */

import { type Instant, type Ms, ms } from "../shared/units.ts";

/** A write that arrived. */
interface Arrival {
  readonly at: Instant;
  /** End of what had arrived before, minus the local clock: falls by exactly the lateness of this write. */
  readonly reserve: number;
  readonly gap: number;
}

/** The last {@link ARRIVALS} writes of one stream at one cadence. */
export interface Lateness {
  readonly connectedAt: Instant;
  readonly arrivals: readonly Arrival[];
  readonly lastByteAt: Instant | null;
}

/** Writes remembered: 20 s at cadence 1. */
const ARRIVALS = 64;
/** Reads closer than this belong to one write. */
const ONE_WRITE_MS = 60;
/** A new stream begins with what was missed, in pieces of any size; that says nothing of the network. */
const FRESH_MS = 1_000;

/** Nothing measured yet: at a new stream, or when the cadence changed. */
export function startLateness(now: Instant): Lateness {
  return { connectedAt: now, arrivals: [], lastByteAt: null };
}

/** Folds in a read. @param endBefore end of the media that had arrived before it, in milliseconds of the program */
export function noteRead(lateness: Lateness, now: Instant, endBefore: Ms): Lateness {
  const gap = lateness.lastByteAt === null ? 0 : now - lateness.lastByteAt;
  const counts = gap > ONE_WRITE_MS && now - lateness.connectedAt > FRESH_MS;
  const arrivals = counts ? [...lateness.arrivals.slice(1 - ARRIVALS), { at: now, reserve: endBefore - now, gap }] : lateness.arrivals;
  return { ...lateness, arrivals, lastByteAt: now };
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

function percentile95(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * 0.95) - 1)] ?? 0;
}
