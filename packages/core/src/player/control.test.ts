import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Instant, instant, ms } from "../shared/units.ts";
import {
  aheadAfterWrite,
  type Cadence,
  type Control,
  type ControlStep,
  holdAfterStall,
  noteBytes,
  noticeOf,
  startControl,
  steer,
  targetAhead,
} from "./control.ts";
import { Follower } from "./testing/follower.ts";
import { type Evening, live, type Trace } from "./testing/world.ts";

const CADENCES: readonly Cadence[] = [1, 2, 3, 6];
const cadence = fc.constantFrom(...CADENCES);
const seed = fc.integer();
const jitter = fc.integer({ min: 0, max: 300 });
const ppm = fc.constantFrom(-1_000, -200, 0, 200, 1_000);
/** From here on the first lateness is known and the first correction made. */
const SETTLED_MS = 25_000;

interface Watched extends Trace {
  /** What the control aimed at, at each tick. */
  readonly aims: readonly { readonly at: number; readonly target: number; readonly window: number }[];
}

function watch(evening: Evening): Watched {
  const aims: { at: number; target: number; window: number }[] = [];
  const trace = live(evening, (element, buffer, clock) => {
    const follower = new Follower(element, buffer, clock);
    return {
      noteStream: () => follower.noteStream(),
      noteBytes: (newest, now) => follower.noteBytes(newest, now),
      tick: () => {
        follower.tick();
        const target = targetAhead(follower.control);
        aims.push({ at: clock(), target, window: aheadAfterWrite(follower.control) - target });
      },
    };
  });
  return { ...trace, aims };
}

const after = <T extends { readonly at: number }>(moments: readonly T[], at: number): readonly T[] => moments.filter((moment) => moment.at >= at);
/** How far the least of the last window is from the target, at every tick from `from` on, and the rate that was chosen. */
function errors(trace: Watched, from: number): { at: number; error: number; rate: number }[] {
  const aims = new Map(trace.aims.map((aim) => [aim.at, aim]));
  return trace.moments.flatMap(({ at, rate, isTick }, i) => {
    const aim = aims.get(at);
    if (!isTick || at < from || aim === undefined) return [];
    let least = Number.POSITIVE_INFINITY;
    for (let k = i; k >= 0 && (trace.moments[k]?.at ?? 0) >= at - aim.window - 40; k--) least = Math.min(least, trace.moments[k]?.ahead ?? least);
    return [{ at, error: least - aim.target, rate }];
  });
}

