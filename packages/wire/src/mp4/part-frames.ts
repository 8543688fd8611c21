/**
 * Reads one part (`moof`+`mdat` of one track) as `@odeon/media/cmaf` writes it.
 *
 * @see ISO/IEC 14496-12 clauses 8.8.4 to 8.8.12
 */

import { Fault } from "@odeon/core/shared/fault";
import { findBox, readBoxes } from "./boxes.ts";

/** What a part holds. `data` is a view. */
export interface PartFrames {
  readonly sequence: number;
  /** Samples at 48 kHz on the program's timeline. */
  readonly tfdt: number;
  readonly frameSizes: readonly number[];
  /** All frames, one behind the other. */
  readonly data: Uint8Array;
}

const TRUN_FRAME_SIZES = 0x200;
const TRUN_DATA_OFFSET = 0x1;
const TRUN_FRAME_LIMIT = 4_096;

/**
 * Reads a part.
 *
 * @throws Fault `mp4_malformed`
 */
export function parsePart(part: Uint8Array): PartFrames {
  const boxes = readBoxes(part);
  const moof = readBoxes(findBox(boxes, "moof").body);
  const traf = readBoxes(findBox(moof, "traf").body);
  const data = findBox(boxes, "mdat").body;
  const frameSizes = readSizes(findBox(traf, "trun").body);
  if (frameSizes.reduce((sum, size) => sum + size, 0) !== data.length) throw new Fault("mp4_malformed", "frame sizes do not add up to the data");
  return { sequence: readU32(findBox(moof, "mfhd").body, 4), tfdt: readTfdt(findBox(traf, "tfdt").body), frameSizes, data };
}

/**
 * The decode time alone, for who only needs the part's place.
 *
 * @param moof the body of a `moof` box
 * @throws Fault `mp4_malformed`
 */
export function readDecodeTime(moof: Uint8Array): number {
  return readTfdt(findBox(readBoxes(findBox(readBoxes(moof), "traf").body), "tfdt").body);
}

function readTfdt(body: Uint8Array): number {
  if (body[0] !== 1) throw new Fault("mp4_malformed", "a tfdt that is not 64-bit");
  const time = readU32(body, 4) * 2 ** 32 + readU32(body, 8);
  if (!Number.isSafeInteger(time)) throw new Fault("mp4_malformed", "a decode time past 2^53");
  return time;
}

function readSizes(body: Uint8Array): readonly number[] {
  const flags = readU32(body, 0) & 0xff_ffff;
  const count = readU32(body, 4);
  if (flags !== (TRUN_FRAME_SIZES | TRUN_DATA_OFFSET) || count > TRUN_FRAME_LIMIT || body.length !== 12 + 4 * count)
    throw new Fault("mp4_malformed", "a trun of another shape");
  return Array.from({ length: count }, (_, i) => readU32(body, 12 + 4 * i));
}

function readU32(body: Uint8Array, at: number): number {
  if (at + 4 > body.length) throw new Fault("mp4_malformed", "a box that is too short");
  return new DataView(body.buffer, body.byteOffset, body.byteLength).getUint32(at);
}
