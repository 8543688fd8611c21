/** Brings the program slowly towards -16 LUFS; silence changes nothing. */

import { gatedLufs, Loudness, toLufs } from "./loudness.ts";

const TARGET = -16;
const MOST_DB = 12;
/** Measurements remembered, one each 100 ms in which somebody speaks: 12 s. */
const MEMORY = 120;
/** Under this nobody speaks: the gain rests. */
const SPEECH_LUFS = -45;
/** Decibels a second. */
const DOWN = 3;
const UP = 1.5;
const RATE = 48_000;

/** The program's gain, moved at most 3 dB a second down and 1.5 dB a second up, within ±12 dB. Runs every 20 ms: no allocation. */
export class Leveler {
  readonly #loudness = new Loudness();
  readonly #powers = new Float64Array(MEMORY);
  #count = 0;
  #hops = 0;
  #wanted = 0;
  #spoken = false;
  #db = 0;

  /** The gain now, in decibels. */
  get gain(): number {
    return this.#db;
  }

  /** Changes `block` in place; the gain glides across it. */
  process(block: Float32Array): void {
    this.#loudness.process(block);
    if (this.#loudness.hops !== this.#hops) this.#aim();
    const from = 10 ** (this.#db / 20);
    const seconds = block.length / RATE;
    if (this.#spoken) this.#db += Math.min(UP * seconds, Math.max(-DOWN * seconds, this.#wanted - this.#db));
    const step = (10 ** (this.#db / 20) - from) / block.length;
    for (let i = 0; i < block.length; i++) block[i] = (block[i] ?? 0) * (from + step * (i + 1));
  }

  #aim(): void {
    this.#hops = this.#loudness.hops;
    const { power } = this.#loudness;
    this.#spoken = toLufs(power) > SPEECH_LUFS;
    if (!this.#spoken) return;
    this.#powers[this.#count % MEMORY] = power;
    this.#count += 1;
    this.#wanted = Math.min(MOST_DB, Math.max(-MOST_DB, TARGET - gatedLufs(this.#powers, Math.min(this.#count, MEMORY))));
  }
}
