/** Reads a stream or a part: init segment, parts with their number, and the messages that ride along. */

import { Fault } from "@odeon/core/shared/fault";
import { PART_SAMPLES } from "@odeon/core/shared/program";
import { decodeEmsg, OWNERS } from "@odeon/wire/emsg";
import { type Box, BoxReader } from "@odeon/wire/mp4/boxes";
import { readDecodeTime } from "@odeon/wire/mp4/part-frames";
import type { PublicState, PublicTexts } from "@odeon/wire/state";

/** What comes out. Bytes are copies. */
export type Item =
  | { readonly is: "init"; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly is: "part"; readonly number: number; readonly bytes: Uint8Array<ArrayBuffer> }
  /** `time` in samples of the program. */
  | { readonly is: "state"; readonly time: number; readonly state: PublicState }
  | { readonly is: "texts"; readonly time: number; readonly texts: PublicTexts }
  | { readonly is: "pass"; readonly pass: string };

/** Cuts one stream into items. Make a new one for every stream. */
export class Demuxer {
  readonly #boxes = new BoxReader();
  #head: Box | null = null;

  /**
   * Takes the next bytes.
   *
   * @throws Fault `mp4_malformed`: the stream cannot be read on
   */
  push(chunk: Uint8Array): readonly Item[] {
    return this.#boxes.push(chunk).flatMap((box) => this.#take(box) ?? []);
  }

  #take(box: Box): Item | null {
    const head = this.#head;
    this.#head = null;
    switch (box.type) {
      case "ftyp":
      case "moof":
        this.#head = box;
        return null;
      case "moov":
        return head?.type === "ftyp" ? { is: "init", bytes: join(head.bytes, box.bytes) } : null;
      case "mdat":
        if (head?.type !== "moof") throw new Fault("mp4_malformed", "media without its description");
        return { is: "part", number: Math.round(readDecodeTime(head.body) / PART_SAMPLES), bytes: join(head.bytes, box.bytes) };
      case "emsg":
        return readMessage(box.bytes);
      default:
        return null;
    }
  }
}

/** An event message as an item; null for one of somebody else, or one that cannot be read: sound does not stop for it. */
function readMessage(bytes: Uint8Array): Item | null {
  try {
    const message = decodeEmsg(bytes);
    return message === null ? null : readOwned(message.owner, JSON.parse(message.json), message.time);
  } catch (error) {
    if (error instanceof Fault || error instanceof SyntaxError) return null;
    throw error;
  }
}

/** A message of the house by its owner, as any carrier brings it; null for somebody else's. @param time samples of the program */
export function readOwned(owner: string, value: unknown, time: number): Item | null {
  if (typeof value !== "object" || value === null) return null;
  if (owner === OWNERS.state && "life" in value) return { is: "state", time, state: value as PublicState };
  if (owner === OWNERS.texts && "names" in value) return { is: "texts", time, texts: value as PublicTexts };
  return owner === OWNERS.pass && "pass" in value && typeof value.pass === "string" ? { is: "pass", pass: value.pass } : null;
}

function join(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(a.length + b.length);
  out.set(a);
  out.set(b, a.length);
  return out;
}
