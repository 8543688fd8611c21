/** The newest parts of one Space in memory. */

import { RENDITIONS } from "@odeon/core/shared/program";
import { type Chunk, makeChunk } from "./chunk.ts";

/** One part in every rendition, in the order of RENDITIONS. */
export interface RingPart {
  readonly number: number;
  /** With state and texts before the sound. */
  readonly chunks: readonly Chunk[];
}

/** Makes a part of what the house sent; copies the bytes. */
export function makeRingPart(number: number, events: readonly Uint8Array[], media: readonly Uint8Array[]): RingPart {
  return { number, chunks: RENDITIONS.map((_, i) => makeChunk([...events, media[i] ?? new Uint8Array()])) };
}

/** Keeps the newest `size` part numbers; a number is taken once, whoever sends it again. */
export class Ring {
  readonly #slots: (RingPart | undefined)[];
  #next = 0;
  #first = 0;

  constructor(size: number) {
    this.#slots = new Array<RingPart | undefined>(size).fill(undefined);
  }

  /** The number of the first part that has not come yet; 0 before any came. */
  get next(): number {
    return this.#next;
  }

  /** The smallest number that may be here; `next` when empty. */
  get first(): number {
    return Math.max(this.#first, this.#next - this.#slots.length);
  }

  /** The part, undefined when it is not here. Runs for every write: no allocation. */
  get(number: number): RingPart | undefined {
    const part = this.#slots[number % this.#slots.length];
    return part?.number === number ? part : undefined;
  }

  /** Takes a part; says whether it was new. */
  put(part: RingPart): boolean {
    const { number } = part;
    if (this.#next > 0 && (number < this.#next - this.#slots.length || this.get(number) !== undefined)) return false;
    this.#first = this.#next === 0 ? number : Math.min(this.#first, number);
    this.#slots[number % this.#slots.length] = part;
    this.#next = Math.max(this.#next, number + 1);
    return true;
  }

  /** The smallest number from `number` on that is here; `next` when there is none. */
  nearest(number: number): number {
    for (let n = Math.max(number, this.first); n < this.#next; n++) if (this.get(n) !== undefined) return n;
    return Math.max(number, this.#next);
  }

  /** Forgets the parts, but not the numbers. */
  clear(): void {
    this.#slots.fill(undefined);
    this.#first = this.#next;
  }
}