describe("on a network that never stalls", () => {
  test("the sound never stops once settled, at any cadence, with writes up to 300 ms late and a sound card that is 0.1 % off", () => {
    fc.assert(
      fc.property(seed, cadence, jitter, ppm, fc.integer({ min: 1, max: 3 }), (...[of, joined, late, off, reads]) => {
        const trace = live({ seed: of, seconds: 70, cadence: joined, jitter: late, ppm: off, reads }, (...world) => new Follower(...world));
        expect(trace.silences.filter(({ from }) => from > SETTLED_MS)).toEqual([]);
        expect(after(trace.jumps, 1_000).filter(({ by }) => by < 0)).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  test("the rate is exactly 1 or from 0.97 to 1.05, and wherever the least in hand is over 110 ms off its target it leads there", () => {
    fc.assert(
      fc.property(seed, cadence, jitter, ppm, (of, joined, late, off) => {
        const trace = watch({ seed: of, seconds: 60, cadence: joined, jitter: late, ppm: off });
        for (const { rate } of trace.moments) expect(rate === 0 || rate === 1 || (rate >= 0.97 && rate <= 1.05)).toBe(true);
        for (const { at, error, rate } of errors(trace, SETTLED_MS)) {
          if (Math.abs(error) > 111) expect({ at, leads: Math.sign(rate - 1) }).toEqual({ at, leads: Math.sign(error) });
        }
      }),
      { numRuns: 25 },
    );
  });

  test("without lateness the least in hand comes to within 110 ms of its target and stays, the rate exactly 1 within 80 ms", () => {
    fc.assert(
      fc.property(seed, cadence, ppm, (of, joined, off) => {
        const trace = watch({ seed: of, seconds: 120, cadence: joined, ppm: off });
        for (const { at, error, rate } of errors(trace, SETTLED_MS)) {
          expect(Math.abs(error), `at ${at}`).toBeLessThan(115);
          if (Math.abs(error) < 79) expect(rate, `at ${at}`).toBe(1);
        }
      }),
      { numRuns: 20 },
    );
  });

  test("a sound card that is 0.1 % off leaves the band now and then, and is led back by 1 %", () => {
    for (const off of [-1_000, 1_000]) {
      const rates = new Set(after(watch({ seed: 1, seconds: 400, cadence: 1, ppm: off }).moments, SETTLED_MS).map(({ rate }) => rate));
      expect(rates).toEqual(new Set([1, off > 0 ? 0.99 : 1.01]));
    }
  });

  test("the target is 0.2 s and the lateness that 95 of 100 writes keep within, whatever the cadence", () => {
    fc.assert(
      fc.property(seed, cadence, jitter, (of, joined, late) => {
        const last = watch({ seed: of, seconds: 30 + joined * 21, cadence: joined, jitter: late }).aims.at(-1);
        // 64 writes, drawn evenly: the 95th of 100 lies between 0.75 and 1 of the most.
        expect(last?.target).toBeGreaterThanOrEqual(200 + 0.75 * late - 1);
        expect(last?.target).toBeLessThanOrEqual(200 + late + 1);
      }),
      { numRuns: 12 },
    );
  });

  test("the sound begins a target and one write behind the newest part that came, though parts are appended one by one", () => {
    const trace = watch({ seed: 1, seconds: 20, cadence: 1 });
    for (const { behind } of trace.moments) expect(Math.abs(behind - (40 + 200 + 320))).toBeLessThan(10);
  });
});

describe("after the network stalled for 1 to 8 s", () => {
  const stall = fc.integer({ min: 1_000, max: 8_000 });
  const FROM = 30_000;

  test("the sound is back within one cadence, jumps once if it is over 5 s late and never else, and is at the live edge in bounded time", () => {
    fc.assert(
      fc.property(seed, cadence, jitter, stall, ppm, (of, joined, late, length, off) => {
        const seconds = 30 + length / 1_000 + 120;
        const trace = watch({ seed: of, seconds, cadence: joined, jitter: late, ppm: off, stalls: [{ from: FROM, length }] });
        const end = FROM + length;
        const silences = trace.silences.filter(({ from }) => from > SETTLED_MS);
        expect(silences.length).toBeLessThanOrEqual(1);
        for (const { from, length: silent } of silences) expect(from + silent).toBeLessThanOrEqual(end + joined * 320 + 500);
        const jumps = after(trace.jumps, FROM);
        for (const { by } of jumps) expect(by).toBeGreaterThan(5_000 - 350);
        expect(jumps.length).toBeLessThanOrEqual(1);
        // At 5 % a second of lateness takes 20 s to make up; the last steps are slower.
        const fast = jumps.length > 0 ? 15_000 : (Math.min(length, 5_000) + joined * 320) * 20 + 25_000;
        for (const { error } of errors(trace, end + fast)) expect(error).toBeLessThan(115 + late);
      }),
      { numRuns: 25 },
    );
  });

  test("one stall does not raise the target: 19 of 20 writes are as punctual as before", () => {
    const before = watch({ seed: 5, seconds: 29, cadence: 1, jitter: 50 }).aims.at(-1)?.target ?? 0;
    const trace = watch({ seed: 5, seconds: 60, cadence: 1, jitter: 50, stalls: [{ from: FROM, length: 6_000 }] });
    expect(Math.abs((trace.aims.at(-1)?.target ?? 0) - before)).toBeLessThan(20);
  });
});

test("after the machine slept for 15 s or more the live edge is reached within 5 s", () => {
  fc.assert(
    fc.property(seed, fc.constantFrom<Cadence>(1, 2), jitter, fc.integer({ min: 15_000, max: 200_000 }), (of, joined, late, length) => {
      const FROM = 30_000;
      const trace = watch({ seed: of, seconds: 30 + length / 1_000 + 30, cadence: joined, jitter: late, sleeps: [{ from: FROM, length }] });
      const awake = after(trace.moments, FROM + length + 5_000);
      for (const { behind } of awake) expect(behind).toBeLessThan(2_500);
      // A stream begins with three parts: enough for two a write. What is left of the old ones is heard first.
      const stopped = trace.silences.filter(({ from }) => from > FROM + length).reduce((sum, silence) => sum + silence.length, 0);
      expect(stopped).toBeLessThan(1_000);
    }),
    { numRuns: 15 },
  );
});

describe("when the edge joins another number of parts", () => {
  test("a longer cadence, named in time, is met by slowing down: no silence, no jump, at most 3 % slower", () => {
    fc.assert(
      fc.property(seed, cadence, cadence, fc.integer({ min: 0, max: 150 }), ppm, (of, from, to, late, off) => {
        const at = 40_000 + noticeOf(from, to);
        const changes = [{ announced: 40_000, at, cadence: to }];
        const trace = watch({ seed: of, seconds: at / 1_000 + 40, cadence: from, jitter: late, ppm: off, changes });
        expect(trace.silences.filter((silence) => silence.from > SETTLED_MS)).toEqual([]);
        expect(after(trace.jumps, 1_000)).toEqual([]);
        for (const { rate } of after(trace.moments, SETTLED_MS)) expect(rate).toBeGreaterThanOrEqual(0.97);
      }),
      { numRuns: 25 },
    );
  });

  test("the change itself does not count as lateness", () => {
    for (const [from, to] of [
      [1, 6],
      [6, 1],
    ] as const) {
      const at = 40_000 + noticeOf(from, to);
      const trace = watch({ seed: 3, seconds: at / 1_000 + 60, cadence: from, jitter: 40, changes: [{ announced: 40_000, at, cadence: to }] });
      for (const { target } of after(trace.aims, 35_000)) expect(target).toBeLessThanOrEqual(241);
    }
  });

  test("a shorter one is taken at once, and what was put by is used up at 1.05", () => {
    const trace = watch({ seed: 3, seconds: 120, cadence: 6, changes: [{ announced: 40_000, at: 40_000, cadence: 1 }] });
    expect(noticeOf(6, 1)).toBe(0);
    expect(trace.silences.filter(({ from }) => from > SETTLED_MS)).toEqual([]);
    expect(trace.moments.at(-1)?.behind).toBeLessThan(40 + 200 + 320 + 111);
  });
});

describe("one decision", () => {
  /** A settled control that has seen `ahead` for a whole cadence. */
  function settle(ahead: number): { readonly control: Control; readonly now: Instant } {
    let control = startControl(instant(0));
    control = steer(control, instant(1_000), ms(ahead + 320)).control;
    return { control: steer(control, instant(1_300), ms(ahead)).control, now: instant(1_321) };
  }
  const decide = (ahead: number): ControlStep => {
    const { control, now } = settle(ahead);
    return steer(control, now, ms(ahead)).step;
  };

  test.each([
    [-200, 0.97],
    [0, 0.98],
    [60, 0.99],
    [89, 0.99],
    [91, 1],
    [200, 1],
    [309, 1],
    [311, 1.01],
    [500, 1.03],
    [700, 1.05],
    [5_199, 1.05],
  ])("with %d ms in hand and 200 wanted the rate is %d", (ahead, rate) => {
    expect(decide(ahead)).toEqual({ is: "rate", rate });
  });

  test("past 5 s too much the playhead jumps by exactly that", () => {
    let control = steer(startControl(instant(0)), instant(1_000), ms(5_519)).control;
    control = steer(control, instant(1_300), ms(5_201)).control;
    expect(control.rate).toBe(1.05);
    expect(steer(control, instant(1_321), ms(5_521)).step).toEqual({ is: "jump", by: 5_001 });
  });

  test("a correction that is under way goes on until 80 ms, and not further", () => {
    const { control } = settle(311);
    expect(steer(control, instant(1_400), ms(290)).step).toEqual({ is: "rate", rate: 1.01 });
    expect(steer(control, instant(1_400), ms(281)).step).toEqual({ is: "rate", rate: 1.01 });
    expect(steer(control, instant(1_400), ms(279)).step).toEqual({ is: "rate", rate: 1 });
  });

  test("too much in hand is believed after a whole cadence, too little at once", () => {
    const far = steer(startControl(instant(0), 2), instant(100), ms(1_500));
    expect(far.step).toEqual({ is: "rate", rate: 1 });
    expect(steer(far.control, instant(600), ms(1_400)).step).toEqual({ is: "rate", rate: 1 });
    expect(steer(far.control, instant(640), ms(1_400)).step).toEqual({ is: "rate", rate: 1.05 });
    expect(steer(startControl(instant(0), 2), instant(100), ms(60)).step).toEqual({ is: "rate", rate: 0.97 });
  });

  test("the sound begins a target and one whole cadence behind what has come, before anything is measured", () => {
    for (const joined of CADENCES) expect(aheadAfterWrite(startControl(instant(0), joined))).toBe(200 + joined * 320);
  });

  test("after a stall it waits for what is missing to one write and the target, and no longer", () => {
    const control = startControl(instant(0));
    expect(holdAfterStall(control, ms(320))).toBe(200);
    expect(holdAfterStall(control, ms(600))).toBe(0);
  });

  test("it remembers a bounded number of readings and writes", () => {
    let control = startControl(instant(0), 6);
    for (let i = 1; i < 5_000; i++) {
      control = noteBytes(control, instant(i * 100), ms(i * 100));
      control = steer(control, instant(i * 100), ms(300)).control;
    }
    expect(control.readings.length).toBeLessThanOrEqual(256);
    expect(control.lateness.arrivals.length).toBe(64);
  });
});
