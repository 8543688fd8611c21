/**
 * The sound track's description: one mono track at 48 kHz, Opus or AAC-LC.
 *
 * @see ISO/IEC 14496-12 clause 8, ISO/IEC 14496-14 clause 5.6 (esds), Encapsulation of Opus in ISOBMFF section 4.3 (dOps)
 */

import { SAMPLE_RATE } from "@odeon/core/shared/program";
import { ascii, box, fullBox, u16, u32 } from "./write.ts";

/** What the track is coded in. */
export type TrackCodec = "opus" | "aac";

const IDENTITY = u32(0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000);
const TRACK = 1;

/** A `moov` of one track. @param duration samples; 0 for a fragmented file. @param tables the boxes of `stbl` behind `stsd`. @param extra boxes behind the track, e.g. `mvex` */
export function movie(codec: TrackCodec, duration: number, tables: readonly Uint8Array[], extra: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const header = fullBox(
    "mvhd",
    0,
    0,
    u32(0, 0, SAMPLE_RATE, duration, 0x1_0000),
    u16(0x100, 0),
    u32(0, 0),
    IDENTITY,
    u32(0, 0, 0, 0, 0, 0, TRACK + 1),
  );
  return box("moov", header, track(codec, duration, tables), ...extra);
}

/** The boxes of empty sample tables, for fragmented files. */
export function emptyTables(): readonly Uint8Array[] {
  return [fullBox("stts", 0, 0, u32(0)), fullBox("stsc", 0, 0, u32(0)), fullBox("stsz", 0, 0, u32(0, 0)), fullBox("stco", 0, 0, u32(0))];
}

function track(codec: TrackCodec, duration: number, tables: readonly Uint8Array[]): Uint8Array {
  const tkhd = fullBox("tkhd", 0, 7, u32(0, 0, TRACK, 0, duration, 0, 0), u16(0, 0, 0x100, 0), IDENTITY, u32(0, 0));
  const mdhd = fullBox("mdhd", 0, 0, u32(0, 0, SAMPLE_RATE, duration), u16(0x55c4, 0));
  const hdlr = fullBox("hdlr", 0, 0, u32(0), ascii("soun"), u32(0, 0, 0), ascii("Odeon\0"));
  const dinf = box("dinf", fullBox("dref", 0, 0, u32(1), fullBox("url ", 0, 1)));
  const stbl = box("stbl", fullBox("stsd", 0, 0, u32(1), sampleEntry(codec)), ...tables);
  const minf = box("minf", fullBox("smhd", 0, 0, u16(0, 0)), dinf, stbl);
  return box("trak", tkhd, box("mdia", mdhd, hdlr, minf));
}

function sampleEntry(codec: TrackCodec): Uint8Array {
  const audio = [...u32(0), ...u16(0, 1), ...u32(0, 0), ...u16(1, 16, 0, 0), ...u32(SAMPLE_RATE * 65_536)];
  // Pre-skip 0: the encoder is pre-fed, packet k decodes to exactly the program at its time.
  if (codec === "opus") return box("Opus", audio, box("dOps", [0, 1], u16(0), u32(SAMPLE_RATE), u16(0), [0]));
  return box("mp4a", audio, fullBox("esds", 0, 0, elementaryStream()));
}

function elementaryStream(): readonly number[] {
  // AAC-LC (2), 48 kHz (index 3), one channel.
  const config = [0x11, 0x88];
  const specific = [5, config.length, ...config];
  const decoder = [0x40, 0x15, 0, 0, 0, ...u32(96_000, 64_000), ...specific];
  const body = [...u16(TRACK), 0, 4, decoder.length, ...decoder, 6, 1, 2];
  return [3, body.length, ...body];
}
