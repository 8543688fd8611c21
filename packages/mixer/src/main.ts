/** The mixer's process: takes Spaces from the house and sessions from the stage, ticks every 20 ms, gives parts. */

import { type Instant, instant } from "@odeon/core/shared/units";
import { parseRtp } from "@odeon/media/rtp/packet";
import { keepLink, listenLink, type Peer } from "@odeon/wire/ipc/link";
import type { HouseToMixer, MixerToHouse, MixerToStage, StageToMixer } from "@odeon/wire/ipc/messages";
import { MixSpace } from "./mix/mix-space.ts";
import { dueTicks, firstWholePart, partOffset } from "./program/clock.ts";
import { initSegments } from "./program/packager.ts";
import { Program, type ProgramPart, type ProgramRun } from "./program/program.ts";

/** Where the mixer's log goes. */
export interface MixerLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** What the mixer needs to run. */
export interface MixerOptions {
  /** The Unix socket on which the stage finds it. */
  readonly socket: string;
  /** The house's Unix socket. */
  readonly house: string;
  readonly id: string;
  readonly signal: AbortSignal;
  readonly log: MixerLog;
}

/** Ticks made in one turn before sockets are served again: a quarter of a second of catching up. */
const TURN_TICKS = 12;
const TICK_MS = 20;
const LEVELS_EVERY = 10;
const QUALITY_EVERY = 50;
/** Gap parts made in one go: ten minutes. Past that the house begins a new run instead. */
const GAP_LIMIT = 1_875;

interface Live {
  readonly mix: MixSpace;
  program: { readonly run: ProgramRun; readonly on: Program } | null;
  start: Instant;
  done: number;
  /** This house has said which part it wants next; before that a new part would look to it as if all between were lost. */
  asked: boolean;
}

/** Runs the mixer until the signal aborts; resolves once it listens. */
export async function runMixer(options: MixerOptions): Promise<void> {
  const mixer = new Mixer(options);
  await mixer.run();
}

class Mixer {
  readonly #options: MixerOptions;
  readonly #spaces = new Map<string, Live>();
  readonly #spaceOf = new Map<number, string>();
  readonly #lateness: number[] = [];
  #house: Peer | null = null;
  #stage: Peer | null = null;
  #turns = 0;

  constructor(options: MixerOptions) {
    this.#options = options;
  }

  async run(): Promise<void> {
    const { socket, house, signal } = this.#options;
    await listenLink<StageToMixer>(
      socket,
      {
        opened: (peer) => this.#stageOpened(peer),
        message: (message) => this.#fromStage(message),
        rtp: (handle, packet) => this.#rtp(handle, packet),
        closed: (peer) => this.#stageClosed(peer),
      },
      signal,
    );
    keepLink<HouseToMixer>(
      house,
      { opened: (peer) => this.#houseOpened(peer), message: (message) => this.#fromHouse(message), closed: () => this.#houseClosed() },
      signal,
    );
    const turn = (): void => {
      this.#turn();
      timer = setTimeout(turn, this.#rest());
    };
    let timer = setTimeout(turn, TICK_MS);
    signal.addEventListener("abort", () => clearTimeout(timer));
  }

  #houseOpened(peer: Peer): void {
    this.#house = peer;
    for (const live of this.#spaces.values()) live.asked = false;
    peer.send({ type: "hello", from: "mixer", id: this.#options.id, pid: process.pid } satisfies MixerToHouse);
  }

  #houseClosed(): void {
    this.#house = null;
  }

  #stageOpened(peer: Peer): void {
    this.#stage = peer;
  }

  #stageClosed(peer: Peer): void {
    if (this.#stage !== peer) return;
    this.#stage = null;
    for (const [handle, space] of this.#spaceOf) this.#spaces.get(space)?.mix.detach(handle);
    this.#spaceOf.clear();
  }

  #fromStage(message: StageToMixer): void {
    if (message.type === "detach") {
      this.#spaces.get(this.#spaceOf.get(message.handle) ?? "")?.mix.detach(message.handle);
      this.#spaceOf.delete(message.handle);
      return;
    }
    this.#spaceOf.set(message.handle, message.space);
    this.#live(message.space).mix.attach(message.handle, message.participant, message.down);
  }

  #rtp(handle: number, packet: Uint8Array): void {
    const live = this.#spaces.get(this.#spaceOf.get(handle) ?? "");
    if (live === undefined) return;
    try {
      live.mix.push(handle, parseRtp(packet), performance.now());
    } catch {
      // Not RTP: whoever sends it hears nothing of it, and nobody else does.
    }
  }

  #fromHouse(message: HouseToMixer): void {
    const live = this.#live(message.space);
    switch (message.type) {
      case "space_open":
        this.#open(live, message);
        break;
      case "place":
        live.mix.place(message.participant, message.place, message.muted);
        break;
      case "air":
        live.mix.setAir(message.open, message.slate);
        break;
      case "parts_taken":
        live.program?.on.taken(message.number);
        break;
      case "program_stop":
        live.program?.on.close();
        live.program = null;
        break;
      case "space_close":
        live.program?.on.close();
        live.mix.close();
        this.#spaces.delete(message.space);
        break;
    }
  }

