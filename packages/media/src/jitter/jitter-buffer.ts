/**
 * One speaker's packets in order, and the decision what to decode next.
 *
 * A packet is due at its own time, plus the least time that packets took lately, plus the target depth. So depth is measured in time and
 * not in packets: neither their length nor silence that was not sent (DTX) changes it.
 */

import { SAMPLE_RATE } from "@odeon/core/shared/program";
import { readOpusPacket } from "../rtp/opus-packet.ts";
import { type RtpPacket, unwrap } from "../rtp/packet.ts";
import { Lateness } from "./lateness.ts";
import { LossShare } from "./loss.ts";

/** What the decoder is asked for next; all counts are samples at 48 kHz. */
export type Ask =
  /** `jump`: the sound does not join what came before. `fresh`: it is another source's. */
  | { readonly ask: "decode"; readonly payload: Uint8Array; readonly samples: number; readonly jump: boolean; readonly fresh: boolean }
  /** Reconstruct what comes before `payload`. */
  | { readonly ask: "fec"; readonly payload: Uint8Array; readonly samples: number }
  | { readonly ask: "conceal"; readonly samples: number }
  | { readonly ask: "silence"; readonly samples: number };

interface Held {
  readonly sequence: number;
  readonly timestamp: number;
  readonly samples: number;
  readonly mayCarryFec: boolean;
  readonly silent: boolean;
  readonly payload: Uint8Array;
}

const MS = SAMPLE_RATE / 1_000;
/** Packets held; the oldest give way. */
const PACKETS_MOST = 120;
/** One tick, the resampler's look-ahead, and a little for timers. */
const DEPTH_LEAST_MS = 25;
const DEPTH_MOST_MS = 300;
/** The share of packets that are to be in time. */
const SHARE = 0.98;
/** Packets between two looks at the target. */
const AIM_EVERY = 25;
const SHRINK = 0.1;
/** The most that is concealed in a row: 100 ms. */
const CONCEAL_MOST = 4_800;
const CONCEAL_STEP = 480;
const FRAME_MOST = 2_880;
/** Later than the target by more than this, sound is left out instead of being hurried. */
const OVERDUE_MS = 80;
/** A packet that far from where it should be belongs to another timeline; three in a row begin it. */
const ELSEWHERE_PACKETS = 3_000;
const ELSEWHERE_MS = 1_000;
const PROBATION = 3;

/** The jitter buffer of one speaker. Bounded: at most 120 packets. */
export class JitterBuffer {
  readonly #held: Held[] = [];
  readonly #lateness = new Lateness();
  readonly #loss = new LossShare();
  #ssrc: number | null = null;
  #newestSequence: number | null = null;
  #newestTimestamp: number | null = null;
  #nextSequence: number | null = null;
  #nextTimestamp = 0;
  #playing = false;
  #concealed = 0;
  #jump = false;
  #fresh = true;
  #faded = false;
  #target = DEPTH_LEAST_MS;
  #seen = 0;
  #strays = 0;
  #stray = 0;

  /** The depth aimed at, in milliseconds. */
  get target(): number {
    return this.#target;
  }

  /** Whether sound is being played out or concealed. */
  get playing(): boolean {
    return this.#playing;
  }

