/**
 * What an Opus packet says of itself, checked before a decoder sees it.
 *
 * @see RFC 6716 section 3
 */

/** What a well-formed packet holds. */
export interface OpusPacket {
  /** Its length at 48 kHz: 120 to 5,760. */
  readonly samples: number;
  /** Whether it may carry its predecessor (in-band FEC): SILK and hybrid frames. */
  readonly mayCarryFec: boolean;
  /** Whether it only says that silence goes on (DTX). */
  readonly silent: boolean;
}

const MOST_SAMPLES = 5_760;
const MOST_FRAME_BYTES = 1_275;
/** A table of contents and at most one byte: libopus decodes it to comfort noise. */
const MOST_SILENT_BYTES = 2;
const CELT_SAMPLES = [120, 240, 480, 960] as const;
const SILK_SAMPLES = [480, 960, 1_920, 2_880] as const;

/** Reads a packet's table of contents and frame lengths; null when it is not well formed (requirements R1 to R7). */
export function readOpusPacket(bytes: Uint8Array): OpusPacket | null {
  const [toc, second] = bytes;
  if (toc === undefined) return null;
  const frame = frameSamples(toc >> 3);
  const count = (toc & 3) === 0 ? 1 : (toc & 3) === 3 ? (second ?? 0) & 0x3f : 2;
  const samples = frame * count;
  if (count === 0 || samples > MOST_SAMPLES || !lengthsFit(bytes)) return null;
  return { samples, mayCarryFec: toc >> 3 < 16 && bytes.length > MOST_SILENT_BYTES, silent: bytes.length <= MOST_SILENT_BYTES };
}

function frameSamples(configuration: number): number {
  if (configuration >= 16) return CELT_SAMPLES[(configuration & 3) as 0 | 1 | 2 | 3];
  if (configuration >= 12) return (configuration & 1) === 0 ? 480 : 960;
  return SILK_SAMPLES[(configuration & 3) as 0 | 1 | 2 | 3];
}

function lengthsFit(bytes: Uint8Array): boolean {
  const code = (bytes[0] ?? 0) & 3;
  const body = bytes.length - 1;
  if (code === 0) return body <= MOST_FRAME_BYTES;
  if (code === 1) return body % 2 === 0 && body / 2 <= MOST_FRAME_BYTES;
  if (code === 2) {
    const first = readLength(bytes, 1);
    return first !== null && first.at + first.length <= bytes.length && bytes.length - first.at - first.length <= MOST_FRAME_BYTES;
  }
  return manyFramesFit(bytes);
}

function manyFramesFit(bytes: Uint8Array): boolean {
  const second = bytes[1];
  if (second === undefined) return false;
  const count = second & 0x3f;
  let at = 2;
  let end = bytes.length;
  if ((second & 0x40) !== 0) {
    let more = 255;
    while (more === 255) {
      more = bytes[at++] ?? -1;
      if (more < 0) return false;
      end -= more === 255 ? 254 : more;
    }
  }
  if (at > end) return false;
  if ((second & 0x80) === 0) return (end - at) % count === 0 && (end - at) / count <= MOST_FRAME_BYTES;
  let total = 0;
  for (let i = 0; i < count - 1; i++) {
    const length = readLength(bytes, at);
    if (length === null) return false;
    at = length.at;
    total += length.length;
  }
  return at + total <= end && end - at - total <= MOST_FRAME_BYTES;
}

function readLength(bytes: Uint8Array, at: number): { readonly length: number; readonly at: number } | null {
  const first = bytes[at];
  if (first === undefined) return null;
  if (first < 252) return { length: first, at: at + 1 };
  const second = bytes[at + 1];
  return second === undefined ? null : { length: second * 4 + first, at: at + 2 };
}
