import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { instant, ms } from "../shared/units.ts";
import { type Fallback, FIRST_WAY, isSilent, nextWay, type Outcome, onNewNetwork, patience } from "./fallback.ts";
import { type Lateness, latenessP95, noteRead, pauseP95, restartLateness, startLateness } from "./lateness.ts";
import { decideRetry, type Failure, FRESH_RETRY, type Retry } from "./retry.ts";
import { forgetBefore, noteSnapshot, snapshotAt, type Timeline } from "./timeline.ts";

describe("what is true at what is heard", () => {
  const snapshots = fc.array(
    fc.nat(40).map((time) => ({ time })),
    { maxLength: 60 },
  );
  /** Each snapshot's value is its place in the order of arrival. */
  const fold = (all: readonly { readonly time: number }[]): Timeline<number> =>
    all.reduce<Timeline<number>>((timeline, { time }, value) => noteSnapshot(timeline, { time, value }), []);
  /** The same, found by looking at everything that came. */
  const truth = (all: readonly { readonly time: number }[], heard: number): number | null => {
    const best = Math.max(...all.map(({ time }) => (time <= heard ? time : -1)));
    return best < 0 ? null : all.findLastIndex(({ time }) => time === best);
  };

  test("is the newest snapshot that is not in the future, whatever the order in which they came; of two for one time the later counts", () => {
    fc.assert(
      fc.property(snapshots, fc.integer({ min: -2, max: 45 }), (all, heard) => {
        expect(snapshotAt(fold(all), heard)).toBe(truth(all, heard));
      }),
    );
  });

  test("does not change when what cannot become true any more is forgotten", () => {
    fc.assert(
      fc.property(snapshots, fc.nat(45), fc.nat(10), (all, heard, later) => {
        const kept = forgetBefore(fold(all), heard);
        expect(snapshotAt(kept, heard + later)).toBe(truth(all, heard + later));
        expect(kept.filter(({ time }) => time < heard).length).toBeLessThanOrEqual(1);
      }),
    );
  });

  test("is kept for a thousand snapshots and no more, the newest", () => {
    const timeline = fold(Array.from({ length: 1_500 }, (_, time) => ({ time })));
    expect([timeline.length, timeline[0]?.time, timeline.at(-1)?.time]).toEqual([1_000, 500, 1_499]);
  });
});

describe("which way the sound comes", () => {
  const open = instant(10_000);

  test.each([
    [null, 1, 12_999, false],
    [null, 1, 13_000, false],
    [null, 1, 13_001, true],
    [null, 6, 13_001, true],
    [11_000, 1, 14_320, false],
    [11_000, 1, 14_321, true],
    [11_000, 6, 15_920, false],
    [11_000, 6, 15_921, true],
  ])("opened at 10 s, last byte at %s, cadence %d: at %d ms silent is %s", (last, cadence, now, wanted) => {
    const stream = { openedAt: open, lastByteAt: last === null ? null : instant(last), cadence };
    expect(isSilent(stream, instant(now))).toBe(wanted);
    expect(patience(stream)).toBe(last === null ? 3_000 : 3_000 + cadence * 320);
  });

  test("push that is silent gives way to parts; push that fails is tried again", () => {
    expect(nextWay(FIRST_WAY, "silent").way).toBe("parts");
    expect(nextWay(FIRST_WAY, "failed").way).toBe("push");
    expect(nextWay(FIRST_WAY, "flowed").way).toBe("push");
  });

  test("parts that fail too mean that the network is gone: push again; where they have flowed it takes three failures in a row", () => {
    const parts = nextWay(FIRST_WAY, "silent");
    expect(nextWay(parts, "failed").way).toBe("push");
    const proven = nextWay(parts, "flowed");
    const ways = (outcomes: readonly Outcome[]): string => outcomes.reduce(nextWay, proven).way;
    expect(ways(["failed", "failed"])).toBe("parts");
    expect(ways(["failed", "silent", "failed"])).toBe("push");
    expect(ways(["failed", "failed", "flowed", "failed", "failed"])).toBe("parts");
  });

  test("no run of outcomes leaves a network without push for more than three failures, and a new one begins with push", () => {
    const outcomes = fc.array(fc.constantFrom<Outcome>("flowed", "silent", "failed"), { maxLength: 40 });
    fc.assert(
      fc.property(outcomes, (all) => {
        let now: Fallback = FIRST_WAY;
        let failed = 0;
        for (const outcome of all) {
          failed = outcome === "flowed" || now.way === "push" ? 0 : failed + 1;
          now = nextWay(now, outcome);
          expect(failed >= 3 && now.way === "parts").toBe(false);
        }
      }),
    );
    expect(onNewNetwork()).toEqual(FIRST_WAY);
  });
});

