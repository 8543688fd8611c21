/** The house: every Space's room, the links to mixer, stage and edges, and the clock that makes things happen. */

import { randomInt } from "node:crypto";
import { FAULTS, Fault, type FaultCode } from "@odeon/core/shared/fault";
import { RENDITIONS, RING_PARTS } from "@odeon/core/shared/program";
import type { WallTime } from "@odeon/core/shared/units";
import { decide } from "@odeon/core/space/decide";
import { evolve, partWritten } from "@odeon/core/space/evolve";
import type { Space, SpaceEvent, SpaceSettings } from "@odeon/core/space/space";
import type { Log } from "@odeon/log/log";
import { decodePartRecord } from "@odeon/log/part-record";
import { encodeMessage } from "@odeon/wire/ipc/frame";
import type { Peer } from "@odeon/wire/ipc/link";
import type { EdgeToHouse, HouseToEdge, MixerToHouse, StageToHouse } from "@odeon/wire/ipc/messages";
import { Room, type RoomEvents } from "./rooms/room.ts";
import { Shelf } from "./rooms/shelf.ts";

/** Where the house's log goes. */
export interface HouseLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** What the house stands on. */
export interface HouseParts {
  readonly log: Log;
  readonly now: () => WallTime;
  readonly logger: HouseLogger;
  readonly ticketKeys: readonly { readonly id: number; readonly secret: string }[];
}

const ID_LETTERS = "abcdefghijklmnopqrstuvwxyz234567";
const ID_LENGTH = 10;
const ANSWER_MS = 6_000;
const READ_AT_ONCE = 500;
/** An outage longer than this is a pause: the clock begins anew instead of ten minutes of silence. */
const PAUSE_AFTER_MS = 600_000;
/** How long an edge that is gone still counts. */
const LIMIT_SPACES = 10_000;

/** A random id of 10 letters: 50 bits. */
export function makeId(): string {
  return Array.from({ length: ID_LENGTH }, () => ID_LETTERS[randomInt(ID_LETTERS.length)]).join("");
}

interface Asked {
  readonly resolve: (sdp: string) => void;
  readonly reject: (fault: Fault) => void;
}

/** All rooms and links. */
export class House {
  readonly #parts: HouseParts;
  readonly #rooms = new Map<string, Room>();
  readonly #edges = new Map<Peer, Map<string, { readonly listening: number; readonly unique: number }>>();
  readonly #asked = new Map<number, Asked>();
  #epoch = 0;
  #mixer: Peer | null = null;
  #stage: Peer | null = null;
  #nextOffer = 1;
  #ticks: { readonly p50: number; readonly p99: number; readonly max: number } | null = null;

  constructor(parts: HouseParts) {
    this.#parts = parts;
  }

  /** Takes over the log and brings every Space back to where it was. */
  async restore(): Promise<void> {
    const { log } = this.#parts;
    this.#epoch = await log.takeOver();
    for (const id of await log.spaces()) {
      const room = await this.#restoreRoom(id);
      if (room !== null) this.#rooms.set(id, room);
    }
  }

