import { Fault } from "@odeon/core/shared/fault";
import fc from "fast-check";
import { expect, test } from "vitest";
import { encodeMessage, encodeRtp, FRAME_LIMIT, FrameReader } from "./frame.ts";

type Sent =
  | { readonly is: "rtp"; readonly handle: number; readonly packet: Uint8Array }
  | { readonly is: "message"; readonly blobs: readonly Uint8Array[] };
const bytes = fc.uint8Array({ maxLength: 400 });
const sent: fc.Arbitrary<Sent> = fc.oneof(
  fc.record({ is: fc.constant("rtp" as const), handle: fc.nat(2 ** 32 - 1), packet: bytes }),
  fc.record({ is: fc.constant("message" as const), blobs: fc.array(bytes, { maxLength: 4 }) }),
);

test("whatever the chunks' boundaries, the frames that come out are the ones that went in, in order", () => {
  fc.assert(
    fc.property(fc.array(sent, { maxLength: 12 }), fc.array(fc.integer({ min: 1, max: 500 }), { maxLength: 40 }), (frames, cuts) => {
      const stream = Buffer.concat(
        frames.map((frame, i) => (frame.is === "rtp" ? encodeRtp(frame.handle, frame.packet) : encodeMessage({ type: "t", i }, frame.blobs))),
      );
      const reader = new FrameReader<{ type: string; i: number }>();
      const read: ReturnType<typeof reader.push> = [];
      let at = 0;
      for (const cut of [...cuts, stream.length]) {
        read.push(...reader.push(stream.subarray(at, at + cut)));
        at = Math.min(stream.length, at + cut);
      }
      expect(read.length).toBe(frames.length);
      for (const [i, frame] of frames.entries()) {
        const got = read[i];
        if (frame.is === "rtp") expect(got).toMatchObject({ is: "rtp", handle: frame.handle, packet: Buffer.from(frame.packet) });
        else expect(got).toMatchObject({ is: "message", message: { type: "t", i }, blobs: frame.blobs.map((blob) => Buffer.from(blob)) });
      }
    }),
  );
});

test("arbitrary bytes are frames or a Fault, and nothing else", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (garbage) => {
      try {
        new FrameReader().push(garbage);
      } catch (error) {
        expect(error).toBeInstanceOf(Fault);
      }
    }),
    { numRuns: 2_000 },
  );
});

test("a frame over 8 MiB is refused by its length alone, before its bytes are waited for", () => {
  const head = Buffer.alloc(4);
  head.writeUInt32LE(FRAME_LIMIT + 1);
  expect(() => new FrameReader().push(head)).toThrow(Fault);
});
