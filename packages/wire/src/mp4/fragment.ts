/**
 * Parts as CMAF chunks: one init segment a codec, then `moof`+`mdat` for each 320 ms.
 *
 * @see ISO/IEC 23000-19 clause 7.3 (CMAF tracks), ISO/IEC 14496-12 clause 8.8 (fragments)
 */

import { emptyTables, movie, type TrackCodec } from "./track.ts";
import { ascii, box, fullBox, u32, u64 } from "./write.ts";

const DEFAULT_BASE_IS_MOOF = 0x2_0000;
const DURATION_AND_FLAGS = 0x28;
const SYNC_SAMPLE = 0x0200_0000;
const TRUN_FLAGS = 0x201;

/** The init segment of a codec: the same bytes for every bitrate, so that switching is just the next part. */
export function initSegment(codec: TrackCodec): Uint8Array {
  const trex = fullBox("trex", 0, 0, u32(1, 1, 0, 0, SYNC_SAMPLE));
  const ftyp = box("ftyp", ascii("iso6"), u32(0), ascii("iso6cmfcmp41dash"));
  const moov = movie(codec, 0, emptyTables(), [box("mvex", trex)]);
  return concat([ftyp, moov]);
}

/**
 * One part.
 *
 * @param part `sequence` counts from 1, `decodeTime` is in samples on the program's timeline, every frame lasts `frameSamples`
 */
export function mediaPart(part: {
  readonly sequence: number;
  readonly decodeTime: number;
  readonly frames: readonly Uint8Array[];
  readonly frameSamples: number;
}): Uint8Array {
  const head = (dataOffset: number): Uint8Array => {
    const tfhd = fullBox("tfhd", 0, DEFAULT_BASE_IS_MOOF | DURATION_AND_FLAGS, u32(1, part.frameSamples, SYNC_SAMPLE));
    const tfdt = fullBox("tfdt", 1, 0, u64(part.decodeTime));
    const trun = fullBox(
      "trun",
      0,
      TRUN_FLAGS,
      u32(part.frames.length, dataOffset),
      part.frames.flatMap((frame) => u32(frame.length)),
    );
    return box("moof", fullBox("mfhd", 0, 0, u32(part.sequence)), box("traf", tfhd, tfdt, trun));
  };
  const moof = head(head(0).length + 8);
  return concat([moof, box("mdat", concat(part.frames))]);
}

function concat(pieces: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    out.set(piece, at);
    at += piece.length;
  }
  return out;
}
