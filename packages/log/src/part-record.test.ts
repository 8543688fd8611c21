import { Fault } from "@odeon/core/shared/fault";
import fc from "fast-check";
import { expect, test } from "vitest";
import { decodePartRecord, encodePartRecord } from "./part-record.ts";

const bytes = fc.uint8Array({ maxLength: 300 });
const record = fc.record({
  gap: fc.boolean(),
  level: fc.integer({ min: 0, max: 100 }),
  startsAt: fc.integer({ min: 0, max: 2 ** 50 }),
  renditions: fc.record({ "opus-48k": bytes, "opus-24k": bytes, "aac-64k": bytes }),
});

test("a part that was written is read back, in its own memory or in the middle of another's", () => {
  fc.assert(
    fc.property(record, fc.nat(20), (written, offset) => {
      const encoded = encodePartRecord(written);
      const inside = new Uint8Array(encoded.length + offset + 7);
      inside.set(encoded, offset);
      expect(decodePartRecord(inside.subarray(offset, offset + encoded.length))).toEqual(written);
    }),
  );
});

test("arbitrary bytes, and a record that was cut or damaged, are a record or a Fault", () => {
  fc.assert(
    fc.property(record, fc.nat(1_000), fc.nat(1_000), fc.integer({ min: 0, max: 255 }), (written, at, cut, value) => {
      const damaged = encodePartRecord(written);
      damaged[at % damaged.length] = value;
      for (const body of [damaged, damaged.subarray(0, cut % damaged.length)]) {
        try {
          decodePartRecord(body);
        } catch (error) {
          expect(error).toBeInstanceOf(Fault);
        }
      }
    }),
    { numRuns: 1_000 },
  );
});
