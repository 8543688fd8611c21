/**
 * One speaker's way from packets to samples: jitter buffer, loss concealment, and a rate that follows the microphone's clock.
 *
 * Latency on a quiet network is about one packet and 10 ms.
 */

import { SAMPLE_RATE, TICK_SAMPLES } from "@odeon/core/shared/program";
import { readOpusPacket } from "../rtp/opus-packet.ts";
import { type RtpPacket, unwrap } from "../rtp/packet.ts";
import { Lateness } from "./lateness.ts";
import { Resampler } from "./resampler.ts";

/** Decodes one speaker's packets; all counts are samples at 48 kHz, `out` holds at least 5,760. */
export interface OpusDecoder {
  /** @returns samples written; 0 when the packet could not be decoded */
  decode(payload: Uint8Array, out: Float32Array): number;
  /** Reconstructs the packet before `payload` from its in-band FEC. */
  fec(payload: Uint8Array, out: Float32Array, samples: number): number;
  conceal(out: Float32Array, samples: number): number;
  reset(): void;
}

/** What is measured of one speaker. */
export interface PlayoutStats {
  /** Share of packets of the last 5 s that were not there in time, 0 to 1. */
  readonly loss: number;
  readonly heard: boolean;
  readonly depthMs: number;
}

interface Held {
  readonly sequence: number;
  readonly timestamp: number;
  readonly samples: number;
  readonly payload: Uint8Array;
}

const PACKET_LIMIT = 100;
const DEPTH_FLOOR_MS = 22;
const DEPTH_MOST_MS = 300;
const SHARE = 0.97;
const CONCEAL_MOST = 4_800;
/** Correction a second for each second of error: settles within about 3 s without overshoot. */
const GAIN = 0.6;
const RATE_MOST = 0.006;
/** Samples over the target from which a packet is left out, faded over, instead of waiting for the rate: 80 ms. */
const EXCESS = 3_840;
const CROSSFADE = 240;
const SMOOTHING = 0.02;
const FADE = 240;
const TARGET_EVERY = 25;
const LOSS_WINDOW = 250;
const MS = SAMPLE_RATE / 1_000;

/** The playout of one speaker. `push` whenever a packet comes, `read` every 20 ms. */
export class Playout {
  readonly #decoder: OpusDecoder;
  readonly #packets = new Map<number, Held>();
  readonly #resampler = new Resampler();
  readonly #lateness = new Lateness();
  readonly #scratch = new Float32Array(5_760);
  readonly #missed = new Uint8Array(LOSS_WINDOW);
  #decided = 0;
  #ssrc: number | null = null;
  #lastSequence: number | null = null;
  #lastTimestamp: number | null = null;
  #nextSequence = 0;
  #nextTimestamp = 0;
  #playing = false;
  #concealed = 0;
  #gain = 0;
  #depth = 0;
  #target = DEPTH_FLOOR_MS * MS;
  #reads = 0;

  constructor(decoder: OpusDecoder) {
    this.#decoder = decoder;
  }

