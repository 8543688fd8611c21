import { Fault } from "@odeon/core/shared/fault";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeEmsg, encodeEmsg, OWNERS } from "../emsg.ts";
import { BoxReader, readBoxes } from "./boxes.ts";
import { initSegment, mediaPart } from "./fragment.ts";
import { m4aHeader } from "./m4a-header.ts";
import { parsePart, readDecodeTime } from "./part-frames.ts";

const frame = fc.uint8Array({ minLength: 1, maxLength: 60 });
const part = fc.record({
  sequence: fc.integer({ min: 1, max: 2 ** 31 }),
  decodeTime: fc.nat(2 ** 50),
  frames: fc.array(frame, { minLength: 1, maxLength: 20 }),
  frameSamples: fc.constantFrom(960, 1024),
});

const onlyFaults = (work: () => unknown): void => {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(Fault);
  }
};

describe("parts", () => {
  test("what is written is read back: sequence, 64-bit time and every frame", () => {
    fc.assert(
      fc.property(part, (written) => {
        const bytes = mediaPart(written);
        const read = parsePart(bytes);
        expect(read.sequence).toBe(written.sequence);
        expect(read.tfdt).toBe(written.decodeTime);
        let at = 0;
        for (const [i, size] of read.frameSizes.entries()) {
          expect(Buffer.from(read.data.subarray(at, at + size))).toEqual(Buffer.from(written.frames[i] ?? []));
          at += size;
        }
        expect(readDecodeTime(readBoxes(bytes)[0]?.body ?? new Uint8Array())).toBe(written.decodeTime);
      }),
    );
  });

  test("a stream cut anywhere gives the same boxes", () => {
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 4 }), fc.array(fc.nat(400), { minLength: 1 }), (parts, cuts) => {
        const stream = Buffer.concat([initSegment("opus"), ...parts.map(mediaPart)]);
        const reader = new BoxReader();
        const boxes = [];
        for (let at = 0, i = 0; at < stream.length; i++) {
          const length = Math.max(1, cuts[i % cuts.length] ?? 1);
          boxes.push(...reader.push(stream.subarray(at, at + length)));
          at += length;
        }
        expect(Buffer.concat(boxes.map((box) => box.bytes))).toEqual(stream);
      }),
    );
  });

  test("arbitrary bytes are refused with a Fault, or read", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), part, fc.nat(), fc.nat(255), (noise, some, where, value) => {
        onlyFaults(() => parsePart(noise));
        onlyFaults(() => new BoxReader().push(noise));
        onlyFaults(() => decodeEmsg(noise));
        const damaged = mediaPart(some).slice();
        damaged[where % damaged.length] = value;
        onlyFaults(() => parsePart(damaged));
      }),
      { numRuns: 500 },
    );
  });

  test("both Opus renditions have the same init segment by construction, and no edit list", () => {
    const text = Buffer.from(initSegment("opus")).toString("latin1");
    expect(text).toContain("dOps");
    expect(text).not.toContain("elst");
  });
});

test("an event message is read back, and one of another scheme is passed over", () => {
  fc.assert(
    fc.property(
      fc.nat(2 ** 50),
      fc.nat(),
      fc.constantFrom(...Object.values(OWNERS)),
      fc.string({ unit: "grapheme", maxLength: 900 }),
      (time, id, owner, json) => {
        expect(decodeEmsg(encodeEmsg({ time, id, owner, json }))).toEqual({ time, id, owner, json });
      },
    ),
  );
  const foreign = encodeEmsg({ time: 0, id: 1, owner: OWNERS.state, json: "{}" });
  foreign.set(Buffer.from("urn:mpeg:other:scheme:2026:xx"), 32);
  expect(decodeEmsg(foreign)).toBeNull();
});

test("the m4a header says where every frame lies", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 80 }), (sizes) => {
      const header = m4aHeader(Uint16Array.from(sizes));
      const text = Buffer.from(header).toString("latin1");
      const co64 = text.indexOf("co64");
      const view = new DataView(header.buffer);
      let at = header.length;
      for (const [i, size] of sizes.entries()) {
        if (i % 15 === 0) expect(Number(view.getBigUint64(co64 + 12 + (8 * i) / 15))).toBe(at);
        at += size;
      }
    }),
  );
});
