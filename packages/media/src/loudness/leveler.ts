/** Brings the program slowly towards -16 LUFS; silence changes nothing. */

import { gatedLufs, KWeighting, toLufs } from "./loudness.ts";

const TARGET = -16;
const MOST_DB = 12;
/** Ticks of 20 ms in one 400 ms block, and blocks remembered: 10 s at a hop of 100 ms. */
const BLOCK = 20;
const HOP = 5;
const MEMORY = 100;
/** Under this nobody speaks: the gain rests. */
const SPEECH_LUFS = -45;
const DOWN_DB = 0.06;
const UP_DB = 0.03;

/** The program's gain, moved at most 3 dB a second down and 1.5 dB a second up, within ±12 dB. */
export class Leveler {
  readonly #weighting = new KWeighting();
  readonly #ticks: number[] = [];
  readonly #blocks: number[] = [];
  #count = 0;
  #db = 0;

  /** Changes `block` (20 ms) in place. */
  process(block: Float32Array): void {
    this.#measure(this.#weighting.meanSquare(block));
    const from = 10 ** (this.#db / 20);
    this.#move();
    const to = 10 ** (this.#db / 20);
    for (let i = 0; i < block.length; i++) block[i] = (block[i] ?? 0) * (from + ((to - from) * i) / block.length);
  }

  #measure(meanSquare: number): void {
    this.#ticks.push(meanSquare);
    if (this.#ticks.length > BLOCK) this.#ticks.shift();
    if (++this.#count % HOP !== 0 || this.#ticks.length < BLOCK) return;
    const block = this.#ticks.reduce((sum, tick) => sum + tick, 0) / BLOCK;
    if (toLufs(block) < SPEECH_LUFS) return;
    this.#blocks.push(block);
    if (this.#blocks.length > MEMORY) this.#blocks.shift();
  }

  #move(): void {
    const spoken = (this.#ticks.at(-1) ?? 0) > 0 && toLufs(this.#ticks.at(-1) ?? 0) > SPEECH_LUFS;
    if (!spoken || this.#blocks.length === 0) return;
    const wanted = Math.min(MOST_DB, Math.max(-MOST_DB, TARGET - gatedLufs(this.#blocks)));
    this.#db += Math.min(UP_DB, Math.max(-DOWN_DB, wanted - this.#db));
  }
}
