/**
 * ISO base media file format boxes: cutting and naming them, without knowing what is inside.
 *
 * @see ISO/IEC 14496-12 clause 4.2
 */

import { Fault } from "@odeon/core/shared/fault";

/** One box: `body` is what follows the header, `bytes` all of it; both are views. */
export interface Box {
  readonly type: string;
  readonly body: Uint8Array;
  readonly bytes: Uint8Array;
}

/** The largest box that is waited for on a stream: 4 MiB. */
const BOX_LIMIT = 4 << 20;

/**
 * Cuts `bytes` into boxes; they must fill it exactly.
 *
 * @throws Fault `mp4_malformed`
 */
export function readBoxes(bytes: Uint8Array): readonly Box[] {
  const boxes: Box[] = [];
  for (let at = 0; at < bytes.length; ) {
    const box = readBox(bytes, at);
    if (box === null) throw new Fault("mp4_malformed", "a box runs past its container");
    boxes.push(box);
    at += box.bytes.length;
  }
  return boxes;
}

/**
 * The first box of a type among `boxes`.
 *
 * @throws Fault `mp4_malformed` when there is none
 */
export function findBox(boxes: readonly Box[], type: string): Box {
  const found = boxes.find((box) => box.type === type);
  if (found === undefined) throw new Fault("mp4_malformed", `no ${type} box`);
  return found;
}

/** Cuts a byte stream into whole boxes, whatever the chunks' boundaries. Keeps at most one box. */
export class BoxReader {
  #pending: Uint8Array<ArrayBuffer> = new Uint8Array(0);

  /**
   * Takes the next bytes; gives the boxes that are complete.
   *
   * @throws Fault `mp4_malformed`: the stream cannot be read on
   */
  push(chunk: Uint8Array): readonly Box[] {
    const bytes = new Uint8Array(this.#pending.length + chunk.length);
    bytes.set(this.#pending);
    bytes.set(chunk, this.#pending.length);
    const boxes: Box[] = [];
    let at = 0;
    for (let box = readBox(bytes, at); box !== null; box = readBox(bytes, at)) {
      boxes.push(box);
      at += box.bytes.length;
    }
    this.#pending = bytes.slice(at);
    return boxes;
  }
}

function readBox(bytes: Uint8Array, at: number): Box | null {
  if (bytes.length - at < 8) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, bytes.length - at);
  const size = view.getUint32(0);
  if (size < 8 || size > BOX_LIMIT) throw new Fault("mp4_malformed", `a box of ${size} bytes`);
  if (size > bytes.length - at) return null;
  const type = String.fromCharCode(view.getUint8(4), view.getUint8(5), view.getUint8(6), view.getUint8(7));
  return { type, body: bytes.subarray(at + 8, at + size), bytes: bytes.subarray(at, at + size) };
}
