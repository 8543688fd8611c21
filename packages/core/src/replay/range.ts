/** Byte ranges of one file. */

/** Bytes `from` to `to`, exclusive. */
export interface ByteRange {
  readonly from: number;
  readonly to: number;
}

/** Digits of a position: more would not be a safe integer. */
const SINGLE = /^bytes=(?:(\d{1,15})-(\d{1,15})?|-(\d{1,15}))$/;

/**
 * Reads a `Range` header for a file of `size` bytes.
 *
 * Several ranges, other units and what cannot be read are passed over, as the RFC allows: then the whole file is meant.
 *
 * @returns `unsatisfiable` for a range that begins behind the end, or asks for the last 0 bytes
 * @see RFC 9110 sections 14.1.2 and 14.2
 */
export function readRange(header: string | undefined, size: number): ByteRange | "whole" | "unsatisfiable" {
  const match = header === undefined ? null : SINGLE.exec(header.trim());
  if (match === null) return "whole";
  const [, first, last, suffix] = match;
  if (suffix !== undefined) {
    const count = Math.min(Number(suffix), size);
    return count === 0 ? "unsatisfiable" : { from: size - count, to: size };
  }
  const from = Number(first);
  if (last !== undefined && Number(last) < from) return "whole";
  if (from >= size) return "unsatisfiable";
  return { from, to: last === undefined ? size : Math.min(Number(last) + 1, size) };
}
