/** Recordings that were indexed lately. */

import type { Extent } from "@odeon/core/replay/extent";
import type { LogReader } from "@odeon/log/log";
import { indexRecording, type Recording } from "./recording.ts";

/** Indexes kept: each about 1.5 MB for two hours. */
const MOST = 16;

/** Indexes a recording once, however many ask at the same time. */
export class RecordingShelf {
  readonly #log: LogReader;
  readonly #kept = new Map<string, Promise<Recording>>();

  constructor(log: LogReader) {
    this.#log = log;
  }

  /** The recording of a Space as it is cut now. @param key from {@link extentKey} */
  get(space: string, extent: Extent, key: string): Promise<Recording> {
    const name = `${space} ${key}`;
    const known = this.#kept.get(name);
    this.#kept.delete(name);
    const recording = known ?? indexRecording(this.#log, space, extent);
    this.#kept.set(name, recording);
    recording.catch(() => this.#kept.delete(name));
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= MOST) break;
      this.#kept.delete(oldest);
    }
    return recording;
  }
}

/** Names a cut of a replay: two cuts with the same name give the same bytes. */
export function extentKey(extent: Extent): string {
  return [`${extent.from}-${extent.to}`, ...extent.cuts.map(({ from, to }) => `x${from}-${to}`)].join("");
}
