/** One Space's program on air: level, limit, package, and remember the last minute for a house that is away. */

import { TICK_SAMPLES } from "@odeon/core/shared/program";
import { levelOf } from "@odeon/media/loudness/level";
import { Leveler } from "@odeon/media/loudness/leveler";
import { Limiter } from "@odeon/media/mix/limiter";
import { partOffset } from "./clock.ts";
import { makeSilence, Packager } from "./packager.ts";

/** A part as the house gets it. */
export interface ProgramPart {
  readonly number: number;
  readonly gap: boolean;
  readonly level: number;
  readonly speaking: readonly string[];
  /** Wall time of its first sample, milliseconds since 1970. */
  readonly dueAt: number;
  readonly blobs: readonly Uint8Array[];
}

/** Where the program's clock stands. */
export interface ProgramRun {
  readonly firstPart: number;
  readonly startsAt: number;
}

/** Parts kept for a house that is away: 60 s. */
const KEPT = 188;
/** Ticks between a sample and the part that holds it: encoders' look-ahead. */
const SPEECH_LEVEL = 0.25;

/** The program of one Space. */
export class Program {
  readonly #run: ProgramRun;
  readonly #packager: Packager;
  readonly #leveler = new Leveler();
  readonly #limiter = new Limiter();
  readonly #kept: ProgramPart[] = [];
  #speaking = new Set<string>();
  #level = 0;

  /** @param next the part with which the first sample fed begins */
  constructor(run: ProgramRun, next: number) {
    this.#run = run;
    this.#packager = new Packager(next);
  }

  /** Silent parts for `from` up to but not including `to`. */
  gap(from: number, to: number): readonly ProgramPart[] {
    if (from >= to) return [];
    const silence = makeSilence();
    const parts = Array.from({ length: to - from }, (_, i) => this.#part(from + i, true, silence(from + i)));
    for (const part of parts) this.#keep(part);
    return parts;
  }

  /** Takes 20 ms of the stage's sum, changed in place; gives a part when one is complete. @param speaking who is heard in it */
  feed(block: Float32Array, speaking: Iterable<string>): ProgramPart | null {
    if (block.length !== TICK_SAMPLES) throw new Error(`a block of ${block.length} samples`);
    this.#leveler.process(block);
    this.#limiter.process(block);
    const level = levelOf(block);
    this.#level = Math.max(this.#level, level);
    for (const id of speaking) this.#speaking.add(id);
    const packaged = this.#packager.feed(block);
    if (packaged === null) return null;
    const part = this.#part(packaged.number, false, packaged.blobs);
    this.#keep(part);
    this.#speaking = new Set();
    this.#level = 0;
    return part;
  }

  /** The kept parts from `number` on: what a house that comes back has missed. */
  since(number: number): readonly ProgramPart[] {
    return this.#kept.filter((part) => part.number >= number);
  }

  /** The house has them: parts up to `number` may be forgotten. */
  taken(number: number): void {
    while ((this.#kept[0]?.number ?? Number.POSITIVE_INFINITY) <= number) this.#kept.shift();
  }

  close(): void {
    this.#packager.close();
  }

  #part(number: number, gap: boolean, blobs: readonly Uint8Array[]): ProgramPart {
    const dueAt = this.#run.startsAt + partOffset(this.#run.firstPart, number);
    return { number, gap, level: gap ? 0 : Math.round(this.#level * 100), speaking: gap ? [] : [...this.#speaking], dueAt, blobs };
  }

  #keep(part: ProgramPart): void {
    this.#kept.push(part);
    if (this.#kept.length > KEPT) this.#kept.shift();
  }
}

/** Whether a level (0 to 1) counts as speech. */
export const isSpeech = (level: number): boolean => level > SPEECH_LEVEL;
