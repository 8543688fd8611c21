/**
 * A listener's evening in simulated time: an edge that joins parts into writes, a network that is late, stalls and comes back, an element
 * on a sound card whose clock is off, and whoever steers it. No clock and no randomness of its own: one seed gives one evening.
 */

import { PART_MS } from "../../shared/program.ts";
import type { Cadence } from "../control.ts";

/** An evening. All times are milliseconds from its beginning. */
export interface Evening {
  readonly seed: number;
  readonly seconds: number;
  readonly cadence: Cadence;
  /** What the edge says at `announced` and does from `at` on. */
  readonly changes?: readonly { readonly announced: number; readonly at: number; readonly cadence: Cadence }[];
  /** Every write takes up to this much longer than the quickest. */
  readonly jitter?: number;
  /** How far the sound card's clock is ahead. */
  readonly ppm?: number;
  /** While the network stalls nothing arrives; afterwards everything at once. */
  readonly stalls?: readonly Span[];
  /** While the machine sleeps nothing runs, and what was sent is gone: a new stream begins at the live edge. */
  readonly sleeps?: readonly Span[];
  /** Reads that the bytes of a write come in; 1 by default. */
  readonly reads?: number;
}

/** A stretch of the evening. */
export interface Span {
  readonly from: number;
  readonly length: number;
}

/** The audio element as whoever steers it sees it. Seconds on the program's timeline. */
export interface Element {
  currentTime: number;
  playbackRate: number;
  readonly paused: boolean;
  readonly seeking: boolean;
}

/** What is buffered. Seconds on the program's timeline. */
export interface Buffered {
  readonly end: number | null;
  aheadOf(time: number): number;
  nextStart(time: number): number | null;
}

/** Whoever steers the element. */
export interface Driver {
  /** A new stream begins. */
  noteStream(): void;
  /** Bytes have arrived and are not in the buffer yet. */
  noteBytes(newest: number | null, cadence: Cadence): void;
  /** Ten times a second, and after every append. */
  tick(): void;
}

/** What was so at one instant: before every arrival and after every tick. */
export interface Moment {
  readonly at: number;
  /** Milliseconds in hand. */
  readonly ahead: number;
  readonly rate: number;
  /** Milliseconds of the program from what is heard to its live edge. */
  readonly behind: number;
  /** The moment is a tick; else it is just before an arrival. */
  readonly isTick: boolean;
}

/** What happened in the evening. */
export interface Trace {
  readonly moments: readonly Moment[];
  /** Stretches in which sound was wanted and there was none. */
  readonly silences: readonly Span[];
  /** Every time the playhead was moved, in milliseconds. */
  readonly jumps: readonly { readonly at: number; readonly by: number }[];
}

/** The first part of the evening: not 0, so that nothing works by chance. */
const FIRST = 1_000;
const BURST = 3;
const BASE_MS = 40;
const TICK_MS = 100;
/** Milliseconds between two reads of one write. */
const READ_MS = 2;

/** Lives through an evening. @param makeDriver is given the element, the buffer and the monotonic clock */
export function live(evening: Evening, makeDriver: (element: Element, buffer: Buffered, clock: () => number) => Driver): Trace {
  const world = new World(evening);
  world.run(makeDriver(world.element, world.buffer, () => world.now));
  return world.trace;
}

/** Numbers from 0 to 1 that a seed gives. @see Marsaglia, "Xorshift RNGs" (2003) */
export function randomOf(seed: number): () => number {
  let state = (seed ^ 0x9e37_79b9) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 2 ** 32;
  };
}

interface Arrival {
  readonly at: number;
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
  readonly cadence: Cadence;
  readonly isStream: boolean;
}

class World {
  readonly element: Element;
  readonly buffer = new Parts();
  readonly trace: { moments: Moment[]; silences: { from: number; length: number }[]; jumps: { at: number; by: number }[] };
  now = 0;
  readonly #evening: Evening;
  readonly #ppm: number;
  #position = 0;
  #rate = 1;

