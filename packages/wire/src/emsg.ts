/**
 * Event messages that carry the Space's state between parts: `emsg` version 1, scheme `https://aomedia.org/emsg/ID3`,
 * an ID3v2.4 tag with one `PRIV` frame whose owner says what the JSON is.
 *
 * @see ISO/IEC 23009-1 clause 5.10.3.3 (`emsg`)
 * @see ID3v2.4.0 section 4.27 (PRIV)
 */

import { Fault } from "@odeon/core/shared/fault";

/** The scheme of timed ID3 in CMAF. */
export const ID3_SCHEME = "https://aomedia.org/emsg/ID3";
/** Owners of the PRIV frame: a state snapshot, names and long texts, and the listener's pass. */
export const OWNERS = { state: "odeon:state", texts: "odeon:texts", pass: "odeon:pass" } as const;

/** One event message. */
export interface EventMessage {
  /** Samples at 48 kHz on the program's timeline. */
  readonly time: number;
  readonly id: number;
  readonly owner: string;
  readonly json: string;
}

const utf8 = new TextEncoder();
const text = new TextDecoder("utf-8", { fatal: true });

/** Encodes one `emsg` box, timescale 48000, duration unknown. */
export function encodeEmsg(message: EventMessage): Uint8Array {
  const tag = encodeTag(message.owner, utf8.encode(message.json));
  const scheme = utf8.encode(`${ID3_SCHEME}\0\0`);
  const size = 12 + 4 + 8 + 4 + 4 + scheme.length + tag.length;
  const out = new Uint8Array(size);
  const view = new DataView(out.buffer);
  view.setUint32(0, size);
  out.set(utf8.encode("emsg"), 4);
  out[8] = 1;
  view.setUint32(12, 48_000);
  view.setBigUint64(16, BigInt(Math.max(0, message.time)));
  view.setUint32(24, 0xffff_ffff);
  view.setUint32(28, message.id >>> 0);
  out.set(scheme, 32);
  out.set(tag, 32 + scheme.length);
  return out;
}

/**
 * Decodes one whole `emsg` box.
 *
 * @returns null for an event message of another scheme
 * @throws Fault `mp4_malformed`
 */
export function decodeEmsg(box: Uint8Array): EventMessage | null {
  if (box.length < 34 || box[8] !== 1) throw new Fault("mp4_malformed", "an emsg that is not version 1");
  const view = new DataView(box.buffer, box.byteOffset, box.byteLength);
  const schemeEnd = box.indexOf(0, 32);
  const valueEnd = schemeEnd < 0 ? -1 : box.indexOf(0, schemeEnd + 1);
  if (valueEnd < 0) throw new Fault("mp4_malformed", "an emsg without scheme or value");
  if (decodeText(box.subarray(32, schemeEnd)) !== ID3_SCHEME) return null;
  const frame = decodeTag(box.subarray(valueEnd + 1));
  return { time: Number(view.getBigUint64(16)), id: view.getUint32(28), ...frame };
}

function encodeTag(owner: string, body: Uint8Array): Uint8Array {
  const name = utf8.encode(`${owner}\0`);
  const frameSize = name.length + body.length;
  const out = new Uint8Array(20 + frameSize);
  out.set([0x49, 0x44, 0x33, 4, 0, 0, ...synchsafe(frameSize + 10), 0x50, 0x52, 0x49, 0x56, ...synchsafe(frameSize), 0, 0]);
  out.set(name, 20);
  out.set(body, 20 + name.length);
  return out;
}

function decodeTag(tag: Uint8Array): { readonly owner: string; readonly json: string } {
  const isPriv = tag.length >= 20 && decodeText(tag.subarray(0, 3)) === "ID3" && decodeText(tag.subarray(10, 14)) === "PRIV";
  if (!isPriv) throw new Fault("mp4_malformed", "an ID3 tag without PRIV frame");
  const size = ((tag[14] ?? 0) << 21) | ((tag[15] ?? 0) << 14) | ((tag[16] ?? 0) << 7) | (tag[17] ?? 0);
  if (20 + size > tag.length) throw new Fault("mp4_malformed", "a PRIV frame longer than its tag");
  const frame = tag.subarray(20, 20 + size);
  const end = frame.indexOf(0);
  if (end < 0) throw new Fault("mp4_malformed", "a PRIV frame without owner");
  return { owner: decodeText(frame.subarray(0, end)), json: decodeText(frame.subarray(end + 1)) };
}

function decodeText(bytes: Uint8Array): string {
  try {
    return text.decode(bytes);
  } catch (cause) {
    throw new Fault("mp4_malformed", "text that is not UTF-8", { cause });
  }
}

function synchsafe(n: number): readonly [number, number, number, number] {
  return [(n >> 21) & 0x7f, (n >> 14) & 0x7f, (n >> 7) & 0x7f, n & 0x7f];
}
