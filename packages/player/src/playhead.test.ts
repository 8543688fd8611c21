import type { Cadence } from "@odeon/core/player/control";
import { type Evening, live, type Trace } from "@odeon/core/player/testing/world";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Playhead } from "./playhead.ts";

/** Lives through an evening with the real playhead. @param at what a person does, by the second at which they do it */
function listen(evening: Evening, at: Readonly<Record<number, (playhead: Playhead) => void>> = {}): Trace {
  return live(evening, (element, buffer, clock) => {
    const playhead = new Playhead(element, buffer, clock);
    const left = new Map(Object.entries(at).map(([second, act]) => [Number(second) * 1_000, act]));
    return {
      noteStream: () => playhead.noteStream(),
      noteBytes: (newest, cadence) => playhead.noteBytes(newest, cadence),
      tick: () => {
        for (const [due, act] of left) {
          if (clock() < due) continue;
          left.delete(due);
          act(playhead);
        }
        playhead.tick();
      },
    };
  });
}

const evening = fc.record({
  seed: fc.integer(),
  seconds: fc.constant(70),
  cadence: fc.constantFrom<Cadence>(1, 2, 3, 6),
  jitter: fc.integer({ min: 0, max: 300 }),
  ppm: fc.integer({ min: -1_000, max: 1_000 }),
});
const SETTLED_MS = 25_000;

describe("the playhead of a real player", () => {
  test("never stands still once settled, at any cadence, lateness and sound card, and is not moved", () => {
    fc.assert(
      fc.property(evening, (one) => {
        const trace = listen(one);
        expect(trace.silences.filter(({ from }) => from > SETTLED_MS)).toEqual([]);
        expect(trace.jumps.filter(({ at }) => at > SETTLED_MS)).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  test("begins a target and one write behind the newest part, though the parts are appended one by one", () => {
    const { moments } = listen({ seed: 1, seconds: 10, cadence: 1 });
    for (const { behind } of moments) expect(Math.abs(behind - (40 + 200 + 320))).toBeLessThan(10);
  });

  test("after a stall waits only for what the write that ended it does not bring", () => {
    fc.assert(
      fc.property(evening, fc.integer({ min: 2_500, max: 4_500 }), (one, length) => {
        const end = 30_000 + length;
        const { silences } = listen({ ...one, jitter: 0, stalls: [{ from: 30_000, length }] });
        const last = silences.at(-1) ?? { from: 0, length: 0 };
        // What is due comes at the stall's end, and the next write within one cadence: only its rest is waited for.
        expect(last.from + last.length).toBeLessThanOrEqual(end + one.cadence * 320 + 320);
        const missing = 200 + one.cadence * 320 - Math.floor(length / (one.cadence * 320)) * one.cadence * 320;
        expect(last.from + last.length - end).toBeLessThanOrEqual(Math.max(0, missing) + 120);
      }),
      { numRuns: 30 },
    );
  });

  test("makes one jump over everything that came at once, and is within 5 s of its target afterwards", () => {
    for (const cadence of [1, 2, 3, 6] as const) {
      const { jumps, moments } = listen({ seed: 1, seconds: 60, cadence, stalls: [{ from: 30_000, length: 12_000 }] });
      expect(jumps.filter(({ at }) => at > SETTLED_MS).length, `cadence ${cadence}`).toBe(1);
      const behind = moments.filter(({ at }) => at > 50_000).map((moment) => moment.behind);
      expect(Math.max(...behind)).toBeLessThan(40 + 200 + cadence * 640 + 5_000);
    }
  });

  test("who chose to stay behind is not hurried, until they go to live", () => {
    const { moments, jumps } = listen(
      { seed: 1, seconds: 80, cadence: 1, stalls: [{ from: 20_000, length: 9_000 }] },
      { 19: (playhead) => playhead.shift(), 60: (playhead) => playhead.goLive() },
    );
    const between = moments.filter(({ at }) => at > 20_000 && at < 59_900);
    expect(new Set(between.map(({ rate }) => rate))).toEqual(new Set([1]));
    expect(jumps.filter(({ at }) => at > 20_000).map(({ at }) => Math.round(at / 1_000))).toEqual([60]);
    expect(moments.at(-1)?.behind).toBeLessThan(40 + 200 + 640 + 120);
  });

  test("goes on behind a hole with what comes after it", () => {
    const { moments, silences } = listen({ seed: 1, seconds: 70, cadence: 1, sleeps: [{ from: 30_000, length: 20_000 }] });
    expect(moments.at(-1)?.behind).toBeLessThan(1_500);
    expect(silences.filter(({ from }) => from > 50_000).reduce((sum, { length }) => sum + length, 0)).toBeLessThan(1_000);
  });
});
