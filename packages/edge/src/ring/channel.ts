/** What an edge knows of one Space: its newest parts, its public state, and who is connected. */

import { mediaPlaylist, WINDOW_PARTS } from "@odeon/core/hls/playlist";
import type { LiveEdge } from "@odeon/core/hls/segments";
import type { Extent } from "@odeon/core/replay/extent";
import { AFTER_END_MS, isWithinReach } from "@odeon/core/replay/reach";
import { PART_SAMPLES, RENDITIONS, type Rendition, RING_PARTS } from "@odeon/core/shared/program";
import { encodeEmsg, OWNERS } from "@odeon/wire/emsg";
import type { HouseToEdge } from "@odeon/wire/ipc/messages";
import type { PublicSpace, PublicState } from "@odeon/wire/state";
import { Seats } from "../doors/seats.ts";
import { Holds } from "../http/holds.ts";
import { type Chunk, makeChunk } from "./chunk.ts";
import { makeRingPart, Ring } from "./ring.ts";

/** What a listener's stream does when something happens. */
export interface Listener {
  /** A part has come, or the end. */
  readonly pump: () => void;
  /** A state comes alone: no part for a second. */
  readonly sendState: (state: Chunk) => void;
  /** Time has passed. */
  readonly sweep: (now: number) => void;
  readonly close: () => void;
  readonly pass: string;
}

/** The house's message about a Space. */
export type SpaceMessage = Extract<HouseToEdge, { readonly type: "space" }>;

/** Milliseconds without a part after which the state comes alone, and again. */
const SILENT_MS = 1_000;
/** Milliseconds for which the last parts of an ended Space are waited for. */
const LAST_PARTS_MS = 5_000;
/** Numbers of the edge's own event messages: those of parts are twice the part's number and one more. */
const OWN_EVENT = 0x8000_0000;
const NOTHING = new Uint8Array();

/** One Space at this edge. Everything in it is shared by all its listeners. */
export class Channel {
  readonly id: string;
  /** What left a playlist is in memory for 64 s more. */
  readonly ring = new Ring(WINDOW_PARTS + RING_PARTS);
  readonly listeners = new Set<Listener>();
  readonly holds = new Holds();
  readonly seats = new Seats();
  readonly #now: () => number;
  readonly #clock: () => number;
  #message: SpaceMessage;
  #inits: readonly Chunk[] | null = null;
  #state: Uint8Array = NOTHING;
  #texts: Uint8Array = NOTHING;
  #openings: (Chunk | undefined)[] = [];
  #lastPartAt: number;
  #saidAt = 0;
  #events = 0;
  #end: { readonly last: number; readonly at: number; readonly state: Chunk } | null = null;
  readonly #playlists = new Map<string, { readonly version: string; readonly bytes: Buffer }>();
  #body: { readonly at: number; readonly bytes: Buffer } | null = null;

  /** @param time `now` is wall time, `clock` monotonic, both in milliseconds */
  constructor(message: SpaceMessage, time: { readonly now: () => number; readonly clock: () => number }) {
    this.id = message.space.id;
    this.#message = message;
    this.#now = time.now;
    this.#clock = time.clock;
    this.#lastPartAt = time.clock();
    this.update(message);
  }

  get space(): PublicSpace {
    return this.#message.space;
  }

  get listed(): boolean {
    return this.#message.listed;
  }

  /** What the replay gives; null while there is none to be had. */
  get replay(): Extent | null {
    return this.#message.replay;
  }

  get runs(): SpaceMessage["runs"] {
    return this.#message.runs;
  }

  /** Whether sound comes: live, or ending with its slate. */
  get live(): boolean {
    const { life } = this.space;
    return life === "live" || life === "ending";
  }

  /** The last part and the state that closes every stream; null while it goes on. */
  get end(): { readonly last: number; readonly state: Chunk } | null {
    return this.#end;
  }