describe("when to try again", () => {
  const failed: Failure = { gotByte: false, isReset: false, retryAfter: null };
  const random = fc.double({ min: 0, max: 1, noNaN: true });

  test("the first retry is spread over 0.4 s, and each later one over the upper half of a span that doubles up to 8 s", () => {
    fc.assert(
      fc.property(fc.array(random, { minLength: 1, maxLength: 20 }), (draws) => {
        let retry: Retry = FRESH_RETRY;
        for (const [i, draw] of draws.entries()) {
          const decided = decideRetry(retry, failed, draw);
          const most = Math.min(8_000, 400 * 2 ** i);
          expect(decided.delay).toBeLessThanOrEqual(most);
          expect(decided.delay).toBeGreaterThanOrEqual(i === 0 ? 0 : most / 2);
          retry = decided.retry;
        }
        expect(retry.failures).toBe(draws.length);
      }),
    );
  });

  test("a crowd that lost its stream together does not come back together: a thousand first retries fill every tenth of the span", () => {
    const delays = Array.from({ length: 1_000 }, (_, i) => decideRetry(FRESH_RETRY, failed, i / 1_000).delay);
    const tenths = delays.map((delay) => Math.floor(delay / 40));
    for (let tenth = 0; tenth < 10; tenth++) expect(tenths.filter((one) => one === tenth).length).toBe(100);
  });

  test("a reset before the first byte tries again at once, three times in a row at most", () => {
    const reset: Failure = { ...failed, isReset: true };
    let retry: Retry = FRESH_RETRY;
    const delays: number[] = [];
    for (let i = 0; i < 6; i++) {
      const decided = decideRetry(retry, reset, 0.5);
      retry = decided.retry;
      delays.push(decided.delay);
    }
    expect(delays).toEqual([0, 0, 0, 200, 600, 1_200]);
    expect(decideRetry(FRESH_RETRY, { ...reset, gotByte: true }, 0.5).delay).toBe(200);
    expect(decideRetry({ failures: 0, resets: 2 }, failed, 0.5).retry.resets).toBe(0);
  });

  test("what the house asks for in Retry-After is never undercut, and spread by a quarter", () => {
    fc.assert(
      fc.property(random, fc.nat(20), fc.integer({ min: 1, max: 600_000 }), fc.boolean(), (draw, failures, asked, isReset) => {
        const { delay } = decideRetry({ failures, resets: 0 }, { gotByte: false, isReset, retryAfter: ms(asked) }, draw);
        expect(delay).toBeGreaterThanOrEqual(asked);
        expect(delay).toBeLessThanOrEqual(Math.max(asked * 1.25, 8_000));
      }),
    );
  });
});

describe("how late the network is", () => {
  const PART = 320;
  /** Writes of `parts` each, `late` by turns, folded in as reads. */
  function fold(late: readonly number[], parts: number, reads = 1): Lateness {
    return late.reduce(
      (lateness, delay, i) => {
        let now = lateness;
        for (let read = 0; read < reads; read++) {
          const at = instant(2_000 + (i + 1) * parts * PART + delay + read * 10);
          const endBefore = ms(i * parts * PART + (read * parts * PART) / reads);
          now = noteRead(now, at, { endBefore, cadenceMs: parts * PART });
        }
        return now;
      },
      noteRead(startLateness(instant(0)), instant(2_000), { endBefore: ms(0), cadenceMs: parts * PART }),
    );
  }
  // No write comes within 60 ms of the one before: those would be one.
  const delays = fc.array(fc.nat(200), { minLength: 3, maxLength: 60 });
  /** The newest write counts only once its successor has come. */
  const counted = (late: readonly number[]): readonly number[] => late.slice(0, -1);
  const p95 = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.ceil(values.length * 0.95) - 1] ?? 0;

  test("is the p95 of the delays over the least, at any cadence and in any number of reads", () => {
    fc.assert(
      fc.property(delays, fc.constantFrom(1, 2, 3, 6), fc.integer({ min: 1, max: 3 }), (late, parts, reads) => {
        const known = counted(late);
        const least = Math.min(...known);
        expect(latenessP95(fold(late, parts, reads))).toBeCloseTo(p95(known.map((delay) => delay - least)), 6);
      }),
    );
  });

  test("is 0 before anything is known, and the pause between writes is the cadence when nothing is late", () => {
    expect([latenessP95(startLateness(instant(0))), pauseP95(startLateness(instant(0)))]).toEqual([0, 0]);
    expect(latenessP95(fold([0, 0, 0, 0], 3))).toBe(0);
    expect(pauseP95(fold([0, 0, 0, 0, 0], 3))).toBe(960);
  });

  test("one write in a hundred that is late for seconds does not raise it", () => {
    const late = Array.from({ length: 60 }, (_, i) => (i === 30 ? 250 : 0));
    expect(latenessP95(fold(late, 1))).toBe(0);
  });

  test("is forgotten after 64 writes", () => {
    const late = Array.from({ length: 80 }, (_, i) => (i < 14 ? 200 : 0));
    expect(latenessP95(fold(late, 1))).toBe(0);
  });

  test("what a new stream brings in its first second says nothing, and the pause before it neither", () => {
    const before = fold([0, 0, 0, 0, 0], 1);
    let after = restartLateness(before, instant(60_000));
    const read = (at: number, endBefore: number): Lateness => noteRead(after, instant(at), { endBefore: ms(endBefore), cadenceMs: PART });
    for (let i = 0; i < 5; i++) after = read(60_100 + i * 180, 1_000);
    expect(after.arrivals).toEqual(before.arrivals);
  });
});
