/** The listener's player: one audio element, sound from the live edge, and what is true at the instant that is heard. */

import { forgetBefore, noteSnapshot, snapshotAt, type Timeline } from "@odeon/core/player/timeline";
import { PART_SAMPLES, type Rendition } from "@odeon/core/shared/program";
import type { PublicState, PublicTexts } from "@odeon/wire/state";
import { choose, readAbilities } from "./choose.ts";
import type { Item } from "./demux.ts";
import { Line, type Network } from "./line.ts";
import { bindMediaKeys, nameMedia, showPlaying } from "./media-session.ts";
import { NativeHls } from "./native-hls.ts";
import { Playhead } from "./playhead.ts";
import { Source } from "./source.ts";

/** What the player does now. `armed`: it plays when {@link Player.begin} is called; `blocked`: the browser wants another tap. */
export type Activity = "idle" | "armed" | "connecting" | "playing" | "stalled" | "paused" | "blocked" | "finished" | "unsupported";

/** All that a page shows of the player. */
export interface PlayerView {
  readonly is: Activity;
  /** Milliseconds since 1970 when the pause began; null while there is none. */
  readonly pausedAt: number | null;
  /** What was paused can be heard from where it stopped. */
  readonly canContinue: boolean;
  /** The reader chose to stay behind after a pause. */
  readonly isShifted: boolean;
  /** True at what is heard; null before the first sound. */
  readonly state: PublicState | null;
  readonly texts: PublicTexts | null;
  /** Seconds from the stage to the ear; null when unknown. */
  readonly behind: number | null;
  /** What plays; "hls" when the browser chooses. */
  readonly rendition: Rendition | "hls" | null;
  readonly way: "push" | "parts" | "hls" | null;
  readonly network: Network;
  /** Why there is no sound to be had, of `core/shared/fault`; null while there is. */
  readonly over: string | null;
}

/** What a player needs. */
export interface PlayerOptions {
  /** Origin of the house, without a slash at the end; "" for the page's own. */
  readonly base: string;
  readonly space: string;
  /** One element for the page's whole life. The player owns its source and rate until `close()`. */
  readonly audio: HTMLAudioElement;
  readonly saver?: boolean;
  /** Called when anything in the view changed, at most ten times a second. */
  readonly onChange: (view: PlayerView) => void;
}

/** A player. `arm`, `play` and `goLive` are called inside the reader's tap. */
export interface Player {
  readonly view: PlayerView;
  /** Starts the element inside the tap, so that sound may begin by itself later. */
  arm(): void;
  /** Begins what was armed. */
  begin(): void;
  /** Plays: from the live edge, or on from a pause. */
  play(): void;
  pause(): void;
  goLive(): void;
  /** Takes the smaller rendition, or the better one. */
  setSaver(saver: boolean): void;
  /** How far the house's clock is ahead of this one, in milliseconds. */
  setClock(offset: number): void;
  /** Names what plays to the system. */
  setTitle(title: string): void;
  /** Lets go of element and network, and frees the seat. */
  close(): void;
}

/** How long a pause keeps its place and its seat. */
export const PAUSE_KEPT_MS = 5 * 60_000;
/** From here on "Continue" and "Go to live" are two things. */
export const LONG_PAUSE_MS = 10_000;
const TICK_MS = 100;
/** A timer that is this late slept. */
const SLEPT_MS = 12_000;
/** Heard time at the very end of the buffer falls short of it by less than this. */
const RIM_SAMPLES = 2_880;

/** Makes a player. It does nothing until it is told to. */
export function createPlayer(options: PlayerOptions): Player {
  return new LivePlayer(options);
}

const QUIET: PlayerView = {
  is: "idle",
  pausedAt: null,
  canContinue: false,
  isShifted: false,
  state: null,
  texts: null,
  behind: null,
  rendition: null,
  way: null,
  network: "well",
  over: null,
};

class LivePlayer implements Player {
  readonly #options: PlayerOptions;
  readonly #audio: HTMLAudioElement;
  readonly #unbind: () => void;
  readonly #leaving = new AbortController();
  #saver: boolean;
  #clock = 0;
  #view: PlayerView = QUIET;
  #activity: Activity = "idle";
  #over: string | null = null;
  #network: Network = "well";
  #pausedAt: number | null = null;
  #states: Timeline<PublicState> = [];
  #texts: Timeline<PublicTexts> = [];
  #cadence: PublicState["cadence"] = 1;
  #source: Source | null = null;
  #playhead: Playhead | null = null;
  #line: Line | null = null;
  #hls: NativeHls | null = null;
  #hadInit: Rendition | null = null;
  #timer: ReturnType<typeof setInterval> | null = null;
  #lastTick = 0;

