/** One Space in the house: its folded state, its shelf in the log, who is connected, and what everybody is told. */

import { Fault } from "@odeon/core/shared/fault";
import { PART_SAMPLES, RENDITIONS, RING_PARTS } from "@odeon/core/shared/program";
import { resembles } from "@odeon/core/shared/text";
import type { WallTime } from "@odeon/core/shared/units";
import type { SpaceCommand } from "@odeon/core/space/command";
import { decide, REOPEN_MS } from "@odeon/core/space/decide";
import { evolve, partWritten } from "@odeon/core/space/evolve";
import type { Place, Space, SpaceEvent } from "@odeon/core/space/space";
import { encodePartRecord } from "@odeon/log/part-record";
import type { Desk, DeskPerson } from "@odeon/wire/desk";
import { encodeEmsg, OWNERS } from "@odeon/wire/emsg";
import { encodeMessage } from "@odeon/wire/ipc/frame";
import type { HouseToEdge, HouseToMixer, MixerToHouse } from "@odeon/wire/ipc/messages";
import type { PublicSpace } from "@odeon/wire/state";
import { isReplayReady, type Moment, publicSpace, publicState, publicTexts } from "./public.ts";
import type { Shelf } from "./shelf.ts";

/** What a room tells the house. Every effect goes through here. */
export interface RoomEvents {
  readonly now: () => WallTime;
  readonly toEdges: (frame: Uint8Array) => void;
  readonly toMixer: (message: HouseToMixer) => void;
  readonly closePerson: (space: string, participant: string, reason: "left" | "removed" | "moved" | "ended") => void;
  readonly audience: (space: string) => { readonly listening: number; readonly unique: number };
  readonly forget: (space: string, before: number) => void;
}

interface Connection {
  is: "connected" | "away" | "left";
  selfMuted: boolean;
  loss: number;
  rtt: number | null;
  checked: boolean;
  since: number;
}

/** Milliseconds for which a place on stage is kept for somebody whose connection is gone. */
const KEEP_PLACE_MS = 30_000;
const STATE_EVERY_MS = 2_000;
const WAVEFORM_MOST = 600;

const utf8 = new TextEncoder();

/** One Space's room. */
export class Room {
  readonly #events: RoomEvents;
  readonly #shelf: Shelf;
  readonly #connections = new Map<string, Connection>();
  readonly #ring: { readonly number: number; readonly frame: Uint8Array }[] = [];
  readonly #listeners = new Set<() => void>();
  #space: Space;
  #init: readonly Uint8Array[] | null = null;
  #initLogged: boolean;
  #levels: number[];
  #speaking = new Set<string>();
  #textsVersion = 1;
  #lastTexts = "";
  #lastState = "";
  #stateAt = 0;
  #publishing: Promise<void> = Promise.resolve();

  constructor(options: {
    readonly space: Space;
    readonly shelf: Shelf;
    readonly events: RoomEvents;
    readonly init: readonly Uint8Array[] | null;
    readonly levels: readonly number[];
  }) {
    this.#space = options.space;
    this.#shelf = options.shelf;
    this.#events = options.events;
    this.#init = options.init;
    this.#initLogged = options.init !== null;
    this.#levels = [...options.levels];
  }

  get space(): Space {
    return this.#space;
  }