  #open(live: Live, message: Extract<HouseToMixer, { type: "space_open" }>): void {
    live.mix.clearPlaces();
    for (const { participant, place, muted } of message.places) live.mix.place(participant, place, muted);
    live.mix.setAir(message.open, message.slate);
    if (message.program === null) return;
    live.asked = true;
    const { firstPart, startsAt, next } = message.program;
    this.#house?.send({ type: "init", space: message.space } satisfies MixerToHouse, initSegments());
    if (live.program !== null && live.program.run.firstPart === firstPart && live.program.run.startsAt === startsAt) {
      for (const part of live.program.on.since(next)) this.#give(message.space, part);
      return;
    }
    live.program?.on.close();
    const run: ProgramRun = { firstPart, startsAt };
    const now = Date.now();
    const begin = Math.max(next, firstWholePart(firstPart, startsAt, now));
    const program = new Program(run, begin);
    // Once, wall time becomes the monotonic clock; from here on nobody can set it.
    live.start = instant(performance.now() + (startsAt + partOffset(firstPart, begin) - now));
    live.done = 0;
    live.program = { run, on: program };
    const from = Math.max(next, begin - GAP_LIMIT);
    for (const part of program.gap(from, begin)) this.#give(message.space, part);
    this.#options.log.info({ space: message.space, next, begin }, "program begins");
  }

  /** One turn of the timer: every Space's due ticks, one tick of each in turn. */
  #turn(): void {
    const now = performance.now();
    let made = 0;
    for (let round = 0; round < TURN_TICKS; round++) {
      let any = false;
      for (const [space, live] of this.#spaces) {
        if (dueTicks(live.start, live.done, instant(now), 1) === 0) continue;
        any = true;
        made += 1;
        this.#lateness.push(performance.now() - (live.start + TICK_MS * (live.done + 1)));
        this.#tick(space, live);
      }
      if (!any) break;
    }
    if (made > 0) this.#report();
  }

  /** Milliseconds until the next tick of any Space is due. */
  #rest(): number {
    const now = performance.now();
    let rest = TICK_MS;
    for (const live of this.#spaces.values()) rest = Math.min(rest, live.start + TICK_MS * (live.done + 1) - now);
    return Math.max(0, Math.ceil(rest));
  }

  #tick(space: string, live: Live): void {
    live.done += 1;
    try {
      const part = live.mix.tick(live.start + TICK_MS * live.done, live.program?.on ?? null, (handle, packet) =>
        this.#stage?.sendRtp(handle, packet),
      );
      if (part !== null && live.asked) this.#give(space, part);
      if (live.done % LEVELS_EVERY === 0 && !live.mix.empty)
        this.#stage?.send({ type: "levels", space, levels: live.mix.levels() } satisfies MixerToStage);
      if (live.done % QUALITY_EVERY === 0 && !live.mix.empty)
        this.#house?.send({ type: "quality", space, people: live.mix.quality() } satisfies MixerToHouse);
    } catch (error) {
      this.#broken(space, live, error);
    }
  }

  /** One Space's error ends in that Space's slate; the others do not notice. */
  #broken(space: string, live: Live, error: unknown): void {
    const detail = error instanceof Error ? error.message : String(error);
    this.#options.log.warn({ space, detail }, "a Space cannot be mixed; its slate plays");
    this.#house?.send({ type: "mix_error", space, detail } satisfies MixerToHouse);
    live.mix.setAir(false, true);
  }

  #give(space: string, part: ProgramPart): void {
    const { blobs, ...header } = part;
    this.#house?.send({ type: "part", space, ...header } satisfies MixerToHouse, blobs);
  }

  #report(): void {
    this.#turns += 1;
    if (this.#turns % QUALITY_EVERY !== 0 || this.#lateness.length === 0) return;
    const sorted = this.#lateness.splice(0).sort((a, b) => a - b);
    const at = (share: number): number => Math.round((sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0) * 10) / 10;
    this.#house?.send({ type: "ticks", p50: at(0.5), p99: at(0.99), max: at(1) } satisfies MixerToHouse);
  }

  #live(space: string): Live {
    const known = this.#spaces.get(space);
    if (known !== undefined) return known;
    const live: Live = { mix: new MixSpace(), program: null, start: instant(performance.now()), done: 0, asked: false };
    this.#spaces.set(space, live);
    return live;
  }
}
