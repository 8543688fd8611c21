/**
 * RTP packets.
 *
 * @see RFC 3550 section 5.1
 */

import { Fault } from "@odeon/core/shared/fault";

/** One packet; `payload` is a view. */
export interface RtpPacket {
  readonly payloadType: number;
  /** 0 to 65535, wraps. */
  readonly sequence: number;
  /** 0 to 2^32-1, wraps; 48 kHz for Opus. */
  readonly timestamp: number;
  readonly ssrc: number;
  readonly marker: boolean;
  readonly payload: Uint8Array;
}

const HEADER = 12;

/**
 * Reads a packet; contributing sources, extension and padding are passed over.
 *
 * @throws Fault `rtp_malformed`
 */
export function parseRtp(bytes: Uint8Array): RtpPacket {
  const [first = 0, second = 0] = bytes;
  if (bytes.length < HEADER || first >> 6 !== 2) throw new Fault("rtp_malformed", "not an RTP packet of version 2");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let start = HEADER + 4 * (first & 0x0f);
  if ((first & 0x10) !== 0) {
    if (start + 4 > bytes.length) throw new Fault("rtp_malformed", "an extension past the packet's end");
    start += 4 + 4 * view.getUint16(start + 2);
  }
  const padding = (first & 0x20) === 0 ? 0 : (bytes.at(-1) ?? 0);
  const end = bytes.length - padding;
  if (start > end || (padding === 0 && (first & 0x20) !== 0)) throw new Fault("rtp_malformed", "header or padding past the packet's end");
  return {
    payloadType: second & 0x7f,
    sequence: view.getUint16(2),
    timestamp: view.getUint32(4),
    ssrc: view.getUint32(8),
    marker: (second & 0x80) !== 0,
    payload: bytes.subarray(start, end),
  };
}

/** Writes a packet without contributing sources, extension or padding. */
export function writeRtp(packet: RtpPacket): Uint8Array {
  const out = new Uint8Array(HEADER + packet.payload.length);
  const view = new DataView(out.buffer);
  out[0] = 0x80;
  out[1] = (packet.marker ? 0x80 : 0) | (packet.payloadType & 0x7f);
  view.setUint16(2, packet.sequence);
  view.setUint32(4, packet.timestamp);
  view.setUint32(8, packet.ssrc);
  out.set(packet.payload, HEADER);
  return out;
}

/**
 * Extends a wrapping number to one that only grows, taking the shorter way round.
 *
 * @param last the last extended number; null for the first
 * @param size 2^16 for sequences, 2^32 for timestamps
 * @see RFC 3550 appendix A.1
 */
export function unwrap(last: number | null, value: number, size: number): number {
  if (last === null) return value;
  const ahead = (((value - last) % size) + size) % size;
  return last + (ahead < size / 2 ? ahead : ahead - size);
}
