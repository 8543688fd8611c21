/**
 * One speaker's way from packets to samples: jitter buffer, decoder, and a rate that follows the microphone's clock.
 *
 * Everything that starts, ends or jumps is crossfaded before the resampler sees it, so nothing clicks. Latency on a quiet network is 25 ms.
 */

import { SAMPLE_RATE } from "@odeon/core/shared/program";
import type { RtpPacket } from "../rtp/packet.ts";
import { Drift } from "./drift.ts";
import { type Ask, JitterBuffer } from "./jitter-buffer.ts";
import { ReadClock } from "./read-clock.ts";
import { Resampler } from "./resampler.ts";

/** Decodes one speaker's packets; all counts are samples at 48 kHz, `out` holds at least 5,760. */
export interface OpusDecoder {
  /** @returns samples written; 0 when the packet could not be decoded */
  decode(payload: Uint8Array, out: Float32Array): number;
  /** Reconstructs the packet before `payload` from its in-band FEC. @param samples a multiple of 120 */
  fec(payload: Uint8Array, out: Float32Array, samples: number): number;
  /** Goes on with what was heard. @param samples a multiple of 120 */
  conceal(out: Float32Array, samples: number): number;
  reset(): void;
}

/** What is measured of one speaker. */
export interface PlayoutStats {
  /** Share of packets of the last 5 s that were not there in time, 0 to 1. */
  readonly loss: number;
  readonly heard: boolean;
  /** How long sound waits here, in milliseconds; 0 while nothing is heard. */
  readonly depthMs: number;
}

const MS = SAMPLE_RATE / 1_000;
const PACKET_MOST = 5_760;
/** Every fade takes 5 ms. */
const FADE = 240;
/** What libopus can conceal is a multiple of 2.5 ms. */
const GRAIN = 120;
/** Peaks under -54 dBFS: where a piece left out or put in is not noticed. */
const QUIET = 0.002;
const PUT_IN = 480;
/** Zeros behind the last sound after which the resampler's window holds nothing else. */
const FLUSHED = 64;

/** The playout of one speaker. `push` whenever a packet comes, `read` every 20 ms. */
export class Playout {
  readonly #decoder: OpusDecoder;
  readonly #buffer = new JitterBuffer();
  readonly #resampler = new Resampler();
  readonly #drift = new Drift();
  readonly #clock = new ReadClock();
  readonly #scratch = new Float32Array(PACKET_MOST);
  /** What was heard before a jump, going on under the fade; zeros at a start. */
  readonly #tail = new Float32Array(FADE);
  #faded = FADE;
  #sounding = false;
  #zeros = PACKET_MOST;
  #spliced = false;
  #depth = 0;
  #now = 0;

  constructor(decoder: OpusDecoder) {
    this.#decoder = decoder;
  }

  /** Takes a packet as it comes: late, twice, out of order or malformed ones do no harm. @param arrivedAtMs monotonic */
  push(packet: RtpPacket, arrivedAtMs: number): void {
    this.#clock.arrived(arrivedAtMs);
    this.#buffer.push(packet, arrivedAtMs);
  }

  /**
   * Fills `out` with the next 20 ms. Runs every 20 ms for every speaker: allocates nothing but the decision for each packet.
   *
   * @param nowMs when the block is due, on the clock of `push`; by default counted from the arrivals, to within one packet
   * @returns whether the speaker is heard; false leaves `out` silent
   */
  read(out: Float32Array, nowMs: number = this.#clock.next()): boolean {
    this.#now = nowMs;
    this.#follow();
    const { ratio } = this.#drift;
    const need = this.#resampler.need(out.length, ratio);
    if (this.#isFlushed()) {
      const ask = this.#pull(need);
      if (ask.ask === "silence" && ask.samples >= need - this.#resampler.held) {
        out.fill(0);
        return false;
      }
      this.#obey(ask);
    }
    while (this.#resampler.held < need) this.#obey(this.#pull(need));
    this.#resampler.read(out, ratio);
    return true;
  }

  /** What is measured now. @param nowMs on the clock of `push`; by default that of the last read */
  stats(nowMs: number = this.#now): PlayoutStats {
    return { loss: this.#buffer.loss(nowMs), heard: this.#sounding, depthMs: this.#sounding ? this.#depth : 0 };
  }

  #follow(): void {
    if (!this.#buffer.playing) {
      this.#drift.rest();
      return;
    }
    const excess = this.#excess();
    this.#depth = Math.max(0, excess + this.#buffer.target);
    this.#drift.learn(excess);
  }

  #excess(): number {
    return this.#buffer.excess(this.#now, this.#resampler.pending);
  }

