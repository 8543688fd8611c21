import fc from "fast-check";
import { expect, test } from "vitest";
import { EventReader } from "./sse.ts";

const read = (...pieces: string[]) => {
  const reader = new EventReader();
  return pieces.flatMap((piece) => reader.push(piece));
};

test("an event is what stands before an empty line; comments and ids are passed over", () => {
  expect(read("id: 1\nevent: desk\ndata: {}\n\n: here\n\n")).toEqual([{ event: "desk", data: "{}" }]);
  expect(read("data\ndata:  a\n\n")).toEqual([{ event: "message", data: "\n a" }]);
  expect(read("event: desk\n\n")).toEqual([]);
});

test("line ends may be LF, CR LF or CR", () => {
  expect(read("event: a\r\ndata: 1\r\n\r\n", "data: 2\r\rx")).toEqual([
    { event: "a", data: "1" },
    { event: "message", data: "2" },
  ]);
});

test("however the stream is torn, the events are the same", () => {
  const text = 'event: desk\r\ndata: {"a":1}\r\n\r\n: here\n\nevent: b\ndata: é\ndata: 2\n\n';
  fc.assert(
    fc.property(fc.array(fc.nat(text.length), { maxLength: 12 }), (cuts) => {
      const at = [0, ...cuts.sort((a, b) => a - b), text.length];
      expect(read(...at.slice(1).map((end, i) => text.slice(at[i], end)))).toEqual(read(text));
    }),
  );
});

test("a line that never ends is refused", () => {
  expect(() => read("data: ".padEnd(5 << 20, "x"))).toThrow(RangeError);
});
