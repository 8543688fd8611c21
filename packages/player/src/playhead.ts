/** Where the element plays in the buffer: places it at the start, keeps it near the live edge, carries it over holes. */

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
} from "@odeon/core/player/control";
import { PART_MS } from "@odeon/core/shared/program";
import { type Instant, instant, ms } from "@odeon/core/shared/units";
import type { Source } from "./source.ts";

/** What it needs of the audio element. */
export type Sounding = Pick<HTMLAudioElement, "currentTime" | "playbackRate"> & { readonly paused: boolean; readonly seeking: boolean };
/** What it needs of the buffer. */
export type Buffered = Pick<Source, "aheadOf" | "nextStart"> & { readonly end: number | null };

/** Least in hand before the first sound. */
const START_S = 0.3;
/** Less than this in hand is none. */
const DRY_S = 0.03;
/** A shorter wait is not worth its click. */
const LEAST_HOLD_MS = 20;

/** One element on one source. */
export class Playhead {
  readonly #audio: Sounding;
  readonly #source: Buffered;
  readonly #clock: () => number;
  #control: Control;
  #started = false;
  #dry = false;
  #heldUntil: number | null = null;
  /** End of the newest part received, in milliseconds of the program. */
  #receivedEnd = 0;
  /** The reader chose to hear from where they paused: nothing hurries them. */
  #shifted = false;

  /** @param clock monotonic milliseconds */
  constructor(audio: Sounding, source: Buffered, clock: () => number) {
    this.#audio = audio;
    this.#source = source;
    this.#clock = clock;
    this.#control = startControl(this.#now());
  }

  /** Sound has been placed and may be heard. */
  get started(): boolean {
    return this.#started;
  }

  /** The buffer is empty where the element stands. */
  get isDry(): boolean {
    return this.#started && this.#dry;
  }

  get isShifted(): boolean {
    return this.#shifted;
  }

  /** Samples of the program that are heard now; null before the start. */
  get heard(): number | null {
    return this.#started ? this.#audio.currentTime * 48_000 : null;
  }

  noteStream(): void {
    this.#control = noteStream(this.#control, this.#now());
  }

  /** Bytes arrived. @param newest the last part among them; null when there was none */
  noteBytes(newest: number | null, cadence: Cadence): void {
    this.#control = noteCadence(this.#control, cadence);
    if (newest === null) return;
    this.#control = noteBytes(this.#control, this.#now(), ms(this.#receivedEnd));
    if (this.#started && !this.#shifted)
      this.#control = steer(this.#control, this.#now(), ms(this.#source.aheadOf(this.#audio.currentTime) * 1_000)).control;
    this.#receivedEnd = (newest + 1) * PART_MS;
  }

  /** Keeps the place of a long pause. */
  shift(): void {
    this.#shifted = true;
    this.#setRate(1);
  }

  /** To the live edge, at once. */
  goLive(): void {
    this.#shifted = false;
    const { end } = this.#source;
    if (end === null) return;
    this.#seek(Math.max(this.#audio.currentTime, end - aheadAfterWrite(this.#control) / 1_000));
  }

  /** Called several times a second and after every append, while sound is wanted. */
  tick(): void {
    if (!this.#started) {
      this.#start();
      return;
    }
    const ahead = this.#source.aheadOf(this.#audio.currentTime);
    if (ahead < DRY_S) {
      this.#crossHole();
      return;
    }
    if (this.#audio.paused || this.#audio.seeking) return;
    if (this.#dry) this.#moisten();
    if (this.#heldUntil !== null && this.#holds(this.#heldUntil, ahead)) return;
    if (this.#shifted) this.#setRate(1);
    else this.#follow(ahead);
  }

  /** Everything that came is in the buffer. */
  get #isAppended(): boolean {
    return (this.#source.end ?? 0) * 1_000 > this.#receivedEnd - PART_MS / 2;
  }

  #follow(ahead: number): void {
    const { control, step } = steer(this.#control, this.#now(), ms(ahead * 1_000));
    // One jump over everything that came, not one as soon as enough of it is in the buffer.
    if (step.is === "jump" && !this.#isAppended) return;
    this.#control = control;
    if (step.is === "rate") this.#setRate(step.rate);
    else this.#seek(this.#audio.currentTime + step.by / 1_000);
  }

  #start(): void {
    const { end } = this.#source;
    const first = this.#source.nextStart(-1);
    if (end === null || first === null || !this.#isAppended || end - first < START_S) return;
    this.#started = true;
    this.#seek(Math.max(first, end - aheadAfterWrite(this.#control) / 1_000));
  }

  /** At the rim of a hole sound goes on behind it; at the end of the buffer it waits. */
  #crossHole(): void {
    this.#dry = true;
    const next = this.#source.nextStart(this.#audio.currentTime);
    if (next !== null && next - this.#audio.currentTime > 0.001) this.#seek(next);
  }

  /** Sound is back after a stall: the rate holds it, so that nobody sees a pause. */
  #moisten(): void {
    this.#dry = false;
    if (this.#shifted) return;
    this.#heldUntil = Number.POSITIVE_INFINITY;
    this.#setRate(0);
  }

  /** Waits so long that the next write comes in time: the shorter, the more of this one is in the buffer. */
  #holds(until: number, ahead: number): boolean {
    const now = this.#clock();
    const end = this.#shifted ? now : Math.min(until, now + holdAfterStall(this.#control, ms(ahead * 1_000)));
    this.#heldUntil = end - now < LEAST_HOLD_MS ? null : end;
    if (this.#heldUntil !== null) return true;
    this.#control = noteSeek(this.#control, this.#now());
    return false;
  }

  #seek(to: number): void {
    this.#audio.currentTime = to + 0.001;
    this.#dry = false;
    this.#heldUntil = null;
    this.#setRate(1);
    this.#control = noteSeek(this.#control, this.#now());
  }

  #setRate(rate: number): void {
    if (this.#audio.playbackRate !== rate) this.#audio.playbackRate = rate;
  }

  #now(): Instant {
    return instant(this.#clock());
  }
}