  #isFlushed(): boolean {
    return !this.#sounding && this.#zeros >= this.#resampler.held + FLUSHED;
  }

  #pull(need: number): Ask {
    return this.#buffer.pull(this.#now + this.#resampler.pending / MS, Math.max(1, need - this.#resampler.held));
  }

  #obey(ask: Ask): void {
    switch (ask.ask) {
      case "decode":
        this.#decode(ask);
        break;
      case "fec": {
        const count = this.#decoder.fec(ask.payload, this.#scratch, wholeGrains(ask.samples));
        if (count >= ask.samples) this.#write(ask.samples);
        else this.#conceal(ask.samples);
        break;
      }
      case "conceal":
        this.#conceal(ask.samples);
        break;
      case "silence":
        this.#silence(ask.samples);
        break;
    }
  }

  #decode(ask: Extract<Ask, { ask: "decode" }>): void {
    if (ask.jump || this.#spliced) this.#splice();
    this.#spliced = false;
    if (ask.fresh) {
      this.#decoder.reset();
      this.#drift.reset();
    }
    const count = Math.min(PACKET_MOST, this.#decoder.decode(ask.payload, this.#scratch));
    if (count <= 0) {
      this.#conceal(ask.samples);
      return;
    }
    if (ask.jump || this.#faded < FADE || !this.#isQuiet(count)) {
      this.#write(count);
      return;
    }
    this.#adjust(count);
  }

  /** In a pause the depth is mended in whole pieces, quicker than the rate may. */
  #adjust(count: number): void {
    const excess = this.#excess() * MS;
    if (excess > count) {
      this.#spliced = true;
      return;
    }
    this.#write(count);
    if (excess > -PUT_IN) return;
    this.#conceal(PUT_IN);
    this.#spliced = true;
  }

  #isQuiet(count: number): boolean {
    for (let i = 0; i < count; i++) if (Math.abs(this.#scratch[i] ?? 0) > QUIET) return false;
    return true;
  }

  /** Lets what was heard go on under the fade into what comes. */
  #splice(): void {
    if (this.#sounding) {
      this.#extrapolate(FADE);
      this.#blend(FADE);
      this.#tail.set(this.#scratch.subarray(0, FADE));
    } else this.#tail.fill(0);
    this.#faded = 0;
  }

  #conceal(samples: number): void {
    this.#extrapolate(samples);
    this.#write(samples);
  }

  #silence(samples: number): void {
    if (this.#sounding) {
      this.#extrapolate(FADE);
      for (let i = 0; i < FADE; i++) this.#scratch[i] = (this.#scratch[i] ?? 0) * (1 - (i + 1) / FADE);
      this.#write(FADE);
      this.#sounding = false;
      this.#zeros = 0;
      return;
    }
    const count = Math.min(samples, PACKET_MOST);
    this.#scratch.fill(0, 0, count);
    this.#resampler.write(this.#scratch, count);
    this.#zeros += count;
  }

  /** Fills the scratch with the decoder's guess; what it cannot guess is silence. */
  #extrapolate(samples: number): void {
    const count = Math.max(0, this.#decoder.conceal(this.#scratch, wholeGrains(samples)));
    if (count < samples) this.#scratch.fill(0, count, samples);
  }

  #write(count: number): void {
    this.#blend(count);
    this.#resampler.write(this.#scratch, count);
    this.#sounding = true;
    this.#zeros = 0;
  }

  /** Goes on with a fade that is under way, over the first `count` samples of the scratch. */
  #blend(count: number): void {
    const end = Math.min(count, FADE - this.#faded);
    for (let i = 0; i < end; i++) {
      const share = (this.#faded + 1) / FADE;
      this.#scratch[i] = (this.#scratch[i] ?? 0) * share + (this.#tail[this.#faded] ?? 0) * (1 - share);
      this.#faded += 1;
    }
  }
}

function wholeGrains(samples: number): number {
  return Math.min(PACKET_MOST, Math.ceil(samples / GRAIN) * GRAIN);
}
