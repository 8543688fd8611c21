/**
 * Tickets and passes: compact, signed, and without memory on the server.
 *
 * A ticket is a place in line: kind u8, key id u8, epoch u16, line key in microseconds u64, ordinal u32, random 8 bytes, then 16 bytes of HMAC.
 * A pass is what it turns into when a stream opens: the same person, with a generation in the ordinal's place. The Space is signed but not
 * written: a ticket is only ever shown at its own Space's door.
 */

import { decodeBase64url, encodeBase64url } from "./base64url.ts";

/** What a ticket or pass says. */
export interface Ticket {
  readonly kind: "ticket" | "pass";
  readonly keyId: number;
  readonly epoch: number;
  /** The instant of arrival by the door clock, in microseconds since 1970. */
  readonly lineKey: number;
  /** A ticket's number on its edge, a pass's generation. */
  readonly ordinal: number;
  /** 8 random bytes, as 16 hexadecimal digits: names the person's place, and no person. */
  readonly id: string;
}

/** HMAC-SHA-256 with the key of that id; null for an unknown key. */
export type Sign = (keyId: number, message: Uint8Array) => Uint8Array | null;

const BODY = 24;
const TAG = 16;
const KINDS = ["ticket", "pass"] as const;
const TEXT_LENGTH = Math.ceil(((BODY + TAG) * 4) / 3);

/** Makes the text of a ticket. Runs for everyone who arrives: one HMAC, no more than a few small allocations. */
export function makeTicket(space: string, ticket: Ticket, sign: Sign): string | null {
  const message = new Uint8Array(BODY + space.length);
  const view = new DataView(message.buffer);
  message[0] = ticket.kind === "pass" ? 2 : 1;
  message[1] = ticket.keyId;
  view.setUint16(2, ticket.epoch);
  view.setUint32(4, Math.floor(ticket.lineKey / 2 ** 32));
  view.setUint32(8, ticket.lineKey >>> 0);
  view.setUint32(12, ticket.ordinal);
  for (let i = 0; i < 8; i++) message[16 + i] = Number.parseInt(ticket.id.slice(2 * i, 2 * i + 2), 16);
  writeSpace(message, space);
  const tag = sign(ticket.keyId, message);
  if (tag === null) return null;
  const out = new Uint8Array(BODY + TAG);
  out.set(message.subarray(0, BODY));
  out.set(tag.subarray(0, TAG), BODY);
  return encodeBase64url(out);
}

/**
 * Checks a text that claims to be a ticket or pass of `space`.
 *
 * @returns null for anything that was not made with one of the keys for this Space and epoch; the comparison takes constant time
 */
export function checkTicket(space: string, text: string, options: { readonly epoch: number; readonly sign: Sign }): Ticket | null {
  if (text.length !== TEXT_LENGTH) return null;
  const bytes = decodeBase64url(text);
  if (bytes === null || bytes.length !== BODY + TAG) return null;
  const kind = KINDS[(bytes[0] ?? 0) - 1];
  if (kind === undefined) return null;
  const message = new Uint8Array(BODY + space.length);
  message.set(bytes.subarray(0, BODY));
  writeSpace(message, space);
  const keyId = bytes[1] ?? 0;
  const tag = options.sign(keyId, message);
  if (tag === null || !isSame(tag, bytes)) return null;
  const view = new DataView(bytes.buffer);
  const epoch = view.getUint16(2);
  if (epoch !== options.epoch) return null;
  let id = "";
  for (let i = 16; i < 24; i++) id += (bytes[i] ?? 0).toString(16).padStart(2, "0");
  return { kind, keyId, epoch, lineKey: view.getUint32(4) * 2 ** 32 + view.getUint32(8), ordinal: view.getUint32(12), id };
}

function writeSpace(message: Uint8Array, space: string): void {
  for (let i = 0; i < space.length; i++) message[BODY + i] = space.charCodeAt(i);
}

function isSame(tag: Uint8Array, bytes: Uint8Array): boolean {
  let difference = 0;
  for (let i = 0; i < TAG; i++) difference |= (tag[i] ?? 0) ^ (bytes[BODY + i] ?? 0);
  return difference === 0;
}
