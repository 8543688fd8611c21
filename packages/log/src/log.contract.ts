/** The conformance suite of every log. */

import { Fault } from "@odeon/core/shared/fault";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Log, NewRecord } from "./log.ts";

const event = (text: string): NewRecord => ({ kind: "event", part: null, body: new TextEncoder().encode(text) });
const part = (number: number): NewRecord => ({ kind: "part", part: number, body: Uint8Array.of(number & 255, number >> 8) });

/** Runs the suite on the log that `open` makes; each call gives an empty one. */
export function describeLog(name: string, open: () => Promise<Log>): void {
  describe(`the ${name} log`, () => {
    test("gives back what was appended, in order and without holes", async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(fc.array(fc.string({ maxLength: 20 }), { minLength: 1, maxLength: 5 }), { maxLength: 8 }), async (commits) => {
          const log = await open();
          const epoch = await log.takeOver();
          let expectSeq = 0;
          for (const texts of commits) {
            await log.append([{ space: "a", epoch, expect: expectSeq, records: texts.map(event) }]);
            expectSeq += texts.length;
          }
          const records = await log.read("a", { kind: "event", after: 0, limit: 1_000 });
          expect(records.map((record) => new TextDecoder().decode(record.body))).toEqual(commits.flat());
          expect(records.map((record) => record.seq)).toEqual(commits.flat().map((_, i) => i + 1));
          expect((await log.head("a")).seq).toBe(expectSeq);
          await log.close();
        }),
        { numRuns: 15 },
      );
    });

    test("an older epoch and a wrong sequence are fenced off, and nothing of that call is written", async () => {
      const log = await open();
      const old = await log.takeOver();
      await log.append([{ space: "a", epoch: old, expect: 0, records: [event("1")] }]);
      const epoch = await log.takeOver();
      expect(epoch).toBeGreaterThan(old);
      const wrong = [
        [
          { space: "b", epoch, expect: 0, records: [event("x")] },
          { space: "a", epoch: old, expect: 1, records: [event("x")] },
        ],
        [
          { space: "b", epoch, expect: 0, records: [event("x")] },
          { space: "a", epoch, expect: 0, records: [event("x")] },
        ],
        [{ space: "a", epoch, expect: 2, records: [event("x")] }],
      ];
      for (const appends of wrong) {
        const refusal = await log.append(appends).then(
          () => null,
          (error: unknown) => error,
        );
        expect(refusal).toBeInstanceOf(Fault);
        expect((refusal as Fault).code).toBe("log_fenced");
      }
      expect(await log.head("b")).toEqual({ seq: 0, epoch: 0 });
      await log.append([{ space: "a", epoch, expect: 1, records: [event("2")] }]);
      expect((await log.head("a")).seq).toBe(2);
      await log.close();
    });

    test("parts are found by number, and forgotten below one", async () => {
      const log = await open();
      const epoch = await log.takeOver();
      await log.append([{ space: "a", epoch, expect: 0, records: [event("e"), part(3), part(4), part(5), part(7)] }]);
      expect((await log.parts("a", 4, 7)).map((record) => record.part)).toEqual([4, 5]);
      expect(await log.extent("a")).toEqual({ first: 3, last: 7, count: 4 });
      expect(await log.extent("nobody")).toBeNull();
      await log.forgetParts("a", 5);
      expect(await log.extent("a")).toEqual({ first: 5, last: 7, count: 2 });
      expect((await log.read("a", { kind: "event", after: 0, limit: 9 })).length).toBe(1);
      await log.remove("a");
      expect(await log.spaces()).toEqual([]);
      await log.close();
    });

    test("many appends that are not waited for stand in the order in which they were asked", async () => {
      const log = await open();
      const epoch = await log.takeOver();
      await Promise.all(Array.from({ length: 60 }, (_, i) => log.append([{ space: "a", epoch, expect: i, records: [part(i)] }])));
      expect((await log.parts("a", 0, 100)).map((record) => record.seq)).toEqual(Array.from({ length: 60 }, (_, i) => i + 1));
      await log.close();
    });
  });
}
