/** Apple's way: the element plays the playlist by itself; what is true comes as timed metadata, or, without any, from the cached API. */

import { forgetBefore, noteSnapshot, snapshotAt, type Timeline } from "@odeon/core/player/timeline";
import type { PublicSpace } from "@odeon/wire/state";
import { type Item, readOwned } from "./demux.ts";

/** What it needs. */
export interface NativeHlsOptions {
  readonly base: string;
  readonly space: string;
  readonly audio: HTMLAudioElement;
  /** Something that is true as of now. */
  readonly onHeard: (item: Item) => void;
}

/** WebKit's cue of timed ID3. */
interface DataCue extends TextTrackCue {
  readonly value?: { readonly key?: string; readonly info?: string; readonly data?: ArrayBuffer };
}

/** Without metadata for this long the state is read from the API. */
const METADATA_MS = 6_000;
const READ_MS = 5_000;

/** Plays `main.m3u8` in the element until closed. */
export class NativeHls {
  readonly #options: NativeHlsOptions;
  readonly #timer: ReturnType<typeof setInterval>;
  #lastMetadata = performance.now();
  #lastRead = 0;
  #states: Timeline<PublicSpace> = [];

  constructor(options: NativeHlsOptions) {
    this.#options = options;
    options.audio.textTracks.addEventListener("addtrack", this.#onTrack);
    options.audio.src = this.#url;
    this.#timer = setInterval(() => this.#tick(), 250);
  }

  /** Wall time, in milliseconds, of what is heard, by PROGRAM-DATE-TIME; null where the browser does not say. */
  get heardWall(): number | null {
    const { audio } = this.#options;
    const start = (audio as { getStartDate?: () => Date }).getStartDate?.().getTime() ?? Number.NaN;
    return Number.isFinite(start) ? start + audio.currentTime * 1_000 : null;
  }

  /** To the live edge, at once. */
  goLive(): void {
    const { seekable } = this.#options.audio;
    if (seekable.length > 0) this.#options.audio.currentTime = Math.max(0, seekable.end(seekable.length - 1) - 3);
  }

  /** Loads the playlist anew, after an error. */
  reload(): void {
    this.#options.audio.src = this.#url;
  }

  close(): void {
    clearInterval(this.#timer);
    this.#options.audio.textTracks.removeEventListener("addtrack", this.#onTrack);
    this.#options.audio.removeAttribute("src");
    this.#options.audio.load();
  }

  get #url(): string {
    return `${this.#options.base}/spaces/${encodeURIComponent(this.#options.space)}/hls/main.m3u8`;
  }

  readonly #onTrack = (event: TrackEvent): void => {
    const { track } = event;
    if (track === null || track.kind !== "metadata") return;
    track.mode = "hidden";
    track.addEventListener("cuechange", () => {
      for (const cue of Array.from(track.activeCues ?? [])) this.#takeCue(cue as DataCue);
    });
  };

  #takeCue({ value }: DataCue): void {
    if (value?.key !== "PRIV" || value.data === undefined) return;
    const item = readJson(value.info ?? "", value.data);
    if (item === null) return;
    this.#lastMetadata = performance.now();
    this.#options.onHeard(item);
  }

  #tick(): void {
    const now = performance.now();
    if (now - this.#lastMetadata < METADATA_MS) return;
    if (now - this.#lastRead > READ_MS) {
      this.#lastRead = now;
      void this.#read();
    }
    const heard = this.heardWall ?? Number.POSITIVE_INFINITY;
    const space = snapshotAt(this.#states, heard);
    this.#states = forgetBefore(this.#states, heard);
    if (space === null) return;
    this.#options.onHeard({ is: "texts", time: 0, texts: space.texts });
    this.#options.onHeard({ is: "state", time: 0, state: space.state });
  }

  async #read(): Promise<void> {
    try {
      const response = await fetch(`${this.#options.base}/api/v1/spaces/${encodeURIComponent(this.#options.space)}`, { credentials: "omit" });
      if (!response.ok) return;
      const space = (await response.json()) as PublicSpace;
      this.#states = noteSnapshot(this.#states, { time: space.now, value: space });
    } catch {
      // Read again in five seconds.
    }
  }
}

function readJson(owner: string, data: ArrayBuffer): Item | null {
  try {
    return readOwned(owner, JSON.parse(new TextDecoder().decode(data)), 0);
  } catch {
    return null;
  }
}
