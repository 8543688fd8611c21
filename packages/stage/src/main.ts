/** The stage's process: WebRTC sessions between browsers and the mixer. It knows no codec and no Space's life. */

import { Fault } from "@odeon/core/shared/fault";
import type { Ping } from "@odeon/wire/desk";
import { keepLink, type Peer } from "@odeon/wire/ipc/link";
import type { HouseToStage, MixerToStage, StageToHouse, StageToMixer } from "@odeon/wire/ipc/messages";
import { initLogger } from "node-datachannel";
import { type Network, Session } from "./session.ts";

/** Where the stage's log goes. */
export interface StageLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** What the stage needs to run. */
export interface StageOptions {
  /** The house's Unix socket. */
  readonly house: string;
  /** The mixers' Unix sockets; the first takes every Space. */
  readonly mixers: readonly string[];
  readonly id: string;
  readonly udpPort?: { readonly begin: number; readonly end: number };
  /** Address at which browsers reach this machine, where it is no interface's own. */
  readonly publicIp?: string;
  readonly turn?: readonly string[];
  readonly signal: AbortSignal;
  readonly log: StageLog;
}

/** Sessions at once; more are refused. */
const SESSION_LIMIT = 500;
const WATCH_MS = 500;
const REPORT_MS = 2_000;

/** Runs the stage until the signal aborts. */
export function runStage(options: StageOptions): Promise<void> {
  initLogger("Error", () => undefined);
  new Stage(options).run();
  return Promise.resolve();
}

interface Person {
  readonly handle: number;
  readonly space: string;
  readonly participant: string;
  readonly session: Session;
  connected: boolean;
  media: boolean | null;
  muted: boolean;
  reportedAt: number;
}

class Stage {
  readonly #options: StageOptions;
  readonly #network: Network;
  readonly #people = new Map<number, Person>();
  #house: Peer | null = null;
  #mixer: Peer | null = null;
  #nextHandle = 1;

  constructor(options: StageOptions) {
    this.#options = options;
    this.#network = { udpPort: options.udpPort ?? null, publicIp: options.publicIp ?? null, turn: options.turn ?? [] };
  }

  run(): void {
    const { house, mixers, signal } = this.#options;
    keepLink<HouseToStage>(
      house,
      {
        opened: (peer) => this.#houseOpened(peer),
        message: (message) => void this.#fromHouse(message),
        closed: () => {
          this.#house = null;
        },
      },
      signal,
    );
    keepLink<MixerToStage>(
      mixers[0] ?? "",
      {
        opened: (peer) => this.#mixerOpened(peer),
        message: (message) => this.#levels(message),
        rtp: (handle, packet) => this.#people.get(handle)?.session.send(packet),
        closed: () => {
          this.#mixer = null;
        },
      },
      signal,
    );
    const timer = setInterval(() => this.#watch(), WATCH_MS);
    signal.addEventListener("abort", () => {
      clearInterval(timer);
      for (const person of this.#people.values()) person.session.signal({ type: "close", reason: "drain" });
    });
  }

  #houseOpened(peer: Peer): void {
    this.#house = peer;
    this.#tell({ type: "hello", from: "stage", id: this.#options.id, pid: process.pid });
    for (const person of this.#people.values())
      if (person.connected) this.#tell({ type: "connected", space: person.space, participant: person.participant });
  }

  #mixerOpened(peer: Peer): void {
    this.#mixer = peer;
    for (const person of this.#people.values()) if (person.connected) this.#attach(person);
  }

  async #fromHouse(message: HouseToStage): Promise<void> {
    if (message.type === "close") {
      for (const person of this.#peopleOf(message.space, message.participant)) {
        person.session.signal({ type: "close", reason: message.reason === "left" ? "ended" : message.reason });
        setTimeout(() => this.#drop(person), 100);
      }
      return;
    }
    try {
      await this.#open(message);
    } catch (error) {
      const fault = error instanceof Fault ? error : new Fault("internal", "the stage cannot answer", { cause: error });
      if (!(error instanceof Fault)) this.#options.log.warn({ err: error }, "an offer could not be answered");
      this.#tell({ type: "refused", id: message.id, code: fault.code, detail: fault.message });
    }
  }

  async #open(offer: Extract<HouseToStage, { type: "offer" }>): Promise<void> {
    if (this.#people.size >= SESSION_LIMIT) throw new Fault("stage_unavailable", "the stage has no room for another connection", { retryAfter: 5 });
    const handle = this.#nextHandle++;
    const person = (): Person | undefined => this.#people.get(handle);
    const { session, answer } = await Session.open(offer.kind, offer.sdp, this.#network, (handle * 2_654_435_761) >>> 0, {
      connected: () => this.#connected(person()),
      rtp: (packet) => this.#mixer?.sendRtp(handle, packet),
      pinged: (ping) => this.#pinged(person(), ping),
      ended: (reason) => this.#gone(person(), reason),
      broke: (error) => this.#options.log.warn({ err: error }, "a session's callback failed"),
    });
    this.#people.set(handle, {
      handle,
      space: offer.space,
      participant: offer.participant,
      session,
      connected: false,
      media: null,
      muted: false,
      reportedAt: 0,
    });
    this.#tell({ type: "answer", id: offer.id, sdp: answer });
  }

  #connected(person: Person | undefined): void {
    if (person === undefined) return;
    for (const older of this.#peopleOf(person.space, person.participant)) {
      if (older.handle >= person.handle) continue;
      older.session.signal({ type: "close", reason: "moved" });
      this.#drop(older);
    }
    person.connected = true;
    this.#attach(person);
    this.#tell({ type: "connected", space: person.space, participant: person.participant });
  }

  #attach(person: Person): void {
    const { handle, space, participant, session } = person;
    this.#mixer?.send({ type: "attach", handle, space, participant, down: session.down, payloadType: session.payloadType } satisfies StageToMixer);
  }

  #pinged(person: Person | undefined, ping: Ping): void {
    if (person === undefined) return;
    const now = performance.now();
    if (ping.muted === person.muted && now - person.reportedAt < REPORT_MS) return;
    person.muted = ping.muted;
    person.reportedAt = now;
    this.#tell({ type: "presence", space: person.space, participant: person.participant, muted: ping.muted, rtt: ping.rtt });
  }

  #watch(): void {
    for (const person of this.#people.values()) {
      const presence = person.session.judge();
      if (presence === "gone") this.#gone(person, "lost");
      else if (presence !== "connecting") this.#media(person, presence === "here");
    }
  }

  #media(person: Person, media: boolean): void {
    if (person.media === media) return;
    person.media = media;
    this.#tell({ type: "media", space: person.space, participant: person.participant, media });
  }

  #gone(person: Person | undefined, reason: "left" | "lost" | "failed"): void {
    if (person === undefined) return;
    this.#drop(person);
    if (this.#peopleOf(person.space, person.participant).length === 0)
      this.#tell({ type: "gone", space: person.space, participant: person.participant, reason });
  }

  #drop(person: Person): void {
    if (!this.#people.delete(person.handle)) return;
    this.#mixer?.send({ type: "detach", handle: person.handle } satisfies StageToMixer);
    person.session.close();
  }

  #levels(message: MixerToStage): void {
    for (const person of this.#people.values()) if (person.space === message.space) person.session.signal({ type: "levels", levels: message.levels });
  }

  #peopleOf(space: string, participant: string): readonly Person[] {
    return [...this.#people.values()].filter((person) => person.space === space && person.participant === participant);
  }

  #tell(message: StageToHouse): void {
    this.#house?.send(message);
  }
}
