import { ms } from "@odeon/core/shared/units";
import fc from "fast-check";
import { expect, test } from "vitest";
import { nextPause } from "./backoff.ts";

test("a process that keeps dying is started at most every 5 s, one that lived well at once", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(9_999), { minLength: 8, maxLength: 20 }), (lives) => {
      let pause = nextPause(null, ms(0));
      for (const lived of lives) {
        const next = nextPause(pause, ms(lived));
        expect(next).toBe(Math.min(5_000, pause * 2));
        pause = next;
      }
      expect(pause).toBe(5_000);
      expect(nextPause(pause, ms(10_000))).toBe(100);
    }),
  );
});
