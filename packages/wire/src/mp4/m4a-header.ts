/** The header of a plain `.m4a` made of AAC frames that exist already: nothing is encoded again, and every player can seek. */

import { AAC_FRAME_SAMPLES } from "@odeon/core/shared/program";
import { movie } from "./track.ts";
import { ascii, box, fullBox, u32, u64 } from "./write.ts";

/** Frames of one chunk of the file: one part. */
const CHUNK_FRAMES = 15;

/**
 * `ftyp`, `moov` and the head of `mdat`: the frames follow, one behind the other.
 *
 * @param sizes bytes of each frame
 */
export function m4aHeader(sizes: Uint16Array): Uint8Array {
  const ftyp = box("ftyp", ascii("M4A "), u32(512), ascii("M4A isomiso2"));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const mdat = [...u32(1), ...ascii("mdat"), ...u64(total + 16)];
  // The offsets' width does not depend on their values, so a first pass tells where the data begins.
  const length = moov(sizes, 0).length;
  const header = new Uint8Array(ftyp.length + length + mdat.length);
  header.set(ftyp);
  header.set(moov(sizes, header.length), ftyp.length);
  header.set(mdat, ftyp.length + length);
  return header;
}

function moov(sizes: Uint16Array, dataStart: number): Uint8Array<ArrayBuffer> {
  const chunks = Math.ceil(sizes.length / CHUNK_FRAMES);
  const rest = sizes.length % CHUNK_FRAMES;
  const runs =
    rest === 0
      ? [[1, CHUNK_FRAMES]]
      : chunks === 1
        ? [[1, rest]]
        : [
            [1, CHUNK_FRAMES],
            [chunks, rest],
          ];
  const stsz = new Uint8Array(8 + 4 * sizes.length);
  const sizeView = new DataView(stsz.buffer);
  sizeView.setUint32(4, sizes.length);
  const offsets = new Uint8Array(4 + 8 * chunks);
  const offsetView = new DataView(offsets.buffer);
  offsetView.setUint32(0, chunks);
  let at = dataStart;
  for (const [i, size] of sizes.entries()) {
    sizeView.setUint32(8 + 4 * i, size);
    if (i % CHUNK_FRAMES === 0) offsetView.setBigUint64(4 + (8 * i) / CHUNK_FRAMES, BigInt(at));
    at += size;
  }
  const tables = [
    fullBox("stts", 0, 0, u32(1, sizes.length, AAC_FRAME_SAMPLES)),
    fullBox(
      "stsc",
      0,
      0,
      u32(runs.length),
      runs.flatMap(([first = 1, frames = 0]) => u32(first, frames, 1)),
    ),
    fullBox("stsz", 0, 0, stsz),
    fullBox("co64", 0, 0, offsets),
  ];
  return movie("aac", sizes.length * AAC_FRAME_SAMPLES, tables, []);
}