  constructor(evening: Evening) {
    this.#evening = evening;
    this.#ppm = evening.ppm ?? 0;
    this.trace = { moments: [], silences: [], jumps: [] };
    const world = this;
    this.element = {
      paused: false,
      seeking: false,
      get currentTime() {
        return world.#position / 1_000;
      },
      set currentTime(seconds: number) {
        world.trace.jumps.push({ at: world.now, by: seconds * 1_000 - world.#position });
        world.#position = seconds * 1_000;
      },
      get playbackRate() {
        return world.#rate;
      },
      set playbackRate(rate: number) {
        world.#rate = rate;
      },
    };
  }

  run(driver: Driver): void {
    const arrivals = arrivalsOf(this.#evening);
    let next = 0;
    for (let tick = TICK_MS; tick <= this.#evening.seconds * 1_000; tick += TICK_MS) {
      for (let arrival = arrivals[next]; arrival !== undefined && arrival.at <= tick; arrival = arrivals[++next]) this.#arrive(arrival, driver);
      if (this.#sleeps(tick)) continue;
      this.#play(tick);
      driver.tick();
      this.#note(true);
    }
  }

  #arrive(arrival: Arrival, driver: Driver): void {
    this.#play(arrival.at);
    this.#note(false);
    if (arrival.isStream) driver.noteStream();
    const reads = this.#evening.reads ?? 1;
    for (let read = 0; read < reads; read++) {
      this.#play(arrival.at + read * READ_MS);
      const from = cut(arrival, read, reads);
      const to = cut(arrival, read + 1, reads);
      driver.noteBytes(to > from ? to - 1 : null, arrival.cadence);
      for (let part = from; part < to; part++) {
        this.buffer.add(part);
        driver.tick();
      }
    }
  }

  /** Lets the element play until `at`; it stops at the end of what it has. */
  #play(at: number): void {
    const length = Math.max(0, at - this.now) - this.#sleptBetween(this.now, at);
    const speed = this.#rate * (1 + this.#ppm / 1e6);
    const wanted = length * speed;
    const ahead = this.buffer.aheadOf(this.#position / 1_000) * 1_000;
    const played = Math.min(wanted, ahead);
    this.#position += played;
    const missed = this.#rate === 0 ? length : (wanted - played) / speed;
    if (missed > 1 && this.#position > 0) this.#silent(at, missed);
    this.now = Math.max(this.now, at);
  }

  #silent(at: number, length: number): void {
    const last = this.trace.silences.at(-1);
    if (last !== undefined && Math.abs(last.from + last.length - (at - length)) < 5) last.length += length;
    else this.trace.silences.push({ from: at - length, length });
  }

  #note(isTick: boolean): void {
    if (this.#position === 0) return;
    const ahead = this.buffer.aheadOf(this.#position / 1_000) * 1_000;
    this.trace.moments.push({ at: this.now, ahead, rate: this.#rate, behind: this.now + FIRST * PART_MS - this.#position, isTick });
  }

  #sleeps(at: number): boolean {
    return (this.#evening.sleeps ?? []).some((sleep) => at > sleep.from && at < sleep.from + sleep.length);
  }

  #sleptBetween(from: number, to: number): number {
    return (this.#evening.sleeps ?? []).reduce((sum, sleep) => {
      return sum + Math.max(0, Math.min(to, sleep.from + sleep.length) - Math.max(from, sleep.from));
    }, 0);
  }
}

const cut = (arrival: Arrival, read: number, reads: number): number => arrival.from + Math.round(((arrival.to - arrival.from) * read) / reads);

/** Every write of the evening, in the order in which they come. */
function arrivalsOf(evening: Evening): readonly Arrival[] {
  const random = randomOf(evening.seed);
  const stalls = evening.stalls ?? [];
  const sleeps = evening.sleeps ?? [];
  const arrivals: Arrival[] = [{ at: BASE_MS, from: FIRST - BURST, to: FIRST, cadence: said(evening, 0), isStream: true }];
  let first = FIRST;
  let earliest = BASE_MS;
  for (let part = FIRST; ; part++) {
    const sent = (part + 1 - FIRST) * PART_MS;
    if (sent > evening.seconds * 1_000) return arrivals;
    if (part + 1 - first < done(evening, sent)) continue;
    const late = sent + BASE_MS + random() * (evening.jitter ?? 0);
    const stall = stalls.find(({ from, length }) => late >= from && late < from + length);
    const at = Math.max(earliest, stall === undefined ? late : stall.from + stall.length);
    const sleep = sleeps.find(({ from, length }) => at >= from && at < from + length);
    if (sleep === undefined) arrivals.push({ at, from: first, to: part + 1, cadence: said(evening, sent), isStream: false });
    else if (sent + PART_MS > sleep.from + sleep.length) {
      // Awake again: the new stream begins with the newest parts.
      arrivals.push({
        at: sleep.from + sleep.length + 2 * BASE_MS,
        from: part + 1 - BURST,
        to: part + 1,
        cadence: said(evening, sent),
        isStream: true,
      });
    }
    earliest = at;
    first = part + 1;
  }
}

const said = (evening: Evening, at: number): Cadence => evening.changes?.findLast((change) => change.announced <= at)?.cadence ?? evening.cadence;
const done = (evening: Evening, at: number): Cadence => evening.changes?.findLast((change) => change.at <= at)?.cadence ?? evening.cadence;

/** Whole parts, in stretches. */
class Parts implements Buffered {
  readonly #stretches: { from: number; to: number }[] = [];

  add(part: number): void {
    const last = this.#stretches.at(-1);
    if (last !== undefined && last.to === part) last.to += 1;
    else if (last === undefined || part > last.to) this.#stretches.push({ from: part, to: part + 1 });
  }

  get end(): number | null {
    const last = this.#stretches.at(-1);
    return last === undefined ? null : seconds(last.to);
  }

  aheadOf(time: number): number {
    const here = this.#stretches.find(({ from, to }) => time >= seconds(from) - 0.05 && time < seconds(to));
    return here === undefined ? 0 : seconds(here.to) - time;
  }

  nextStart(time: number): number | null {
    const next = this.#stretches.find(({ from }) => seconds(from) > time);
    return next === undefined ? null : seconds(next.from);
  }
}

const seconds = (part: number): number => (part * PART_MS) / 1_000;
