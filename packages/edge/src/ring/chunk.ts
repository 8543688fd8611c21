/** Bytes that go to many listeners as they are: framed once for HTTP/1.1, plain for everything else. */

/** One write; both are views of the same memory, shared by everybody, never changed. */
export interface Chunk {
  /** With the size before and the line break behind it, as a chunked response has it. */
  readonly framed: Buffer;
  readonly raw: Buffer;
}

/**
 * Joins `pieces` into one chunk. The pieces are copied: they may be views of a larger buffer that should not live on.
 *
 * @see RFC 9112 section 7.1
 */
export function makeChunk(pieces: readonly Uint8Array[]): Chunk {
  const size = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const head = `${size.toString(16)}\r\n`;
  const framed = Buffer.allocUnsafeSlow(head.length + size + 2);
  framed.write(head, 0, "latin1");
  let at = head.length;
  for (const piece of pieces) {
    framed.set(piece, at);
    at += piece.length;
  }
  framed.write("\r\n", at, "latin1");
  return { framed, raw: framed.subarray(head.length, at) };
}
