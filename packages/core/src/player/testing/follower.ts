/** The least that a player does with the control: what `@odeon/player` does with a real element, for the simulated one. */

import { PART_MS } from "../../shared/program.ts";
import { instant, ms } from "../../shared/units.ts";
import {
  aheadAfterWrite,
  type Cadence,
  type Control,
  holdAfterStall,
  noteBytes,
  noteCadence,
  noteSeek,
  noteStream,
  startControl,
  steer,
} from "../control.ts";
import type { Buffered, Driver, Element } from "./world.ts";

const START_S = 0.3;
const DRY_S = 0.03;
const LEAST_HOLD_MS = 20;

/** Steers a simulated element as the control says. */
export class Follower implements Driver {
  control: Control;
  readonly #element: Element;
  readonly #buffer: Buffered;
  readonly #clock: () => number;
  #receivedEnd = 0;
  #started = false;
  #dry = false;
  #heldUntil: number | null = null;

  constructor(element: Element, buffer: Buffered, clock: () => number) {
    this.#element = element;
    this.#buffer = buffer;
    this.#clock = clock;
    this.control = startControl(instant(clock()));
  }

  noteStream(): void {
    this.control = noteStream(this.control, instant(this.#clock()));
  }

  noteBytes(newest: number | null, cadence: Cadence): void {
    const now = instant(this.#clock());
    this.control = noteCadence(this.control, cadence);
    if (newest === null) return;
    this.control = noteBytes(this.control, now, ms(this.#receivedEnd));
    if (this.#started) this.control = steer(this.control, now, this.#ahead).control;
    this.#receivedEnd = (newest + 1) * PART_MS;
  }

  tick(): void {
    if (!this.#started) this.#start();
    else if (this.#ahead < DRY_S * 1_000) this.#cross();
    else this.#follow();
  }

  get #ahead() {
    return ms(this.#buffer.aheadOf(this.#element.currentTime) * 1_000);
  }

  /** Everything that came has been appended. */
  get #isComplete(): boolean {
    return (this.#buffer.end ?? 0) * 1_000 > this.#receivedEnd - PART_MS / 2;
  }

  #start(): void {
    const first = this.#buffer.nextStart(-1);
    const { end } = this.#buffer;
    if (first === null || end === null || !this.#isComplete || end - first < START_S) return;
    this.#started = true;
    this.#seek(Math.max(first, end - aheadAfterWrite(this.control) / 1_000));
  }

  #cross(): void {
    this.#dry = true;
    const next = this.#buffer.nextStart(this.#element.currentTime);
    if (next !== null) this.#seek(next);
  }

  #follow(): void {
    const now = this.#clock();
    if (this.#dry) {
      this.#heldUntil = Number.POSITIVE_INFINITY;
      this.#element.playbackRate = 0;
      this.#dry = false;
    }
    if (this.#heldUntil !== null) {
      this.#heldUntil = Math.min(this.#heldUntil, now + holdAfterStall(this.control, this.#ahead));
      if (this.#heldUntil - now >= LEAST_HOLD_MS) return;
      this.control = noteSeek(this.control, instant(now));
      this.#heldUntil = null;
    }
    const { control, step } = steer(this.control, instant(now), this.#ahead);
    if (step.is === "jump" && !this.#isComplete) return;
    this.control = control;
    if (step.is === "rate") this.#element.playbackRate = step.rate;
    else this.#seek(this.#element.currentTime + step.by / 1_000);
  }

  #seek(to: number): void {
    this.#element.currentTime = to + 0.001;
    this.#dry = false;
    this.#heldUntil = null;
    this.#element.playbackRate = 1;
    this.control = noteSeek(this.control, instant(this.#clock()));
  }
}
