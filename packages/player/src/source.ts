/** A Media Source behind an audio element: appends in order, forgets what was heard, never skips in silence. */

import { mediaSourceClass } from "./choose.ts";

/** Appends waiting for the browser; past this the reader is hopelessly behind and the oldest go. */
const QUEUE = 2_000;
/** Seconds of heard sound that are kept, for a second thought. */
const KEEP = 30;
/** Trim only when this much more has gathered. */
const TRIM = 30;

/** Owns the element's source. Times are seconds on the program's timeline. */
export class Source {
  readonly #audio: HTMLAudioElement;
  readonly #media: MediaSource;
  readonly #type: string;
  readonly #url: string;
  readonly #queue: Uint8Array<ArrayBuffer>[] = [];
  readonly #onAppended: () => void;
  #buffer: SourceBuffer | null = null;
  #closed = false;

  /** @param options `onAppended` is called after every append and whenever the source is ready */
  constructor(options: { readonly audio: HTMLAudioElement; readonly type: string; readonly onAppended: () => void }) {
    const MediaSourceClass = mediaSourceClass();
    if (MediaSourceClass === null) throw new Error("a Source is made only where Media Source exists");
    this.#audio = options.audio;
    this.#type = options.type;
    this.#onAppended = options.onAppended;
    this.#media = new MediaSourceClass();
    this.#url = URL.createObjectURL(this.#media);
    this.#media.addEventListener("sourceopen", () => this.#open(), { once: true });
    // ManagedMediaSource opens only for elements that do not stream elsewhere.
    this.#audio.disableRemotePlayback = true;
    this.#audio.src = this.#url;
  }

  /** Queues an init segment or a part. */
  append(bytes: Uint8Array<ArrayBuffer>): void {
    if (this.#queue.length >= QUEUE) this.#queue.splice(1, 1);
    this.#queue.push(bytes);
    this.#pump();
  }

  /** End of what is buffered; null while nothing is. */
  get end(): number | null {
    const ranges = this.#ranges();
    return ranges === null || ranges.length === 0 ? null : ranges.end(ranges.length - 1);
  }

  /** Seconds that can be played from `time` on without a hole. */
  aheadOf(time: number): number {
    const ranges = this.#ranges();
    for (let i = 0; ranges !== null && i < ranges.length; i++) {
      if (time >= ranges.start(i) - 0.05 && time < ranges.end(i)) return ranges.end(i) - time;
    }
    return 0;
  }

  /** Where the next stretch begins, for a playhead before the first one or at the rim of a hole; null when there is none. */
  nextStart(time: number): number | null {
    const ranges = this.#ranges();
    for (let i = 0; ranges !== null && i < ranges.length; i++) if (ranges.start(i) > time) return ranges.start(i);
    return null;
  }

  /** Lets go of the element. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#queue.length = 0;
    URL.revokeObjectURL(this.#url);
    if (this.#audio.src === this.#url) {
      this.#audio.removeAttribute("src");
      this.#audio.load();
    }
  }

  #open(): void {
    if (this.#closed) return;
    this.#media.duration = Number.POSITIVE_INFINITY;
    this.#buffer = this.#media.addSourceBuffer(this.#type);
    this.#buffer.addEventListener("updateend", () => {
      this.#onAppended();
      this.#pump();
    });
    this.#pump();
  }

  #ranges(): TimeRanges | null {
    return this.#closed || this.#media.readyState !== "open" ? null : (this.#buffer?.buffered ?? null);
  }

  #pump(): void {
    const buffer = this.#buffer;
    if (buffer === null || this.#closed || buffer.updating || this.#media.readyState !== "open") return;
    if (this.#trim(buffer)) return;
    const bytes = this.#queue.shift();
    if (bytes === undefined) return;
    try {
      buffer.appendBuffer(bytes);
    } catch (error) {
      if (!(error instanceof DOMException) || error.name !== "QuotaExceededError") throw error;
      this.#queue.unshift(bytes);
      if (this.#audio.currentTime > 1) buffer.remove(0, this.#audio.currentTime - 0.5);
    }
  }

  #trim(buffer: SourceBuffer): boolean {
    const ranges = buffer.buffered;
    const upTo = this.#audio.currentTime - KEEP;
    if (ranges.length === 0 || upTo - ranges.start(0) < TRIM) return false;
    buffer.remove(0, upTo);
    return true;
  }
}