  /** Decides, applies and logs. Resolves when durable, or after 150 ms. @throws Fault as decided */
  async ask(command: SpaceCommand): Promise<void> {
    const events = decide(this.#space, command, this.#events.now());
    await Promise.all(events.map((event) => this.#happen(event)));
    if (events.length > 0) this.#changed();
  }

  /** Calls `listener` whenever the desk changed, until the returned function is called. */
  watch(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Tells mixer and edges everything again: one of them is new. */
  openAtMixer(): void {
    const { life, participants, runs, slate, id } = this.#space;
    if (life.is !== "live" && life.is !== "ending" && (life.is === "ended" || participants.size === 0)) return;
    const run = runs.at(-1);
    const onAir = run !== undefined && (life.is === "live" || life.is === "ending");
    this.#events.toMixer({
      type: "space_open",
      space: id,
      program: onAir ? { firstPart: run.firstPart, startsAt: run.startsAt, next: this.#space.nextPart } : null,
      slate: slate || life.is === "ending",
      open: life.is !== "ending",
      places: [...participants.values()].map((person) => ({
        participant: person.id,
        place: person.place,
        muted: person.hostMuted || person.removed,
      })),
    });
  }

  /** Everything an edge needs that has just connected. */
  framesForEdge(): readonly Uint8Array[] {
    const frames = [this.#spaceFrame()];
    if (this.#init !== null)
      frames.push(
        encodeMessage({ type: "init", space: this.#space.id, firstPart: this.#space.runs[0]?.firstPart ?? 0 } satisfies HouseToEdge, this.#init),
      );
    return [...frames, ...this.#ring.map(({ frame }) => frame)];
  }

  /** Fills the ring from the log after a restart. */
  remember(
    parts: readonly { readonly number: number; readonly gap: boolean; readonly startsAt: number; readonly blobs: readonly Uint8Array[] }[],
  ): void {
    for (const part of parts) this.#toRing(part.number, this.#partFrame(part, true, { state: new Uint8Array(), texts: new Uint8Array() }));
  }

  takeInit(init: readonly Uint8Array[]): void {
    this.#init = init;
    if (!this.#initLogged) {
      this.#initLogged = true;
      const [opus = new Uint8Array(), , aac = new Uint8Array()] = init;
      const body = new Uint8Array(4 + opus.length + aac.length);
      new DataView(body.buffer).setUint32(0, opus.length, true);
      body.set(opus, 4);
      body.set(aac, 4 + opus.length);
      void this.#shelf.write({ kind: "init", part: null, body });
    }
    this.#events.toEdges(
      encodeMessage({ type: "init", space: this.#space.id, firstPart: this.#space.runs[0]?.firstPart ?? 0 } satisfies HouseToEdge, init),
    );
  }

  /** Takes a part from the mixer: to the log, then to the edges; parts that are known already are passed over. */
  takePart(message: Extract<MixerToHouse, { type: "part" }>, blobs: readonly Uint8Array[]): void {
    const { number, gap, level, dueAt } = message;
    if (number < this.#space.nextPart || blobs.length !== RENDITIONS.length) return;
    if (this.#space.life.is !== "live" && this.#space.life.is !== "ending") return;
    const missed = number > this.#space.nextPart ? this.#space.nextPart : null;
    if (gap || missed !== null) {
      const event = decide(this.#space, { ask: "fill_gap", from: missed ?? number, to: gap ? number + 1 : number }, this.#events.now())[0];
      if (event !== undefined) void this.#happen(event);
    }
    this.#space = partWritten(this.#space, number);
    this.#levels.push(level);
    this.#speaking = new Set(message.speaking);
    const [opus48 = new Uint8Array(), opus24 = new Uint8Array(), aac = new Uint8Array()] = blobs;
    const body = encodePartRecord({ gap, level, startsAt: dueAt, renditions: { "opus-48k": opus48, "opus-24k": opus24, "aac-64k": aac } });
    const written = this.#shelf.write({ kind: "part", part: number, body });
    this.#publishing = this.#publishing.then(async () => this.#publish({ number, gap, startsAt: dueAt, blobs }, await written));
    if (!this.#space.settings.record && number % RING_PARTS === 0) this.#events.forget(this.#space.id, number - RING_PARTS);
  }

  /** The stage said something of a person. */
  person(participant: string, change: Partial<Connection>): void {
    const known = this.#connections.get(participant) ?? { is: "left" as const, selfMuted: false, loss: 0, rtt: null, checked: false, since: 0 };
    const next = { ...known, ...change };
    if (change.is !== undefined && change.is !== known.is) next.since = this.#events.now();
    this.#connections.set(participant, next);
    if (JSON.stringify({ ...next, loss: 0, rtt: 0 }) !== JSON.stringify({ ...known, loss: 0, rtt: 0 })) this.#changed();
  }

  /** Everybody's connection is gone: the stage's process has died. */
  everyoneAway(): void {
    for (const [participant, connection] of this.#connections) if (connection.is === "connected") this.person(participant, { is: "away" });
  }

  /** Time passes: what is due happens, and a place on stage is kept for 30 s only. */
  async tick(): Promise<void> {
    await this.ask({ ask: "tick" });
    const now = this.#events.now();
    for (const person of this.#space.participants.values()) {
      const connection = this.#connections.get(person.id);
      const gone = connection === undefined || (connection.is !== "connected" && now - connection.since > KEEP_PLACE_MS);
      if (person.place !== "stage" || !gone) continue;
      if (connection === undefined) this.person(person.id, { is: "away" });
      else await this.ask({ ask: "place", participant: person.id, place: "green", self: false });
    }
  }

  /** The Space as everybody sees it. */
  public(): PublicSpace {
    return publicSpace(this.#space, this.#moment(this.#space.nextPart - 1));
  }

  /** Sends the edges what a page asks. */
  announce(): void {
    this.#events.toEdges(this.#spaceFrame());
  }

  /** The desk as `who` sees it. */
  desk(who: { readonly role: Desk["youAre"]; readonly participant: string | null }): Omit<Desk, "listen" | "invitedAs"> {
    const { life, cut } = this.#space;
    const detail = this.#shelf.trouble;
    const recording = !this.#space.settings.record ? "off" : this.#shelf.confirmed ? "ok" : "unconfirmed";
    const words = {
      off: "This Space is not recorded.",
      ok: "Recording.",
      unconfirmed: `Not on disk yet: ${detail ?? ""}. The sound goes on; ${this.#shelf.waiting} records wait in memory.`,
    };
    return {
      space: this.public(),
      people: this.#deskPeople(),
      undoUntil: life.is === "ending" ? life.undoUntil : null,
      reopenUntil: life.is === "ended" ? life.at + REOPEN_MS : null,
      recording: { is: recording, checkedAt: this.#events.now(), detail: words[recording] },
      you: who.participant,
      youAre: who.role,
      replay: cut === null ? null : { from: cut.from, to: cut.to, hidden: cut.hidden, reviewed: cut.reviewed, parts: this.#space.nextPart },
    };
  }

  async close(): Promise<void> {
    await this.#shelf.close(2_000);
  }

  async #happen(event: SpaceEvent): Promise<void> {
    const next = evolve(this.#space, event);
    if (next === null) throw new Fault("internal", "an event without a Space");
    this.#space = next;
    this.#tellMixer(event);
    await this.#shelf.write({ kind: "event", part: null, body: utf8.encode(JSON.stringify(event)) });
  }

  #tellMixer(event: SpaceEvent): void {
    const { id, life, slate, participants } = this.#space;
    switch (event.type) {
      case "went_live":
      case "reopened":
      case "paused":
        this.openAtMixer();
        break;
      case "ending_begun":
      case "ending_undone":
      case "slated":
        this.#events.toMixer({ type: "air", space: id, open: life.is !== "ending", slate: slate || life.is === "ending" });
        break;
      case "ended":
        this.#events.toMixer({ type: "program_stop", space: id });
        this.#ended();
        break;
      case "placed":
      case "muted":
      case "allowed":
      case "removed": {
        const person = participants.get(event.participant);
        if (person !== undefined)
          this.#events.toMixer({ type: "place", space: id, participant: person.id, place: person.place, muted: person.hostMuted || person.removed });
        if (event.type === "removed") this.#events.closePerson(id, event.participant, "removed");
        break;
      }
    }
  }

  #ended(): void {
    this.#speaking = new Set();
    this.#publishing = this.#publishing.then(() => {
      this.#events.toEdges(encodeMessage({ type: "program_end", space: this.#space.id, last: this.#space.nextPart - 1 } satisfies HouseToEdge));
      this.announce();
    });
  }

  #publish(
    part: { readonly number: number; readonly gap: boolean; readonly startsAt: number; readonly blobs: readonly Uint8Array[] },
    confirmed: boolean,
  ): void {
    const frame = this.#partFrame(part, confirmed, this.#emsgs(part.number));
    this.#toRing(part.number, frame);
    this.#events.toEdges(frame);
    // What waits for the disk would be lost with this process: the mixer keeps it until a later part is safe.
    if (confirmed) this.#events.toMixer({ type: "parts_taken", space: this.#space.id, number: part.number });
  }

  #emsgs(number: number): { readonly state: Uint8Array; readonly texts: Uint8Array } {
    const nothing = new Uint8Array();
    const time = number * PART_SAMPLES;
    const texts = this.#refreshTexts();
    const state = publicState(this.#space, this.#moment(number));
    const comparable = JSON.stringify({ ...state, part: 0, at: 0 });
    const due = texts !== null || comparable !== this.#lastState || state.at - this.#stateAt >= STATE_EVERY_MS;
    if (!due) return { state: nothing, texts: nothing };
    this.#lastState = comparable;
    this.#stateAt = state.at;
    return {
      state: encodeEmsg({ time, id: number * 2, owner: OWNERS.state, json: JSON.stringify(state) }),
      texts: texts === null ? nothing : encodeEmsg({ time, id: number * 2 + 1, owner: OWNERS.texts, json: texts }),
    };
  }

  /** The texts when they changed since the last part, else null. */
  #refreshTexts(): string | null {
    const comparable = JSON.stringify(publicTexts(this.#space, 0));
    if (comparable === this.#lastTexts) return null;
    this.#lastTexts = comparable;
    this.#textsVersion += 1;
    return JSON.stringify(publicTexts(this.#space, this.#textsVersion));
  }

  #partFrame(
    part: { readonly number: number; readonly gap: boolean; readonly startsAt: number; readonly blobs: readonly Uint8Array[] },
    confirmed: boolean,
    emsgs: { readonly state: Uint8Array; readonly texts: Uint8Array },
  ): Uint8Array {
    const { number, gap, startsAt, blobs } = part;
    return encodeMessage({ type: "part", space: this.#space.id, number, gap, confirmed, startsAt } satisfies HouseToEdge, [
      emsgs.state,
      emsgs.texts,
      ...blobs,
    ]);
  }

  #toRing(number: number, frame: Uint8Array): void {
    this.#ring.push({ number, frame });
    if (this.#ring.length > RING_PARTS) this.#ring.shift();
  }

  #spaceFrame(): Uint8Array {
    const { cut, runs, settings } = this.#space;
    const message: HouseToEdge = {
      type: "space",
      space: this.public(),
      listed: settings.visibility === "listed",
      replay: cut !== null && isReplayReady(this.#space) ? { from: cut.from, to: cut.to, cuts: cut.cuts } : null,
      runs,
    };
    return encodeMessage(message);
  }

  #changed(): void {
    this.announce();
    for (const listener of this.#listeners) listener();
  }

  #moment(part: number): Moment {
    const having = (test: (connection: Connection) => boolean): ReadonlySet<string> =>
      new Set([...this.#connections].filter(([, connection]) => test(connection)).map(([id]) => id));
    return {
      now: this.#events.now(),
      part,
      speaking: this.#speaking,
      away: having((connection) => connection.is === "away"),
      left: having((connection) => connection.is === "left"),
      selfMuted: having((connection) => connection.selfMuted),
      ...this.#events.audience(this.#space.id),
      confirmed: this.#shelf.confirmed,
      textsVersion: this.#textsVersion,
      waveform: waveformOf(this.#levels, this.#space),
    };
  }

  #deskPeople(): readonly DeskPerson[] {
    const people = [...this.#space.participants.values()].filter((person) => !person.removed);
    return people.map((person) => {
      const connection = this.#connections.get(person.id);
      const twin = people.find((other) => other.id !== person.id && other.place === "stage" && resembles(other.name, person.name));
      return {
        id: person.id,
        name: person.name,
        role: person.role,
        place: person.place satisfies Place,
        admitted: person.admitted,
        hostMuted: person.hostMuted,
        selfMuted: connection?.selfMuted ?? false,
        checked: connection?.checked ?? false,
        connection: connection?.is ?? "left",
        loss: connection?.loss ?? 0,
        rtt: connection?.rtt ?? null,
        resembles: twin?.name ?? null,
      };
    });
  }
}

/** Loudness over the replay, at most 600 values of 0 to 100. */
function waveformOf(levels: readonly number[], space: Space): readonly number[] {
  const first = space.runs[0]?.firstPart ?? 0;
  const from = (space.cut?.from ?? first) - first;
  const to = (space.cut?.to ?? space.nextPart) - first;
  const heard = levels.slice(Math.max(0, from), Math.max(0, to));
  const each = Math.max(3, Math.ceil(heard.length / WAVEFORM_MOST));
  return Array.from({ length: Math.ceil(heard.length / each) }, (_, i) => Math.max(...heard.slice(i * each, (i + 1) * each)));
}
