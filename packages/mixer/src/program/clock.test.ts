import { instant } from "@odeon/core/shared/units";
import fc from "fast-check";
import { expect, test } from "vitest";
import { dueTicks, firstWholePart, partOffset } from "./clock.ts";

test("however late the turns come, ticks are caught up and none is skipped: after an hour the program is as long as the time", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 4_000 }), { minLength: 1, maxLength: 200 }), fc.integer({ min: 10, max: 60 }), (pauses, most) => {
      const start = instant(1_000.25);
      let now = 1_000.25;
      let done = 0;
      for (const pause of [...pauses, 3_600_000]) {
        now += pause;
        for (let due = dueTicks(start, done, instant(now), most); due > 0; due = dueTicks(start, done, instant(now), most)) {
          expect(due).toBeLessThanOrEqual(most);
          done += due;
        }
        // Never ahead of the clock, never a whole tick behind it once the turn is over.
        expect(done).toBe(Math.floor((now - start) / 20));
      }
    }),
    { numRuns: 20 },
  );
});

test("a tick is due when its last sample has been spoken, not before", () => {
  expect(dueTicks(instant(0), 0, instant(19.999), 9)).toBe(0);
  expect(dueTicks(instant(0), 0, instant(20), 9)).toBe(1);
  expect(dueTicks(instant(100), 3, instant(90), 9)).toBe(0);
});

test("the first whole part never lies in the past, and is less than a part away", () => {
  fc.assert(
    fc.property(fc.nat(100_000), fc.nat(1_000_000_000), fc.integer({ min: -5_000, max: 100_000_000 }), (firstPart, startsAt, passed) => {
      const number = firstWholePart(firstPart, startsAt, startsAt + passed);
      const begins = startsAt + partOffset(firstPart, number);
      expect(number).toBeGreaterThanOrEqual(firstPart);
      if (passed > 0) {
        expect(begins).toBeGreaterThanOrEqual(startsAt + passed);
        expect(begins - (startsAt + passed)).toBeLessThan(320);
      }
    }),
  );
});
