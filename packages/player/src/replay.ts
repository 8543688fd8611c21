/** Plays a Space's recording in the same element that played it live: one file, seekable by ranges. */

/** All that a page shows of the replay. Seconds. */
export interface ReplayView {
  readonly isPlaying: boolean;
  /** It was started at least once. */
  readonly wasStarted: boolean;
  readonly position: number;
  readonly rate: number;
  /** The file could not be played on; pressing play tries again. */
  readonly failed: boolean;
}

/** A replay. `play` is called inside the reader's tap. */
export interface Replay {
  readonly view: ReplayView;
  play(): void;
  pause(): void;
  /** @param position seconds from the start */
  seek(position: number): void;
  setRate(rate: number): void;
  close(): void;
}

/** What a replay needs. */
export interface ReplayOptions {
  /** Origin of the house, without a slash at the end; "" for the page's own. */
  readonly base: string;
  readonly space: string;
  readonly audio: HTMLAudioElement;
  readonly onChange: (view: ReplayView) => void;
}

/** The address of the recording as one file. */
export function replayUrl(base: string, space: string): string {
  return `${base}/spaces/${encodeURIComponent(space)}/replay.m4a`;
}

/** Makes a replay. Nothing is loaded before the first `play` or `seek`. */
export function createReplay(options: ReplayOptions): Replay {
  return new FileReplay(options);
}

class FileReplay implements Replay {
  readonly #options: ReplayOptions;
  readonly #closing = new AbortController();
  #view: ReplayView = { isPlaying: false, wasStarted: false, position: 0, rate: 1, failed: false };

  constructor(options: ReplayOptions) {
    this.#options = options;
    const { audio } = options;
    const { signal } = this.#closing;
    for (const event of ["timeupdate", "seeking", "play", "pause", "ended", "ratechange"] as const)
      audio.addEventListener(event, () => this.#observe(), { signal });
    audio.addEventListener("error", () => this.#isLoaded && this.#change({ failed: true, isPlaying: false }), { signal });
  }

  /** The element plays the recording, and not the live program before it. */
  get #isLoaded(): boolean {
    const { audio, base, space } = this.#options;
    return audio.getAttribute("src") === replayUrl(base, space);
  }

  get view(): ReplayView {
    return this.#view;
  }

  play(): void {
    const { audio } = this.#options;
    this.#load();
    audio.playbackRate = this.#view.rate;
    this.#change({ failed: false, wasStarted: true });
    audio.play().catch(() => this.#observe());
  }

  pause(): void {
    this.#options.audio.pause();
  }

  seek(position: number): void {
    this.#load();
    this.#options.audio.currentTime = position;
    this.#change({ position });
  }

  setRate(rate: number): void {
    this.#options.audio.playbackRate = rate;
    this.#change({ rate });
  }

  close(): void {
    this.#closing.abort();
    this.#options.audio.removeAttribute("src");
    this.#options.audio.load();
  }

  #load(): void {
    const { audio, base, space } = this.#options;
    if (this.#isLoaded && !this.#view.failed) return;
    const { position } = this.#view;
    audio.src = replayUrl(base, space);
    if (position > 0) audio.currentTime = position;
  }

  #observe(): void {
    if (!this.#isLoaded) return;
    const { audio } = this.#options;
    this.#change({ isPlaying: !audio.paused && !audio.ended, position: audio.currentTime });
  }

  #change(part: Partial<ReplayView>): void {
    this.#view = { ...this.#view, ...part };
    this.#options.onChange(this.#view);
  }
}
