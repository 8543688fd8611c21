/** A replay's AAC frames: where each lies, found once for each cut of the replay. */

import { setImmediate as yieldToOthers } from "node:timers/promises";
import { type Extent, keptStretches } from "@odeon/core/replay/extent";
import type { LogReader } from "@odeon/log/log";
import { decodePartRecord } from "@odeon/log/part-record";
import { m4aHeader } from "@odeon/wire/mp4/m4a-header";
import { parsePart } from "@odeon/wire/mp4/part-frames";

/** A recording as one file: a header, then the frames of part after part. */
export interface Recording {
  readonly header: Uint8Array;
  /** The parts, ascending. */
  readonly numbers: readonly number[];
  /** Where each part's frames begin in the file, and at the end the file's size. */
  readonly offsets: Float64Array;
  readonly size: number;
}

/** Parts read at once; between two reads others have their turn. */
const AT_ONCE = 128;
const FRAMES = 15;

/** Finds a recording's frames. Takes some 20 µs a part. @throws Fault `part_malformed`, `mp4_malformed` */
export async function indexRecording(log: LogReader, space: string, extent: Extent): Promise<Recording> {
  const sizes = new Sizes((extent.to - extent.from) * FRAMES);
  const numbers: number[] = [];
  const lengths: number[] = [];
  for (const stretch of keptStretches(extent)) {
    for (let from = stretch.from; from < stretch.to; from += AT_ONCE) {
      for (const { part, body } of await log.parts(space, from, Math.min(stretch.to, from + AT_ONCE))) {
        const { frameSizes, data } = parsePart(decodePartRecord(body).renditions["aac-64k"]);
        sizes.add(frameSizes);
        numbers.push(part ?? 0);
        lengths.push(data.length);
      }
      await yieldToOthers();
    }
  }
  const header = m4aHeader(sizes.all());
  const offsets = new Float64Array(numbers.length + 1);
  offsets[0] = header.length;
  for (const [i, length] of lengths.entries()) offsets[i + 1] = (offsets[i] ?? 0) + length;
  return { header, numbers, offsets, size: offsets[numbers.length] ?? header.length };
}

/** Bytes `from` to `to` (exclusive) of the file, in pieces of at most 128 parts. */
export async function* readRecording(
  log: LogReader,
  space: string,
  recording: Recording,
  range: { readonly from: number; readonly to: number },
): AsyncGenerator<Uint8Array> {
  const { header, numbers, offsets } = recording;
  if (range.from < header.length) yield header.subarray(range.from, Math.min(range.to, header.length));
  for (let i = partAt(offsets, range.from); i < numbers.length && (offsets[i] ?? 0) < range.to; ) {
    const end = Math.min(numbers.length, i + AT_ONCE);
    const wanted = numbers.slice(i, end);
    const bodies = new Map((await log.parts(space, wanted[0] ?? 0, (wanted.at(-1) ?? 0) + 1)).map(({ part, body }) => [part, body]));
    const pieces: Uint8Array[] = [];
    for (const number of wanted) {
      const body = bodies.get(number);
      if (body === undefined) throw new Error(`part ${number} has gone from the log`);
      const start = offsets[i] ?? 0;
      const { data } = parsePart(decodePartRecord(body).renditions["aac-64k"]);
      if (start < range.to) pieces.push(data.subarray(Math.max(0, range.from - start), Math.min(data.length, range.to - start)));
      i += 1;
    }
    yield Buffer.concat(pieces);
  }
}

/** The part in which byte `at` lies; the first for bytes of the header. */
function partAt(offsets: Float64Array, at: number): number {
  let low = 0;
  let high = offsets.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((offsets[middle] ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Frame sizes, growing. */
class Sizes {
  #sizes: Uint16Array<ArrayBuffer>;
  #count = 0;

  constructor(expected: number) {
    this.#sizes = new Uint16Array(Math.max(FRAMES, expected));
  }

  add(sizes: readonly number[]): void {
    if (this.#count + sizes.length > this.#sizes.length) {
      const larger = new Uint16Array(this.#sizes.length * 2 + sizes.length);
      larger.set(this.#sizes);
      this.#sizes = larger;
    }
    this.#sizes.set(sizes, this.#count);
    this.#count += sizes.length;
  }

  all(): Uint16Array {
    return this.#sizes.subarray(0, this.#count);
  }
}
