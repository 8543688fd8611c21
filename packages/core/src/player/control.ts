/**
 * Keeps the player close to the live edge without being heard doing it: acts on the least buffered-ahead over the last cadence, never
 * on the wall clock, by playback rate; a jump only past 5 s.
 */

import { PART_MS } from "../shared/program.ts";
import { type Instant, type Ms, ms } from "../shared/units.ts";
import { type Lateness, latenessP95, noteRead, pauseP95, restartLateness, startLateness } from "./lateness.ts";

/** Parts joined into one write. */
export type Cadence = 1 | 2 | 3 | 6;

interface Reading {
  readonly at: Instant;
  readonly ahead: Ms;
}

/** What the control knows. */
export interface Control {
  readonly rate: number;
  readonly cadence: Cadence;
  readonly lateness: Lateness;
  /** Buffered-ahead over the last two windows, at most {@link READINGS}. */
  readonly readings: readonly Reading[];
  readonly settledAt: Instant;
}

/** What to do now: play at `rate`, or move the playhead forward by `by` and play at 1. */
export type ControlStep = { readonly is: "rate"; readonly rate: number } | { readonly is: "jump"; readonly by: Ms };

/** Kept in hand beside the measured lateness. */
const RESERVE_MS = 200;
/** Within this of the target the rate is exactly 1. */
const DEAD_BAND_MS = 80;
/** A correction begins past this and ends at the dead band: hysteresis. */
const ENGAGE_MS = 110;
/** Further behind than this is jumped, not hurried. */
const JUMP_MS = 5_000;
const SLOWEST = 0.97;
const FASTEST = 1.05;
/** The last of a correction is made at 1 and 2 %. */
const LAST_STEPS_MS = 10_000;
/** An error of this many milliseconds asks for 1 % of rate. */
const MS_PER_PERCENT = 100;
/** Measured lateness beyond this does not raise the target further. */
const LATENESS_LIMIT_MS = 3_000;
const READINGS = 256;

/** A control before the first byte. */
export function startControl(now: Instant, cadence: Cadence = 1): Control {
  return { rate: 1, cadence, lateness: startLateness(now), readings: [], settledAt: now };
}

/** A new stream took over: what it brings first is no measure of the network. */
export function noteStream(control: Control, now: Instant): Control {
  return { ...control, lateness: restartLateness(control.lateness, now) };
}

/**
 * The edge joins another number of parts: from now on, or soon when it joins more, so that playback slows down in time.
 *
 * @see {@link noticeOf}
 */
export function noteCadence(control: Control, cadence: Cadence): Control {
  return cadence === control.cadence ? control : { ...control, cadence };
}

/** How long an edge goes on at cadence `from` after it has named the longer cadence `to`: what is needed to put by without being heard. */
export function noticeOf(from: Cadence, to: Cadence): Ms {
  return ms(to > from ? ((to - from) * PART_MS) / (1 - SLOWEST) + LAST_STEPS_MS : 0);
}

/** Bytes arrived. @param endBefore end of the media that had arrived before them, in milliseconds of the program */
export function noteBytes(control: Control, now: Instant, endBefore: Ms): Control {
  return { ...control, lateness: noteRead(control.lateness, now, { endBefore, cadenceMs: control.cadence * PART_MS }) };
}

/** The playhead was moved or started: older readings say nothing of where it is now. */
export function noteSeek(control: Control, now: Instant): Control {
  return { ...control, rate: 1, readings: [], settledAt: now };
}

/** Least that should be in hand at any time: 0.2 s and the measured p95 lateness. */
export function targetAhead(control: Control): Ms {
  return ms(RESERVE_MS + Math.min(LATENESS_LIMIT_MS, latenessP95(control.lateness)));
}

/** What should be in hand just after a write arrived: where to place the playhead at the start and after a jump. */
export function aheadAfterWrite(control: Control): Ms {
  return ms(targetAhead(control) + windowMs(control));
}

/**
 * After the buffer ran dry: how long to wait with `ahead` in hand, so that the next write comes in time.
 *
 * @returns 0: play on at once
 */
export function holdAfterStall(control: Control, ahead: Ms): Ms {
  return ms(Math.max(0, aheadAfterWrite(control) - ahead));
}

/** Decides on a reading of what is buffered ahead of the playhead, taken several times a second and before every append. */
export function steer(control: Control, now: Instant, ahead: Ms): { readonly control: Control; readonly step: ControlStep } {
  const window = windowMs(control);
  const all: readonly Reading[] = [...control.readings.slice(1 - READINGS), { at: now, ahead }];
  const readings = all.filter((reading) => now - reading.at <= 2 * window);
  const least = Math.min(...readings.filter((reading) => now - reading.at <= window + 40).map((reading) => reading.ahead));
  // What a whole cadence after a write leaves: less than was seen where writes still come more often than they will.
  const foreseen = Math.max(...readings.map((reading) => reading.ahead)) - control.cadence * PART_MS;
  const error = Math.min(least, foreseen) - targetAhead(control);
  if (error > JUMP_MS) return { control: noteSeek({ ...control, readings }, now), step: { is: "jump", by: ms(error) } };
  // Too much in hand is only known once a whole window has been seen; too little at once.
  const known = now - control.settledAt >= window || error < 0;
  const rate = known ? rateFor(error, control.rate) : control.rate;
  return { control: { ...control, readings, rate }, step: { is: "rate", rate } };
}

/** The time in which at least one write is due: the cadence, or what a path that gathers bytes makes of it. */
function windowMs(control: Control): number {
  return Math.max(control.cadence * PART_MS, Math.min(LATENESS_LIMIT_MS, pauseP95(control.lateness)));
}

function rateFor(error: number, current: number): number {
  const size = Math.abs(error);
  const corrects = current !== 1 && Math.sign(current - 1) === Math.sign(error);
  if (size <= DEAD_BAND_MS || (size <= ENGAGE_MS && !corrects)) return 1;
  const wanted = 1 + Math.sign(error) * Math.max(0.01, Math.round(size / MS_PER_PERCENT) / 100);
  return Math.min(FASTEST, Math.max(SLOWEST, wanted));
}
