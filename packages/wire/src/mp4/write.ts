/** Writes boxes: small, for headers that are made once. */

const utf8 = new TextEncoder();

/** Bytes, or numbers that are bytes. */
type Piece = Uint8Array | readonly number[];

/** One box around its pieces. */
export function box(type: string, ...pieces: readonly Piece[]): Uint8Array<ArrayBuffer> {
  const size = pieces.reduce((sum, piece) => sum + piece.length, 8);
  const out = new Uint8Array(size);
  new DataView(out.buffer).setUint32(0, size);
  out.set(utf8.encode(type), 4);
  let at = 8;
  for (const piece of pieces) {
    out.set(piece, at);
    at += piece.length;
  }
  return out;
}

/** A box with version and flags. */
export function fullBox(type: string, version: number, flags: number, ...pieces: readonly Piece[]): Uint8Array<ArrayBuffer> {
  return box(type, [version, (flags >> 16) & 255, (flags >> 8) & 255, flags & 255], ...pieces);
}

/** Big-endian 16-bit numbers. */
export function u16(...values: readonly number[]): readonly number[] {
  return values.flatMap((value) => [(value >> 8) & 255, value & 255]);
}

/** Big-endian 32-bit numbers. */
export function u32(...values: readonly number[]): readonly number[] {
  return values.flatMap((value) => [(value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255]);
}

/** Big-endian 64-bit numbers, up to 2^53. */
export function u64(...values: readonly number[]): readonly number[] {
  return values.flatMap((value) => [...u32(Math.floor(value / 2 ** 32)), ...u32(value >>> 0)]);
}

/** The bytes of ASCII text. */
export function ascii(text: string): Uint8Array {
  return utf8.encode(text);
}
