/** Follows a microphone's clock: a slow control that turns a buffer's error into a rate. */

/** Correction a second for each second of error, and for each second of error that lasted: critically damped, settles within 20 s. */
const GAIN = 0.1;
const GAIN_LASTING = GAIN ** 2 / 4;
/** The most that sound is hurried or held back, 1 %: a sixth of a semitone. */
const RATE_MOST = 0.01;
/** The most that a clock is believed to be off, ±500 ppm. */
const CLOCK_MOST = 0.000_5;
/** Errors over this come from the network, not from the clock, and teach nothing about it. Seconds. */
const LESSON_MOST = 0.01;
/** Seconds between two reads. */
const STEP = 0.02;

/** The control of one speaker's rate. */
export class Drift {
  #clock = 0;
  #ratio = 1;

  /** Input samples for one output sample. */
  get ratio(): number {
    return this.#ratio;
  }

  /** Learns once a read how much more is buffered than should be. @param excess milliseconds */
  learn(excess: number): void {
    const error = excess / 1_000;
    if (Math.abs(error) < LESSON_MOST) this.#clock = clamp(this.#clock + GAIN_LASTING * error * STEP, CLOCK_MOST);
    this.#ratio = 1 + clamp(this.#clock + GAIN * error, RATE_MOST);
  }

  /** While nothing is heard the clock goes on as it was. */
  rest(): void {
    this.#ratio = 1 + this.#clock;
  }

  /** Another source has another clock. */
  reset(): void {
    this.#clock = 0;
    this.#ratio = 1;
  }
}

function clamp(value: number, most: number): number {
  return Math.min(most, Math.max(-most, value));
}
