/** Follows the desk: one long fetch of Server-Sent Events, made again whenever it ends. */

import type { Desk } from "@odeon/wire/desk";
import type { Problem } from "../shared/api.ts";
import type { StageCalls } from "./calls.ts";
import { Cell } from "./cell.ts";
import { EventReader } from "./sse.ts";

/** What is known of the desk. `lost` keeps the last one in sight; `shut` is final. */
export type Feed =
  | { readonly is: "opening" }
  | { readonly is: "open"; readonly desk: Desk; readonly clockOff: number }
  | { readonly is: "lost"; readonly desk: Desk | null; readonly clockOff: number }
  | { readonly is: "shut"; readonly problem: Problem };

/** Milliseconds without a byte after which the stream counts as dead; the house beats every 5 s. */
const SILENT_MS = 12_000;
const WAITS_MS = [300, 700, 1_500, 3_000, 5_000];
const FINAL = new Set([400, 401, 403, 404]);

/** Follows one Space's desk until closed. */
export class DeskFeed {
  readonly feed = new Cell<Feed>({ is: "opening" });
  readonly #calls: StageCalls;
  readonly #end = new AbortController();
  #desk: Desk | null = null;
  #clockOff = 0;
  #failures = 0;

  constructor(calls: StageCalls) {
    this.#calls = calls;
    void this.#follow();
  }

  close(): void {
    this.#end.abort();
  }

  async #follow(): Promise<void> {
    while (!this.#end.signal.aborted) {
      const problem = await this.#read();
      if (this.#end.signal.aborted) return;
      if (problem !== null) {
        this.feed.set({ is: "shut", problem });
        return;
      }
      if (this.#desk !== null || this.#failures > 1) this.feed.set({ is: "lost", desk: this.#desk, clockOff: this.#clockOff });
      const wait = WAITS_MS[Math.min(this.#failures, WAITS_MS.length - 1)] ?? 5_000;
      this.#failures += 1;
      await pause(wait * (0.5 + Math.random() / 2), this.#end.signal);
    }
  }

  /** One connection; gives the problem when the house will not answer otherwise. */
  async #read(): Promise<Problem | null> {
    const silence = new AbortController();
    let timer = setTimeout(() => silence.abort(), SILENT_MS);
    try {
      const response = await fetch(this.#calls.eventsPath, {
        headers: { authorization: this.#calls.bearer, accept: "text/event-stream" },
        cache: "no-store",
        signal: AbortSignal.any([silence.signal, this.#end.signal]),
      });
      if (!response.ok || response.body === null) return FINAL.has(response.status) ? await readProblem(response) : null;
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      const events = new EventReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return null;
        clearTimeout(timer);
        timer = setTimeout(() => silence.abort(), SILENT_MS);
        for (const { event, data } of events.push(value)) if (event === "desk") this.#take(JSON.parse(data) as Desk);
      }
    } catch {
      return null;
    } finally {
      clearTimeout(timer);
      silence.abort();
    }
  }

  #take(desk: Desk): void {
    this.#failures = 0;
    this.#desk = desk;
    this.#clockOff = desk.space.now - Date.now();
    this.feed.set({ is: "open", desk, clockOff: this.#clockOff });
  }
}

async function readProblem(response: Response): Promise<Problem> {
  const unreadable: Problem = { title: response.statusText, status: response.status, detail: "", code: "unreadable" };
  return { ...unreadable, ...((await response.json().catch(() => ({}))) as Partial<Problem>) };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