  /** Takes a packet as it comes: late, twice, out of order or malformed ones do no harm. @param arrivedAt milliseconds, monotonic */
  push(packet: RtpPacket, arrivedAt: number): void {
    const opus = readOpusPacket(packet.payload);
    if (opus === null) return;
    if (packet.ssrc !== this.#ssrc) this.#restart(packet.ssrc);
    const sequence = unwrap(this.#lastSequence, packet.sequence, 2 ** 16);
    const timestamp = unwrap(this.#lastTimestamp, packet.timestamp, 2 ** 32);
    if (this.#lastSequence !== null && Math.abs(sequence - this.#lastSequence) > 3_000) {
      this.#restart(packet.ssrc);
      this.push(packet, arrivedAt);
      return;
    }
    this.#lastSequence = Math.max(this.#lastSequence ?? sequence, sequence);
    this.#lastTimestamp = Math.max(this.#lastTimestamp ?? timestamp, timestamp);
    this.#lateness.note(arrivedAt, timestamp / MS);
    if (this.#playing && sequence < this.#nextSequence) return;
    if (this.#packets.size >= PACKET_LIMIT) this.#packets.delete(this.#oldest()?.sequence ?? sequence);
    this.#packets.set(sequence, { sequence, timestamp, samples: opus.samples, payload: packet.payload.slice() });
  }

  /**
   * Fills `out` with the next 20 ms.
   *
   * @returns whether the speaker is heard; false leaves `out` silent
   */
  read(out: Float32Array): boolean {
    if (this.#reads++ % TARGET_EVERY === 0) this.#aim();
    if (!this.#playing && !this.#begin()) {
      out.fill(0);
      return false;
    }
    this.#depth += (this.#buffered() - this.#depth) * SMOOTHING;
    const rate = 1 + clamp((GAIN * (this.#depth - this.#target)) / SAMPLE_RATE, RATE_MOST);
    const need = this.#resampler.need(out.length, rate);
    while (this.#playing && this.#resampler.held < need) this.#next();
    const open = this.#playing;
    if (!open) this.#feedSilence(need);
    this.#resampler.read(out, rate);
    this.#fade(out, open);
    return true;
  }

  /** What is measured now. */
  stats(): PlayoutStats {
    const count = Math.min(this.#decided, LOSS_WINDOW);
    const missed = this.#missed.subarray(0, count).reduce((sum, flag) => sum + flag, 0);
    return { loss: count === 0 ? 0 : missed / count, heard: this.#playing, depthMs: this.#playing ? this.#depth / MS : 0 };
  }

  #restart(ssrc: number): void {
    this.#ssrc = ssrc;
    this.#packets.clear();
    this.#lastSequence = null;
    this.#lastTimestamp = null;
    this.#lateness.reset();
    this.#playing = false;
    this.#decoder.reset();
  }

  /** Sets the target depth from how late packets have come. */
  #aim(): void {
    const wanted = Math.min(DEPTH_MOST_MS, DEPTH_FLOOR_MS + this.#lateness.percentile(SHARE)) * MS;
    // Grows at once; shrinks by a tenth of the way each half second.
    this.#target = wanted > this.#target ? wanted : this.#target + (wanted - this.#target) * 0.1;
  }

  #begin(): boolean {
    this.#forgetStale();
    const first = this.#oldest();
    if (first === undefined || this.#waiting() < Math.min(this.#target, this.#target - TICK_SAMPLES + first.samples)) return false;
    this.#playing = true;
    this.#gain = 0;
    this.#concealed = 0;
    this.#nextSequence = first.sequence;
    this.#nextTimestamp = first.timestamp;
    this.#depth = this.#buffered();
    return true;
  }

  /** What came in a burst before the first sound is past: only the newest is waited for. */
  #forgetStale(): void {
    for (let first = this.#oldest(); first !== undefined && this.#waiting() > this.#target + 2 * TICK_SAMPLES; first = this.#oldest()) this.#packets.delete(first.sequence);
  }

  #next(): void {
    const packet = this.#packets.get(this.#nextSequence);
    if (packet === undefined) {
      this.#bridge();
      return;
    }
    if (this.#depth - this.#target > EXCESS && this.#skip(packet)) return;
    const silent = packet.timestamp - this.#nextTimestamp;
    // Without a hole in the numbers, a jump in time is silence that was not sent (DTX).
    if (silent > CONCEAL_MOST) {
      this.#stop();
      return;
    }
    this.#packets.delete(packet.sequence);
    this.#note(false);
    const count = this.#decoder.decode(packet.payload, this.#scratch);
    this.#emit(count > 0 ? count : this.#decoder.conceal(this.#scratch, packet.samples));
    this.#concealed = 0;
    this.#nextSequence = packet.sequence + 1;
    this.#nextTimestamp = packet.timestamp + packet.samples;
  }

  /** Leaves `packet` out but for a short fade into its follower. */
  #skip(packet: Held): boolean {
    const after = this.#packets.get(packet.sequence + 1);
    if (after === undefined || packet.samples < CROSSFADE || after.samples < CROSSFADE || after.timestamp !== packet.timestamp + packet.samples) return false;
    if (this.#decoder.decode(packet.payload, this.#scratch) < CROSSFADE) return false;
    const tail = this.#scratch.slice(0, CROSSFADE);
    const count = this.#decoder.decode(after.payload, this.#scratch);
    for (let i = 0; i < Math.min(count, CROSSFADE); i++) {
      const share = i / CROSSFADE;
      this.#scratch[i] = (tail[i] ?? 0) * (1 - share) + (this.#scratch[i] ?? 0) * share;
    }
    this.#emit(count);
    this.#packets.delete(packet.sequence);
    this.#packets.delete(after.sequence);
    this.#depth -= packet.samples;
    this.#concealed = 0;
    this.#nextSequence = after.sequence + 1;
    this.#nextTimestamp = after.timestamp + after.samples;
    return true;
  }

  /** The next packet is not there: reconstruct, conceal, step over or stop. */
  #bridge(): void {
    const after = this.#oldest();
    if (after === undefined) {
      if (this.#concealed >= CONCEAL_MOST) this.#stop();
      else this.#conceal(TICK_SAMPLES);
      return;
    }
    const missing = after.timestamp - this.#nextTimestamp - this.#concealed;
    if (missing > CONCEAL_MOST) {
      this.#stop();
      return;
    }
    if (missing > 0) {
      const length = Math.min(missing, 2_880);
      const alone = after.sequence === this.#nextSequence + 1 && missing === length && readOpusPacket(after.payload)?.mayCarryFec === true;
      this.#note(true);
      if (alone) this.#emit(this.#decoder.fec(after.payload, this.#scratch, length));
      else this.#emit(this.#decoder.conceal(this.#scratch, length));
      this.#concealed += length;
      return;
    }
    this.#concealed = 0;
    this.#nextSequence = after.sequence;
    this.#nextTimestamp = after.timestamp;
  }

  #conceal(samples: number): void {
    if (this.#concealed === 0) this.#note(true);
    this.#emit(this.#decoder.conceal(this.#scratch, samples));
    this.#concealed += samples;
  }

  #stop(): void {
    this.#playing = false;
  }

  #emit(count: number): void {
    this.#resampler.write(this.#scratch, count);
  }

  #feedSilence(need: number): void {
    const count = need - this.#resampler.held;
    if (count <= 0) return;
    this.#scratch.fill(0, 0, count);
    this.#resampler.write(this.#scratch, count);
  }

  /** Ramps in at the start and out at the end, so that neither clicks. */
  #fade(out: Float32Array, open: boolean): void {
    const step = (open ? 1 : -1) / FADE;
    for (let i = 0; i < out.length; i++) {
      this.#gain = Math.min(1, Math.max(0, this.#gain + step));
      out[i] = (out[i] ?? 0) * this.#gain;
    }
  }

  /** Samples decoded and waiting in whole packets. */
  #buffered(): number {
    return this.#resampler.held + this.#waiting() - this.#concealed;
  }

  #waiting(): number {
    const first = this.#oldest();
    if (first === undefined || this.#lastTimestamp === null) return 0;
    return Math.min(this.#lastTimestamp - first.timestamp + first.samples, DEPTH_MOST_MS * 2 * MS);
  }

  #oldest(): Held | undefined {
    let oldest: Held | undefined;
    for (const packet of this.#packets.values()) if (oldest === undefined || packet.sequence < oldest.sequence) oldest = packet;
    return oldest;
  }

  #note(missed: boolean): void {
    this.#missed[this.#decided % LOSS_WINDOW] = missed ? 1 : 0;
    this.#decided += 1;
  }
}

function clamp(value: number, most: number): number {
  return Math.min(most, Math.max(-most, value));
}