  constructor(options: PlayerOptions) {
    this.#options = options;
    this.#audio = options.audio;
    this.#saver = options.saver ?? false;
    this.#unbind = bindMediaKeys({ play: () => this.play(), pause: () => this.pause() });
    const { signal } = this.#leaving;
    this.#audio.addEventListener("pause", () => this.#onPause(), { signal });
    this.#audio.addEventListener("playing", () => this.#onPlaying(), { signal });
    this.#audio.addEventListener("error", () => this.#onError(), { signal });
    addEventListener("online", () => this.#line?.nudge(), { signal });
    addEventListener("pagehide", () => this.#leave(), { signal });
    addEventListener("pageshow", (event) => event.persisted && this.#wake(), { signal });
    if (choose(readAbilities(this.#audio), this.#saver).is === "none") this.#activity = "unsupported";
    this.#view = { ...QUIET, is: this.#activity };
  }

  get view(): PlayerView {
    return this.#view;
  }

  arm(): void {
    if (this.#activity !== "idle" && this.#activity !== "finished") return;
    if (!this.#attach()) return;
    this.#activity = "armed";
    this.#startElement();
    this.#tick();
  }

  begin(): void {
    if (this.#activity !== "armed") return;
    this.#activity = "connecting";
    this.#connect();
  }

  play(): void {
    if (this.#activity === "unsupported") return;
    if (this.#pausedAt !== null && this.#hasPlace) {
      this.#resume();
      return;
    }
    this.#pausedAt = null;
    if (this.#line === null && this.#hls === null) {
      if (this.#activity !== "armed" && !this.#attach()) return;
      this.#activity = "connecting";
      this.#connect();
    }
    this.#startElement();
    this.#tick();
  }

  pause(): void {
    if (this.#activity === "armed" || this.#activity === "connecting" || this.#activity === "blocked") {
      this.#stop("idle");
      return;
    }
    this.#audio.pause();
  }

  goLive(): void {
    this.#pausedAt = null;
    if (this.#line === null && this.#hls === null) {
      this.play();
      return;
    }
    this.#playhead?.goLive();
    this.#hls?.goLive();
    this.#startElement();
    this.#tick();
  }

  setSaver(saver: boolean): void {
    this.#saver = saver;
    const choice = choose(readAbilities(this.#audio), saver);
    if (choice.is === "source") this.#line?.switchTo(choice.rendition);
  }

  setClock(offset: number): void {
    this.#clock = offset;
  }

  setTitle(title: string): void {
    nameMedia(title, "Odeon");
  }

  close(): void {
    this.#leave();
    this.#stop("idle");
    this.#leaving.abort();
    this.#unbind();
  }

  /** There is something to go on with. */
  get #hasPlace(): boolean {
    return this.#source !== null || this.#hls !== null;
  }

  #attach(): boolean {
    this.#detach();
    this.#over = null;
    const choice = choose(readAbilities(this.#audio), this.#saver);
    if (choice.is === "none") {
      this.#activity = "unsupported";
      this.#publish();
      return false;
    }
    if (choice.is === "source") {
      this.#source = new Source({ audio: this.#audio, type: choice.type, onAppended: () => this.#playhead?.tick() });
      this.#playhead = new Playhead(this.#audio, this.#source, () => performance.now());
    }
    this.#lastTick = performance.now();
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
    return true;
  }

  #connect(): void {
    const { base, space } = this.#options;
    const choice = choose(readAbilities(this.#audio), this.#saver);
    if (choice.is === "hls") {
      this.#hls = new NativeHls({ base, space, audio: this.#audio, onHeard: (item) => this.#take([item]) });
      this.#startElement();
    }
    if (choice.is !== "source") return;
    this.#line = new Line({
      base,
      space,
      rendition: choice.rendition,
      onItems: (items) => this.#take(items),
      onStream: () => this.#playhead?.noteStream(),
      onNetwork: (network) => {
        this.#network = network;
      },
      onOver: (code) => {
        this.#over = code;
        this.#line = null;
      },
    });
  }

  #take(items: readonly Item[]): void {
    let newest: number | null = null;
    for (const item of items) {
      if (item.is === "state") {
        this.#cadence = item.state.cadence;
        this.#states = noteSnapshot(this.#states, { time: item.time, value: item.state });
      }
      if (item.is === "texts") this.#texts = noteSnapshot(this.#texts, { time: item.time, value: item.texts });
      if (item.is === "part") newest = item.number;
    }
    this.#playhead?.noteBytes(newest, this.#cadence);
    for (const item of items) this.#append(item);
  }

  #append(item: Item): void {
    if (item.is === "part") this.#source?.append(item.bytes);
    // Both Opus renditions begin with the same bytes: one is enough.
    if (item.is !== "init" || this.#hadInit !== null) return;
    this.#hadInit = this.#line?.rendition ?? null;
    this.#source?.append(item.bytes);
  }

  /** The element has to be asked inside the tap, before there is anything to play. */
  #startElement(): void {
    this.#audio.play().catch((error: unknown) => {
      if (!(error instanceof DOMException) || error.name !== "NotAllowedError") return;
      this.#activity = "blocked";
      this.#publish();
    });
  }

  #resume(): void {
    const length = Date.now() - (this.#pausedAt ?? Date.now());
    this.#pausedAt = null;
    if (length > LONG_PAUSE_MS) this.#playhead?.shift();
    this.#startElement();
    this.#tick();
  }

  #onPause(): void {
    if (this.#activity !== "playing" && this.#activity !== "stalled") return;
    if (this.#audio.ended) return;
    this.#activity = "paused";
    this.#pausedAt = Date.now();
    showPlaying(false);
    this.#publish();
  }

  #onPlaying(): void {
    showPlaying(true);
    this.#tick();
  }

  /** The element gave up on what it has: everything begins anew. */
  #onError(): void {
    if (this.#hls !== null) {
      setTimeout(
        () => {
          this.#hls?.reload();
          if (this.#pausedAt === null) this.#startElement();
        },
        500 + Math.random() * 1_500,
      );
      return;
    }
    if (this.#line === null || this.#audio.src === "") return;
    this.#stop("idle");
    this.play();
  }

  #tick(): void {
    const now = performance.now();
    const slept = now - this.#lastTick > SLEPT_MS;
    this.#lastTick = now;
    if (slept && this.#pausedAt === null) this.#wake();
    if (this.#pausedAt !== null && Date.now() - this.#pausedAt > PAUSE_KEPT_MS) this.#letGo();
    this.#playhead?.tick();
    if (this.#isDone()) {
      this.#stop("finished");
      return;
    }
    this.#activity = this.#observe();
    this.#publish();
  }

  /** Everything that came has been heard, and nothing more comes. */
  #isDone(): boolean {
    if (this.#over === null || this.#pausedAt !== null) return false;
    const end = this.#source?.end ?? null;
    return end === null || this.#audio.currentTime >= end - 0.15;
  }

  #observe(): Activity {
    const still: readonly Activity[] = ["idle", "armed", "blocked", "finished", "unsupported"];
    if (this.#pausedAt !== null) return "paused";
    const isSounding = !this.#audio.paused && this.#audio.readyState >= 3;
    if (this.#hls !== null) return isSounding ? "playing" : this.#activity === "playing" ? "stalled" : this.#activity;
    if (this.#playhead === null || !this.#playhead.started) return this.#activity;
    if (still.includes(this.#activity) && !isSounding) return this.#activity;
    return this.#playhead.isDry ? "stalled" : this.#audio.paused ? this.#activity : "playing";
  }

  #publish(): void {
    const heard = this.#playhead === null ? (this.#hls === null ? null : Number.POSITIVE_INFINITY) : this.#playhead.heard;
    const at = heard === null ? null : heard + RIM_SAMPLES;
    const state = at === null ? null : snapshotAt(this.#states, at);
    const view: PlayerView = {
      is: this.#activity,
      pausedAt: this.#pausedAt,
      canContinue: this.#pausedAt !== null && this.#hasPlace,
      isShifted: this.#playhead?.isShifted ?? false,
      state,
      texts: at === null ? null : snapshotAt(this.#texts, at),
      behind: this.#behind(state),
      rendition: this.#hls === null ? (this.#line?.rendition ?? null) : "hls",
      way: this.#hls === null ? (this.#line?.way ?? null) : "hls",
      network: this.#network,
      over: this.#over,
    };
    if (at !== null) {
      this.#states = forgetBefore(this.#states, at);
      this.#texts = forgetBefore(this.#texts, at);
    }
    const isNew = (Object.keys(view) as (keyof PlayerView)[]).some((key) => view[key] !== this.#view[key]);
    this.#view = view;
    if (isNew) this.#options.onChange(view);
  }

  #behind(state: PublicState | null): number | null {
    const now = Date.now() + this.#clock;
    const wall = this.#hls?.heardWall ?? null;
    const heard = this.#playhead?.heard ?? null;
    const at = wall ?? (state === null || state.part < 0 || heard === null ? null : state.at + (heard - state.part * PART_SAMPLES) / 48);
    return at === null ? null : Math.max(0, Math.round((now - at) / 100) / 10);
  }

  /** The page slept or comes back from the browser's cache: the live edge is elsewhere by now. */
  #wake(): void {
    if (this.#line === null) return;
    this.#pausedAt = null;
    this.#line.restart();
  }

  /** The pause outlasted its place: the seat goes back, "Go to live" remains. */
  #letGo(): void {
    this.#leave();
    const pausedAt = this.#pausedAt;
    this.#stop("paused");
    this.#pausedAt = pausedAt;
    this.#publish();
  }

  #leave(): void {
    const pass = this.#line?.pass ?? null;
    if (pass !== null) navigator.sendBeacon(`${this.#options.base}/spaces/${encodeURIComponent(this.#options.space)}/leave`, pass);
  }

  #stop(activity: Activity): void {
    this.#activity = activity;
    this.#pausedAt = null;
    this.#detach();
    showPlaying(false);
    this.#publish();
  }

  #detach(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#line?.close();
    this.#hls?.close();
    this.#source?.close();
    this.#timer = null;
    this.#line = null;
    this.#hls = null;
    this.#source = null;
    this.#playhead = null;
    this.#hadInit = null;
    this.#states = [];
    this.#texts = [];
    this.#network = "well";
  }
}
