/**
 * Frames on a Unix socket between processes: length u32 LE (of what follows), kind u8, body.
 *
 * Kind 0 is a message: header length u32 LE, JSON header, then each blob as length u32 LE and bytes.
 * Kind 1 is RTP: handle u32 LE, then one RTP packet.
 */

import { Fault } from "@odeon/core/shared/fault";
import type { Packet } from "./messages.ts";

/** The largest frame that is taken: 8 MiB. */
export const FRAME_LIMIT = 8 << 20;

const MESSAGE = 0;
const RTP = 1;

/** What a frame turned out to hold. RTP bytes and blobs are views that the receiver may keep. */
export type Framed<Message> =
  | ({ readonly is: "message" } & Packet<Message>)
  | { readonly is: "rtp"; readonly handle: number; readonly packet: Uint8Array };

/** Encodes a message with its blobs as one frame. */
export function encodeMessage(message: object, blobs: readonly Uint8Array[] = []): Uint8Array {
  const header = Buffer.from(JSON.stringify(message), "utf8");
  const size = blobs.reduce((sum, blob) => sum + 4 + blob.length, 9 + header.length);
  const out = Buffer.allocUnsafe(size);
  out.writeUInt32LE(size - 4, 0);
  out[4] = MESSAGE;
  out.writeUInt32LE(header.length, 5);
  out.set(header, 9);
  let at = 9 + header.length;
  for (const blob of blobs) {
    out.writeUInt32LE(blob.length, at);
    out.set(blob, at + 4);
    at += 4 + blob.length;
  }
  return out;
}

/** Encodes one RTP packet as one frame. Runs for every packet: one allocation from the pool. */
export function encodeRtp(handle: number, packet: Uint8Array): Uint8Array {
  const out = Buffer.allocUnsafe(9 + packet.length);
  out.writeUInt32LE(5 + packet.length, 0);
  out[4] = RTP;
  out.writeUInt32LE(handle, 5);
  out.set(packet, 9);
  return out;
}

/** Cuts a byte stream into frames, whatever the chunks' boundaries. Keeps at most one frame. */
export class FrameReader<Message> {
  #pending: Buffer = Buffer.alloc(0);

  /**
   * Takes the next bytes of the stream.
   *
   * @throws Fault `frame_too_large`, `frame_malformed`: the connection cannot be read on
   */
  push(chunk: Uint8Array): Framed<Message>[] {
    const bytes = this.#pending.length === 0 ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length) : Buffer.concat([this.#pending, chunk]);
    const frames: Framed<Message>[] = [];
    let at = 0;
    while (bytes.length - at >= 4) {
      const length = bytes.readUInt32LE(at);
      if (length > FRAME_LIMIT) throw new Fault("frame_too_large", `a frame of ${length} bytes`);
      if (bytes.length - at - 4 < length) break;
      frames.push(decodeFrame<Message>(bytes.subarray(at + 4, at + 4 + length)));
      at += 4 + length;
    }
    this.#pending = at === bytes.length ? Buffer.alloc(0) : Buffer.from(bytes.subarray(at));
    return frames;
  }
}

function decodeFrame<Message>(frame: Buffer): Framed<Message> {
  if (frame.length < 5) throw new Fault("frame_malformed", "a frame shorter than its header");
  if (frame[0] === RTP) return { is: "rtp", handle: frame.readUInt32LE(1), packet: frame.subarray(5) };
  if (frame[0] !== MESSAGE) throw new Fault("frame_malformed", `unknown kind ${frame[0]}`);
  const headerEnd = 5 + frame.readUInt32LE(1);
  if (headerEnd > frame.length) throw new Fault("frame_malformed", "a header longer than its frame");
  return { is: "message", message: parseHeader<Message>(frame.subarray(5, headerEnd)), blobs: cutBlobs(frame.subarray(headerEnd)) };
}

function parseHeader<Message>(header: Buffer): Message {
  try {
    const value: unknown = JSON.parse(header.toString("utf8"));
    if (typeof value === "object" && value !== null && "type" in value) return value as Message;
  } catch (cause) {
    throw new Fault("frame_malformed", "a header that is not JSON", { cause });
  }
  throw new Fault("frame_malformed", "a header without type");
}

function cutBlobs(bytes: Buffer): Uint8Array[] {
  const blobs: Uint8Array[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (bytes.length - at < 4) throw new Fault("frame_malformed", "a blob without length");
    const length = bytes.readUInt32LE(at);
    if (length > bytes.length - at - 4) throw new Fault("frame_malformed", "a blob longer than its frame");
    blobs.push(bytes.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return blobs;
}
