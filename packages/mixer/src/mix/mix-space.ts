/** One Space in the mixer: who stands where, one tick of their mix, and what each of them hears. */

import { TICK_SAMPLES } from "@odeon/core/shared/program";
import type { Place } from "@odeon/core/space/space";
import { Playout, type PlayoutStats } from "@odeon/media/jitter/playout";
import { levelOf } from "@odeon/media/loudness/level";
import { Fader } from "@odeon/media/mix/fader";
import { Limiter } from "@odeon/media/mix/limiter";
import { addInto, mixMinus } from "@odeon/media/mix/mix";
import { type RtpPacket, writeRtp } from "@odeon/media/rtp/packet";
import { LibOpusDecoder } from "../codecs/opus-decoder.ts";
import { OpusEncoder } from "../codecs/opus-encoder.ts";
import { isSpeech, type Program } from "../program/program.ts";
import { Slate } from "../program/slate.ts";

/** Where packets down go; null for encoders, which only send. */
export type Down = { readonly ssrc: number; readonly payloadType: number } | null;

/** Sends one RTP packet to a session of the stage. */
export type SendRtp = (handle: number, packet: Uint8Array) => void;

/** Ticks with nobody on stage after which the slate plays: 2 s. */
const LONELY_TICKS = 100;
/** Bits a second of what speakers hear. */
const DOWN_BITRATE = 40_000;

interface Member {
  readonly handle: number;
  readonly participant: string;
  readonly down: Down;
  readonly decoder: LibOpusDecoder;
  readonly playout: Playout;
  readonly fader: Fader;
  readonly limiter: Limiter;
  readonly block: Float32Array;
  /** Made when the person first talks: who is silent hears the shared encode. */
  own: OpusEncoder | null;
  sequence: number;
  timestamp: number;
  audible: boolean;
  level: number;
}

/** The stage of one Space. */
export class MixSpace {
  readonly #members = new Map<number, Member>();
  readonly #places = new Map<string, { readonly place: Place; readonly muted: boolean }>();
  readonly #sum = new Float32Array(TICK_SAMPLES);
  readonly #air = new Float32Array(TICK_SAMPLES);
  readonly #scratch = new Float32Array(TICK_SAMPLES);
  readonly #shared = new OpusEncoder({ bitrate: DOWN_BITRATE, fec: true });
  readonly #sharedLimiter = new Limiter();
  readonly #airFader = new Fader();
  readonly #slate = new Slate();
  #lonely = 0;
  #open = true;
  #slateOn = false;

  /** Where a person stands; unknown people are in the green room. */
  place(participant: string, place: Place, muted: boolean): void {
    this.#places.set(participant, { place, muted });
  }

  /** Forgets every place: a full list follows. */
  clearPlaces(): void {
    this.#places.clear();
  }

  /** `open` false closes every microphone; `slate` true plays the slate instead of the stage. */
  setAir(open: boolean, slate: boolean): void {
    this.#open = open;
    this.#slateOn = slate;
  }

  attach(handle: number, participant: string, down: Down): void {
    this.detach(handle);
    const decoder = new LibOpusDecoder();
    this.#members.set(handle, {
      handle,
      participant,
      down,
      decoder,
      playout: new Playout(decoder),
      fader: new Fader(),
      limiter: new Limiter(),
      block: new Float32Array(TICK_SAMPLES),
      own: null,
      sequence: 0,
      timestamp: 0,
      audible: false,
      level: 0,
    });
  }

  detach(handle: number): void {
    this.#members.get(handle)?.decoder.close();
    this.#members.delete(handle);
  }

  /** Whether nobody is attached. */
  get empty(): boolean {
    return this.#members.size === 0;
  }

  push(handle: number, packet: RtpPacket, arrivedAt: number): void {
    this.#members.get(handle)?.playout.push(packet, arrivedAt);
  }

  /**
   * One tick of 20 ms: reads everybody, feeds the program, and sends each what they hear. Gives a part when one is complete.
   *
   * @param due when the tick is due, in milliseconds on the clock of `push`
   */
  tick(due: number, program: Program | null, send: SendRtp): ReturnType<Program["feed"]> {
    this.#sum.fill(0);
    const speaking: string[] = [];
    let onStage = 0;
    for (const member of this.#members.values()) {
      member.playout.read(member.block, due);
      member.level = levelOf(member.block);
      const stands = this.#places.get(member.participant);
      const open = stands?.place === "stage" && !stands.muted;
      if (stands?.place === "stage") onStage += 1;
      member.audible = member.fader.process(member.block, open) && member.level > 0;
      if (!member.audible) continue;
      addInto(this.#sum, member.block);
      if (isSpeech(member.level)) speaking.push(member.participant);
    }
    this.#lonely = onStage === 0 ? this.#lonely + 1 : 0;
    this.#answer(send);
    return program === null ? null : this.#feed(program, speaking);
  }

  /** Levels of everybody attached, 0 to 1. */
  levels(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#members.values()].map((member) => [member.participant, Math.round(member.level * 100) / 100]));
  }

  quality(): readonly (PlayoutStats & { readonly participant: string })[] {
    return [...this.#members.values()].map((member) => ({ participant: member.participant, ...member.playout.stats() }));
  }

  close(): void {
    for (const handle of [...this.#members.keys()]) this.detach(handle);
  }

  #feed(program: Program, speaking: readonly string[]): ReturnType<Program["feed"]> {
    const silent = !this.#open || this.#slateOn;
    this.#air.set(this.#sum);
    this.#airFader.process(this.#air, !silent);
    this.#slate.mix(this.#air, silent || this.#lonely > LONELY_TICKS);
    return program.feed(this.#air, silent ? [] : speaking);
  }

  #answer(send: SendRtp): void {
    if (![...this.#members.values()].some((member) => member.down !== null)) return;
    this.#scratch.set(this.#sum);
    this.#sharedLimiter.process(this.#scratch);
    const shared = this.#shared.encode(this.#scratch);
    for (const member of this.#members.values()) {
      const { down } = member;
      if (down === null) continue;
      const payload = this.#payloadFor(member, shared);
      send(
        member.handle,
        writeRtp({ payloadType: down.payloadType, sequence: member.sequence, timestamp: member.timestamp, ssrc: down.ssrc, marker: false, payload }),
      );
      member.sequence = (member.sequence + 1) & 0xffff;
      member.timestamp = (member.timestamp + TICK_SAMPLES) >>> 0;
    }
  }

  /** Talkers hear everyone but themselves from an encoder of their own; the others share one. */
  #payloadFor(member: Member, shared: Uint8Array): Uint8Array {
    if (!member.audible && member.own === null) return shared;
    member.own ??= new OpusEncoder({ bitrate: DOWN_BITRATE, fec: true });
    if (member.audible) mixMinus(this.#scratch, this.#sum, member.block);
    else this.#scratch.set(this.#sum);
    member.limiter.process(this.#scratch);
    const payload = member.own.encode(this.#scratch);
    if (!member.audible) this.#settle(member);
    return payload;
  }

  /** Back to the shared encode once the person has been silent for a while, so that a pause for breath costs nothing. */
  #settle(member: Member): void {
    if (!member.playout.stats().heard) member.own = null;
  }
}
