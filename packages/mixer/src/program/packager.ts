/** Turns the program's samples into parts: three encoders in step, one part each 320 ms. */

import { AAC_FRAME_SAMPLES, PART_SAMPLES, RENDITIONS, type Rendition, TICK_SAMPLES } from "@odeon/core/shared/program";
import { initSegment, mediaPart } from "@odeon/wire/mp4/fragment";
import { AacEncoder } from "../codecs/aac-encoder.ts";
import { OPUS_LOOKAHEAD, OpusEncoder } from "../codecs/opus-encoder.ts";

/** One part in every rendition, in the order of RENDITIONS. */
export interface Packaged {
  readonly number: number;
  readonly blobs: readonly Uint8Array[];
}

/** One rendition's encoder: takes samples, gives frames; frame k decodes to exactly the samples from k × `frameSamples` on. */
interface Line {
  readonly frameSamples: number;
  readonly feed: (samples: Float32Array, give: (frame: Uint8Array) => void) => void;
  readonly close: () => void;
}

const OPUS_FRAMES = PART_SAMPLES / TICK_SAMPLES;

/** The init segment of each rendition, in the order of RENDITIONS. */
export function initSegments(): readonly Uint8Array[] {
  return RENDITIONS.map((rendition) => initSegment(rendition === "aac-64k" ? "aac" : "opus"));
}

/**
 * Packages one Space's program.
 *
 * A part is complete 312 samples (Opus) and at most one AAC frame after its last sample has come.
 */
export class Packager {
  readonly #lines: readonly Line[];
  readonly #frames: Uint8Array[][] = RENDITIONS.map(() => []);
  #next: number;

  /** @param firstPart the number of the part that begins with the first sample fed */
  constructor(firstPart: number) {
    this.#next = firstPart;
    this.#lines = RENDITIONS.map(makeLine);
  }

  /** Takes 20 ms of program; gives the part that is complete now, if any. */
  feed(block: Float32Array): Packaged | null {
    for (const [i, line] of this.#lines.entries()) line.feed(block, (frame) => this.#frames[i]?.push(frame));
    const complete = this.#lines.every((line, i) => (this.#frames[i]?.length ?? 0) * line.frameSamples >= PART_SAMPLES);
    return complete ? this.#cut() : null;
  }

  close(): void {
    for (const line of this.#lines) line.close();
  }

  #cut(): Packaged {
    const number = this.#next++;
    const blobs = this.#lines.map((line, i) =>
      packPart(number, this.#frames[i]?.splice(0, PART_SAMPLES / line.frameSamples) ?? [], line.frameSamples),
    );
    return { number, blobs };
  }
}

function packPart(number: number, frames: readonly Uint8Array[], frameSamples: number): Uint8Array {
  return mediaPart({ sequence: (number % 0xffff_fffe) + 1, decodeTime: number * PART_SAMPLES, frames, frameSamples });
}

/** Makes silent parts for numbers that were missed: encoded once, stamped with each number. */
export function makeSilence(): (number: number) => readonly Uint8Array[] {
  const silent = new Float32Array(TICK_SAMPLES);
  const lines = RENDITIONS.map((rendition) => {
    const line = makeLine(rendition);
    const frames: Uint8Array[] = [];
    for (let i = 0; i < 2 * OPUS_FRAMES + 4; i++) line.feed(silent, (frame) => frames.push(frame));
    line.close();
    const count = PART_SAMPLES / line.frameSamples;
    return { frames: frames.slice(-count), frameSamples: line.frameSamples };
  });
  return (number) => lines.map(({ frames, frameSamples }) => packPart(number, frames, frameSamples));
}

function makeLine(rendition: Rendition): Line {
  if (rendition === "aac-64k") return aacLine(64_000);
  return opusLine(rendition === "opus-48k" ? 48_000 : 24_000);
}

/** The encoder is pre-fed so that its delay is one whole frame; that frame is dropped. */
function opusLine(bitrate: number): Line {
  const encoder = new OpusEncoder({ bitrate, fec: false });
  const blocks = new Blocks(TICK_SAMPLES, TICK_SAMPLES - OPUS_LOOKAHEAD);
  let dropped = false;
  const take = (block: Float32Array, give: (frame: Uint8Array) => void): void => {
    const packet = encoder.encode(block);
    if (dropped) give(packet);
    dropped = true;
  };
  return { frameSamples: TICK_SAMPLES, feed: (samples, give) => blocks.feed(samples, (block) => take(block, give)), close: () => undefined };
}

/** AAC's priming is one whole frame: the first packet is dropped. */
function aacLine(bitrate: number): Line {
  const encoder = new AacEncoder(bitrate);
  const blocks = new Blocks(AAC_FRAME_SAMPLES, 0);
  let dropped = false;
  const take = (block: Float32Array, give: (frame: Uint8Array) => void): void => {
    const packet = encoder.encode(block);
    if (packet === null) return;
    if (dropped) give(packet);
    dropped = true;
  };
  return {
    frameSamples: AAC_FRAME_SAMPLES,
    feed: (samples, give) => blocks.feed(samples, (block) => take(block, give)),
    close: () => encoder.close(),
  };
}

/** Cuts a stream of samples into blocks of another size. */
class Blocks {
  readonly #block: Float32Array;
  #filled: number;

  constructor(size: number, prefilled: number) {
    this.#block = new Float32Array(size);
    this.#filled = prefilled;
  }

  feed(samples: Float32Array, give: (block: Float32Array) => void): void {
    for (let at = 0; at < samples.length; ) {
      const count = Math.min(samples.length - at, this.#block.length - this.#filled);
      this.#block.set(samples.subarray(at, at + count), this.#filled);
      this.#filled += count;
      at += count;
      if (this.#filled < this.#block.length) return;
      give(this.#block);
      this.#filled = 0;
    }
  }
}