  rooms(): readonly Room[] {
    return [...this.#rooms.values()];
  }

  /** @throws Fault `space_not_found` */
  room(id: string): Room {
    const room = this.#rooms.get(id);
    if (room === undefined) throw new Fault("space_not_found", "there is no such Space here");
    return room;
  }

  /** Makes a Space. @throws Fault as `decide` refuses */
  async create(settings: SpaceSettings, demo: boolean): Promise<Room> {
    if (this.#rooms.size >= LIMIT_SPACES) throw new Fault("house_full", "this house keeps no more Spaces");
    const id = makeId();
    const [event] = decide(null, { ask: "create", id, settings, demo }, this.#parts.now());
    const space = event === undefined ? null : evolve(null, event);
    if (space === null || event === undefined) throw new Fault("internal", "a Space that was not created");
    const shelf = this.#shelf(id, 0);
    const room = new Room({ space, shelf, events: this.#events(), init: null, levels: [] });
    this.#rooms.set(id, room);
    await shelf.write({ kind: "event", part: null, body: new TextEncoder().encode(JSON.stringify(event)) });
    room.announce();
    return room;
  }

  /** Removes a Space with its recording. */
  async remove(id: string): Promise<void> {
    const room = this.room(id);
    this.#rooms.delete(id);
    this.#mixer?.send({ type: "space_close", space: id });
    this.#toEdges(encodeMessage({ type: "space_gone", space: id } satisfies HouseToEdge));
    await room.close();
    await this.#parts.log.remove(id);
  }

  /** Hands an offer to the stage. @returns the answer. @throws Fault `sdp_*`, `stage_unavailable` */
  offer(space: string, participant: string, kind: "participant" | "whip", sdp: string): Promise<string> {
    const id = this.#nextOffer++;
    return new Promise((resolve, reject) => {
      const away = (): void => {
        this.#asked.delete(id);
        reject(new Fault("stage_unavailable", "the stage is starting again; try in a second", { retryAfter: 1 }));
      };
      const timer = setTimeout(away, ANSWER_MS);
      const settle = (work: () => void): void => {
        clearTimeout(timer);
        this.#asked.delete(id);
        work();
      };
      this.#asked.set(id, { resolve: (answer) => settle(() => resolve(answer)), reject: (fault) => settle(() => reject(fault)) });
      if (this.#stage?.send({ type: "offer", id, space, participant, kind, sdp }) !== true) settle(away);
    });
  }

  /** A person leaves by themself. */
  closePerson(space: string, participant: string, reason: "left" | "removed" | "moved" | "ended"): void {
    this.#stage?.send({ type: "close", space, participant, reason });
  }

  tick(): void {
    for (const room of this.#rooms.values()) {
      room.tick().catch((error: unknown) => this.#parts.logger.warn({ err: error, space: room.space.id }, "a tick failed"));
      if (room.space.life.is === "live" || room.space.life.is === "ending" || room.space.participants.size > 0) room.announce();
    }
  }

  mixerOpened(peer: Peer): void {
    this.#mixer = peer;
    for (const room of this.#rooms.values()) room.openAtMixer();
  }

  fromMixer(message: MixerToHouse, blobs: readonly Uint8Array[]): void {
    if (message.type === "hello") return;
    if (message.type === "ticks") {
      this.#ticks = message;
      return;
    }
    const room = this.#rooms.get(message.space);
    if (room === undefined) return;
    if (message.type === "init") room.takeInit(blobs);
    if (message.type === "part") room.takePart(message, blobs);
    if (message.type === "mix_error") this.#parts.logger.error({ space: message.space, detail: message.detail }, "the mixer plays the slate");
    if (message.type === "quality")
      for (const { participant, loss, heard } of message.people) room.person(participant, { loss, ...(heard ? { checked: true } : {}) });
  }

  stageOpened(peer: Peer): void {
    this.#stage = peer;
  }

  stageClosed(peer: Peer): void {
    if (this.#stage !== peer) return;
    this.#stage = null;
    for (const room of this.#rooms.values()) room.everyoneAway();
    for (const asked of this.#asked.values())
      asked.reject(new Fault("stage_unavailable", "the stage is starting again; try in a second", { retryAfter: 1 }));
  }

  fromStage(message: StageToHouse): void {
    if (message.type === "hello") return;
    if (message.type === "answer") {
      this.#asked.get(message.id)?.resolve(message.sdp);
      return;
    }
    if (message.type === "refused") {
      const code = message.code in FAULTS ? (message.code as FaultCode) : "internal";
      this.#asked.get(message.id)?.reject(new Fault(code, message.detail));
      return;
    }
    const room = this.#rooms.get(message.space);
    if (room === undefined) return;
    if (message.type === "connected") {
      room.person(message.participant, { is: "connected" });
      room.openAtMixer();
    }
    if (message.type === "presence") room.person(message.participant, { is: "connected", selfMuted: message.muted, rtt: message.rtt });
    if (message.type === "gone") room.person(message.participant, { is: "away", loss: 0 });
  }

  edgeOpened(peer: Peer): void {
    this.#edges.set(peer, new Map());
    peer.send({ type: "keys", keys: this.#parts.ticketKeys } satisfies HouseToEdge);
    for (const room of this.#rooms.values()) for (const frame of room.framesForEdge()) peer.sendFrame(frame);
  }

  edgeClosed(peer: Peer): void {
    this.#edges.delete(peer);
  }

  fromEdge(peer: Peer, message: EdgeToHouse): void {
    if (message.type === "audience") this.#edges.get(peer)?.set(message.space, { listening: message.listening, unique: message.unique });
  }

  /** Spaces that are on air. */
  countLive(): number {
    return this.rooms().filter((room) => room.space.life.is === "live" || room.space.life.is === "ending").length;
  }

  /** Whether newcomers can be served. */
  ready(): boolean {
    return this.#mixer?.open === true && this.#stage?.open === true && this.#edges.size > 0;
  }

  /** Prometheus text. */
  metrics(): string {
    const rooms = this.rooms();
    const lines = [
      ["odeon_spaces", "gauge", "Spaces kept", rooms.length],
      ["odeon_spaces_live", "gauge", "Spaces on air", this.countLive()],
      ["odeon_edges", "gauge", "edges connected", this.#edges.size],
      ["odeon_listening", "gauge", "listeners, all Spaces", rooms.reduce((sum, room) => sum + this.#audience(room.space.id).listening, 0)],
      ["odeon_tick_lateness_p99_ms", "gauge", "lateness of the mixer's ticks over the last second", this.#ticks?.p99 ?? 0],
    ] as const;
    return lines.map(([name, type, help, value]) => `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${name} ${value}\n`).join("");
  }

  async close(): Promise<void> {
    await Promise.all(this.rooms().map((room) => room.close()));
  }

  #events(): RoomEvents {
    return {
      now: this.#parts.now,
      toEdges: (frame) => this.#toEdges(frame),
      toMixer: (message) => this.#mixer?.send(message),
      closePerson: (space, participant, reason) => this.closePerson(space, participant, reason),
      audience: (space) => this.#audience(space),
      forget: (space, before) =>
        void this.#parts.log
          .forgetParts(space, before)
          .catch((error: unknown) => this.#parts.logger.warn({ err: error, space }, "old parts could not be forgotten")),
    };
  }

  #shelf(space: string, seq: number): Shelf {
    return new Shelf({
      log: this.#parts.log,
      space,
      epoch: this.#epoch,
      seq,
      fenced: (fault) => {
        // Another house writes this log: going on would split it in two.
        this.#parts.logger.error({ space, detail: fault.message }, "fenced off by another house");
        process.exit(1);
      },
    });
  }

  async #restoreRoom(id: string): Promise<Room | null> {
    const { log } = this.#parts;
    let space: Space | null = null;
    for (let after = 0; ; ) {
      const records = await log.read(id, { kind: "event", after, limit: READ_AT_ONCE });
      for (const { body } of records) space = evolve(space, JSON.parse(Buffer.from(body).toString("utf8")) as SpaceEvent);
      after = records.at(-1)?.seq ?? after;
      if (records.length < READ_AT_ONCE) break;
    }
    if (space === null) return null;
    const extent = await log.extent(id);
    if (extent !== null) space = partWritten(space, extent.last);
    const [init] = await log.read(id, { kind: "init", after: 0, limit: 1 });
    const { seq } = await log.head(id);
    const room = new Room({
      space,
      shelf: this.#shelf(id, seq),
      events: this.#events(),
      init: init === undefined ? null : readInit(init.body),
      levels: await this.#levels(space),
    });
    await this.#goOn(room);
    return room;
  }

  /** A Space that was live goes on: with a marked gap, or after a long outage with a new clock. */
  async #goOn(room: Room): Promise<void> {
    const { space } = room;
    if (space.life.is !== "live" && space.life.is !== "ending") return;
    const last = await this.#parts.log.parts(space.id, space.nextPart - RING_PARTS, space.nextPart);
    const parts = last.map(({ part, body }) => {
      const record = decodePartRecord(body);
      return { number: part ?? 0, gap: record.gap, startsAt: record.startsAt, blobs: RENDITIONS.map((name) => record.renditions[name]) };
    });
    room.remember(parts);
    const heardUntil = parts.at(-1)?.startsAt ?? space.runs.at(-1)?.startsAt ?? 0;
    if (this.#parts.now() - heardUntil > PAUSE_AFTER_MS) await room.ask({ ask: "pause" });
  }

  async #levels(space: Space): Promise<readonly number[]> {
    const levels: number[] = [];
    const first = space.runs[0]?.firstPart ?? 0;
    for (let from = first; from < space.nextPart; from += READ_AT_ONCE) {
      for (const { part, body } of await this.#parts.log.parts(space.id, from, Math.min(space.nextPart, from + READ_AT_ONCE)))
        levels[(part ?? 0) - first] = body[2] ?? 0;
    }
    return Array.from(levels, (level) => level ?? 0);
  }

  #toEdges(frame: Uint8Array): void {
    for (const edge of this.#edges.keys()) edge.sendFrame(frame);
  }

  #audience(space: string): { readonly listening: number; readonly unique: number } {
    const each = [...this.#edges.values()].map((spaces) => spaces.get(space) ?? { listening: 0, unique: 0 });
    return { listening: each.reduce((sum, one) => sum + one.listening, 0), unique: each.reduce((sum, one) => sum + one.unique, 0) };
  }
}

function readInit(body: Uint8Array): readonly Uint8Array[] {
  const length = new DataView(body.buffer, body.byteOffset, body.byteLength).getUint32(0, true);
  const opus = body.subarray(4, 4 + length);
  return [opus, opus, body.subarray(4 + length)];
}