  /** Takes a packet as it comes: late, twice, out of order or malformed ones do no harm. @param arrivedAt milliseconds, monotonic */
  push(packet: RtpPacket, arrivedAt: number): void {
    const opus = readOpusPacket(packet.payload);
    if (opus === null) return;
    if (packet.ssrc !== this.#ssrc) this.#restart(packet.ssrc);
    else if (this.#isElsewhere(packet, arrivedAt)) {
      if (!this.#passesProbation(packet.sequence)) return;
      this.#restart(packet.ssrc);
    }
    this.#strays = 0;
    const sequence = unwrap(this.#newestSequence, packet.sequence, 2 ** 16);
    const timestamp = unwrap(this.#newestTimestamp, packet.timestamp, 2 ** 32);
    this.#newestSequence = Math.max(this.#newestSequence ?? sequence, sequence);
    this.#newestTimestamp = Math.max(this.#newestTimestamp ?? timestamp, timestamp);
    this.#note(arrivedAt, timestamp);
    if (this.#nextSequence !== null && sequence < this.#nextSequence) return;
    this.#insert({ ...opus, sequence, timestamp, payload: packet.payload.slice() });
  }

  /**
   * Decides what comes next.
   *
   * @param at milliseconds at which the first sample asked for will be played
   * @param most samples of silence wanted at most; sound comes in whole packets
   */
  pull(at: number, most: number): Ask {
    return this.#playing ? this.#goOn(at, most) : this.#wait(at, most);
  }

  /** How much later than aimed at the sound is, in milliseconds. @param pending samples decoded and not yet played at `now` */
  excess(now: number, pending: number): number {
    return now - (this.#nextTimestamp + this.#concealed - pending) / MS - this.#lateness.base - this.#target;
  }

  /** The share of packets of the last 5 s that were not there in time. */
  loss(now: number): number {
    return this.#loss.share(now);
  }

  #isElsewhere(packet: RtpPacket, arrivedAt: number): boolean {
    const sequence = unwrap(this.#newestSequence, packet.sequence, 2 ** 16);
    const timestamp = unwrap(this.#newestTimestamp, packet.timestamp, 2 ** 32);
    const late = arrivedAt - timestamp / MS - this.#lateness.base;
    return Math.abs(sequence - (this.#newestSequence ?? sequence)) > ELSEWHERE_PACKETS || Math.abs(late) > ELSEWHERE_MS;
  }

  #passesProbation(sequence: number): boolean {
    this.#strays = this.#strays > 0 && sequence === ((this.#stray + 1) & 0xffff) ? this.#strays + 1 : 1;
    this.#stray = sequence;
    return this.#strays >= PROBATION;
  }

  #restart(ssrc: number): void {
    this.#ssrc = ssrc;
    this.#held.length = 0;
    this.#newestSequence = null;
    this.#newestTimestamp = null;
    this.#nextSequence = null;
    this.#concealed = 0;
    this.#playing = false;
    this.#fresh = true;
    this.#lateness.rebase();
  }

  #note(arrivedAt: number, timestamp: number): void {
    const late = this.#lateness.note(arrivedAt, arrivedAt - timestamp / MS);
    this.#seen += 1;
    if (this.#seen % AIM_EVERY !== 0 && late + DEPTH_LEAST_MS <= this.#target) return;
    const wanted = Math.min(DEPTH_MOST_MS, DEPTH_LEAST_MS + this.#lateness.percentile(SHARE));
    // Grows at once; shrinks by a tenth of the way each half second.
    if (wanted > this.#target) this.#target = wanted;
    else if (this.#seen % AIM_EVERY === 0) this.#target += (wanted - this.#target) * SHRINK;
  }

  #insert(packet: Held): void {
    let place = this.#held.length;
    while (place > 0 && (this.#held[place - 1]?.sequence ?? 0) > packet.sequence) place -= 1;
    if (this.#held[place - 1]?.sequence === packet.sequence) return;
    this.#held.splice(place, 0, packet);
    if (this.#held.length > PACKETS_MOST) this.#held.shift();
  }

  #due(packet: Held): number {
    return packet.timestamp / MS + this.#lateness.base + this.#target;
  }

  /** Silence until the first packet is due, to the sample. */
  #wait(at: number, most: number): Ask {
    while (this.#held[0]?.silent === true) this.#leaveOut(at);
    this.#catchUp(at);
    const first = this.#held[0];
    if (first === undefined) return { ask: "silence", samples: most };
    const wait = Math.round((this.#due(first) - at) * MS);
    if (wait > 0) return { ask: "silence", samples: Math.min(wait, most) };
    this.#playing = true;
    this.#jump = true;
    return this.#take(first, at);
  }

  #goOn(at: number, most: number): Ask {
    this.#catchUp(at);
    const next = this.#held[0];
    if (next === undefined) return this.#bridge(at, most);
    const owed = next.timestamp - this.#nextTimestamp - this.#concealed;
    if (owed <= 0) {
      if (owed < 0) this.#jump = true;
      return this.#take(next, at);
    }
    const lost = next.sequence > (this.#nextSequence ?? next.sequence);
    if (owed + this.#concealed > CONCEAL_MOST) {
      // Numbers without a hole and a jump in time: silence that was not sent (DTX), and nothing to conceal.
      return lost ? this.#bridge(at, most) : this.#stop(at, most);
    }
    return this.#reconstruct(next, owed, lost);
  }

  /** The hole before `next` is short: its last frame may be in `next`, the rest is concealed. */
  #reconstruct(next: Held, owed: number, lost: boolean): Ask {
    const inNext = lost && next.mayCarryFec ? Math.min(next.samples, FRAME_MOST) : 0;
    if (owed <= inNext) {
      this.#concealed += owed;
      return { ask: "fec", payload: next.payload, samples: owed };
    }
    const samples = Math.min(owed - inNext, FRAME_MOST);
    this.#concealed += samples;
    return { ask: "conceal", samples };
  }

  /** Nothing near to go on with: conceal for a while, then silence. */
  #bridge(at: number, most: number): Ask {
    if (this.#faded || this.#concealed >= CONCEAL_MOST) return this.#stop(at, most);
    this.#concealed += CONCEAL_STEP;
    return { ask: "conceal", samples: CONCEAL_STEP };
  }

  #stop(at: number, most: number): Ask {
    this.#playing = false;
    this.#concealed = 0;
    return this.#wait(at, most);
  }

  #take(packet: Held, at: number): Ask {
    this.#held.shift();
    const lost = packet.sequence - (this.#nextSequence ?? packet.sequence);
    const late = lost === 0 && this.#concealed > 0 && packet.timestamp === this.#nextTimestamp ? 1 : 0;
    this.#loss.note(at, 1 + lost, lost + late);
    const { jump, fresh } = { jump: this.#jump, fresh: this.#fresh };
    this.#pass(packet);
    this.#jump = false;
    this.#fresh = false;
    return { ask: "decode", payload: packet.payload, samples: packet.samples, jump, fresh };
  }

  /** Drops what is overdue, as long as enough comes after it. */
  #catchUp(at: number): void {
    for (;;) {
      const [first, second] = this.#held;
      const last = this.#held.at(-1);
      if (first === undefined || second === undefined || last === undefined || at - this.#due(first) < OVERDUE_MS) return;
      if ((last.timestamp + last.samples - second.timestamp) / MS < this.#target) return;
      this.#leaveOut(at);
    }
  }

  /** Passes over the first packet on purpose: not a loss. */
  #leaveOut(at: number): void {
    const packet = this.#held.shift();
    if (packet === undefined) return;
    const lost = packet.sequence - (this.#nextSequence ?? packet.sequence);
    this.#loss.note(at, 1 + lost, lost);
    this.#pass(packet);
    this.#jump = true;
  }

  #pass(packet: Held): void {
    this.#nextSequence = packet.sequence + 1;
    this.#nextTimestamp = packet.timestamp + packet.samples;
    this.#concealed = 0;
    this.#faded = packet.silent;
  }
}