  /** What a live playlist depends on. */
  get edge(): LiveEdge {
    return { runs: this.runs, next: this.ring.next, ended: this.#end !== null && this.ring.next > this.#end.last };
  }

  /** The init segment of a rendition; null before the program began. @param rendition index in RENDITIONS */
  init(rendition: number): Chunk | null {
    return this.#inits?.[rendition] ?? null;
  }

  /** Whether live addresses give part `number`. */
  reaches(number: number): boolean {
    const { replay, record, endedAt } = this.space;
    return isWithinReach(
      {
        live: this.live,
        sinceEnd: endedAt === null ? 0 : this.#now() - endedAt,
        open: record && replay === "at_once",
        replay: this.replay,
        remembered: this.ring.first,
      },
      number,
    );
  }

  /** Whether someone may still resume after the end. */
  get lingers(): boolean {
    const { endedAt } = this.space;
    return this.#end !== null && this.ring.next > 0 && endedAt !== null && this.#now() - endedAt <= AFTER_END_MS;
  }

  /** The answer to `GET /api/v1/spaces/:id`, made at most once a second. */
  body(): Buffer {
    const at = this.#now();
    if (this.#body === null || at - this.#body.at >= 1_000) this.#body = { at, bytes: Buffer.from(JSON.stringify({ ...this.space, now: at })) };
    return this.#body.bytes;
  }

  /** A rendition's live playlist, made once for everybody. @param skip as `_HLS_skip` asks */
  playlist(rendition: Rendition, skip: boolean): Buffer {
    const { edge } = this;
    const key = `${rendition}${skip ? "+" : ""}`;
    const version = `${edge.next},${edge.ended},${edge.runs.length}`;
    const known = this.#playlists.get(key);
    if (known?.version === version) return known.bytes;
    const bytes = Buffer.from(mediaPlaylist(edge, { rendition, skip }));
    this.#playlists.set(key, { version, bytes });
    return bytes;
  }

  /** The house says how things stand. */
  update(message: SpaceMessage): void {
    this.#message = message;
    this.#body = null;
    this.#openings = [];
    if (this.live) this.#end = null;
    if (message.space.life === "ended") this.#finish(Math.max(message.space.state.part, this.ring.next - 1));
    this.holds.wake();
  }

  takeInit(blobs: readonly Uint8Array[]): void {
    if (blobs.length !== RENDITIONS.length) return;
    this.#inits = blobs.map((blob) => makeChunk([blob]));
    this.#openings = [];
    this.#pumpAll();
  }

  /** Takes a part; one that is known already changes nothing. */
  takePart(number: number, blobs: readonly Uint8Array[]): void {
    const [state = NOTHING, texts = NOTHING, ...media] = blobs;
    const isOver = !this.live && !this.lingers && this.space.endedAt !== null && this.#now() - this.space.endedAt > AFTER_END_MS;
    if (isOver || media.length !== RENDITIONS.length || !this.ring.put(makeRingPart(number, [state, texts], media))) return;
    if (number < this.ring.next - 1) return;
    this.#lastPartAt = this.#clock();
    if (state.length > 0) this.#state = Uint8Array.from(state);
    if (texts.length > 0) this.#texts = Uint8Array.from(texts);
    if (state.length + texts.length > 0) this.#openings = [];
    this.#pumpAll();
  }

  /** The program has ended with part `last`; the message that follows says what the Space is now. */
  programEnd(last: number): void {
    if (!this.live) this.#finish(last);
  }

  /** What every stream of a rendition begins with: init, names and texts, the newest state. Null before the program began. */
  opening(rendition: number): Chunk | null {
    const known = this.#openings[rendition];
    if (known !== undefined) return known;
    const init = this.init(rendition);
    if (init === null) return null;
    const texts = this.#texts.length > 0 ? this.#texts : this.#event(OWNERS.texts, this.space.texts);
    const state = this.#state.length > 0 ? this.#state : this.#event(OWNERS.state, { ...this.space.state, part: this.ring.next });
    const opening = makeChunk([init.raw, texts, state]);
    this.#openings[rendition] = opening;
    return opening;
  }

  /** An event message of one listener's own. */
  personal(value: object): Chunk {
    return makeChunk([this.#event(OWNERS.pass, value)]);
  }

  /** Time has passed: called four times a second. */
  sweep(): void {
    const now = this.#clock();
    this.holds.sweep(now);
    for (const listener of this.listeners) listener.sweep(now);
    if (this.live && this.ring.next > 0 && now - this.#lastPartAt >= SILENT_MS && now - this.#saidAt >= SILENT_MS) this.#sayReconnecting(now);
    if (this.#end === null) return;
    if (this.ring.next <= this.#end.last && now - this.#end.at > LAST_PARTS_MS) {
      this.#end = { ...this.#end, last: this.ring.next - 1 };
      this.#pumpAll();
    }
    if (!this.lingers && this.listeners.size === 0) this.ring.clear();
  }

  /** The Space is gone, or this edge is. */
  close(): void {
    for (const listener of [...this.listeners]) listener.close();
    this.listeners.clear();
  }

  #finish(last: number): void {
    if (this.#end !== null) return;
    const state: PublicState = { ...this.space.state, part: last + 1 };
    this.#end = { last, at: this.#clock(), state: makeChunk([this.#event(OWNERS.state, state)]) };
    this.#pumpAll();
  }

  /** Nothing comes: everybody learns it, from the same bytes. */
  #sayReconnecting(now: number): void {
    this.#saidAt = now;
    const { state } = this.space;
    const stage = state.stage.map((figure) => ({ ...figure, speaking: false, away: true }));
    const chunk = makeChunk([this.#event(OWNERS.state, { ...state, at: this.#now(), part: this.ring.next, stage })]);
    for (const listener of this.listeners) listener.sendState(chunk);
  }

  #event(owner: string, value: object): Uint8Array {
    this.#events += 1;
    return encodeEmsg({ time: this.ring.next * PART_SAMPLES, id: OWN_EVENT + (this.#events % OWN_EVENT), owner, json: JSON.stringify(value) });
  }

  #pumpAll(): void {
    for (const listener of this.listeners) listener.pump();
    this.holds.wake();
  }
}
