/** The body of a `part` record: flags, loudness and the three renditions of one part. */

import { Fault } from "@odeon/core/shared/fault";
import { RENDITIONS, type Rendition } from "@odeon/core/shared/program";

/** One part as the log holds it. Renditions are `moof`+`mdat`, without `emsg`. */
export interface PartRecord {
  readonly gap: boolean;
  /** Loudness, 0 to 100, for the waveform. */
  readonly level: number;
  /** Wall time of the first sample, milliseconds since 1970. */
  readonly startsAt: number;
  readonly renditions: Readonly<Record<Rendition, Uint8Array>>;
}

const VERSION = 1;
const HEADER = 12;

/** Encodes one part: version u8, flags u8, level u8, count u8, startsAt f64, then for each rendition its length as u32 LE, then the bytes. */
export function encodePartRecord(part: PartRecord): Uint8Array {
  const blobs = RENDITIONS.map((name) => part.renditions[name]);
  const size = blobs.reduce((sum, blob) => sum + 4 + blob.length, HEADER);
  const out = new Uint8Array(size);
  const view = new DataView(out.buffer);
  out.set([VERSION, part.gap ? 1 : 0, part.level, blobs.length]);
  view.setFloat64(4, part.startsAt, true);
  let at = HEADER;
  for (const blob of blobs) {
    view.setUint32(at, blob.length, true);
    at += 4;
  }
  for (const blob of blobs) {
    out.set(blob, at);
    at += blob.length;
  }
  return out;
}

/**
 * Decodes what {@link encodePartRecord} wrote; the renditions are views into `body`.
 *
 * @throws Fault `part_malformed`
 */
export function decodePartRecord(body: Uint8Array): PartRecord {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const index = HEADER + 4 * RENDITIONS.length;
  if (body.length < index || body[0] !== VERSION || body[3] !== RENDITIONS.length) {
    throw new Fault("part_malformed", "not a part record of version 1");
  }
  const renditions = {} as Record<Rendition, Uint8Array>;
  let at = index;
  for (const [i, name] of RENDITIONS.entries()) {
    const length = view.getUint32(HEADER + 4 * i, true);
    if (length > body.length - at) throw new Fault("part_malformed", "a rendition runs past the record");
    renditions[name] = body.subarray(at, at + length);
    at += length;
  }
  if (at !== body.length) throw new Fault("part_malformed", "bytes after the last rendition");
  return { gap: (body[1] ?? 0) === 1, level: body[2] ?? 0, startsAt: view.getFloat64(4, true), renditions };
}
