/** Keeps sound coming: opens streams one after the other, each at exactly the part that the last one left off, and chooses way and delay. */

import { type Fallback, FIRST_WAY, isSilent, nextWay, onNewNetwork } from "@odeon/core/player/fallback";
import { decideRetry, FRESH_RETRY, type Retry } from "@odeon/core/player/retry";
import type { Rendition } from "@odeon/core/shared/program";
import { instant, ms } from "@odeon/core/shared/units";
import type { Item } from "./demux.ts";
import { type StreamEnd, type StreamOrder, streamParts, streamPush } from "./streams.ts";

/** How things stand between this browser and the house. `silent`: the stream is open and no part comes. */
export type Network = "well" | "silent" | "away" | "full";

/** What a line needs. */
export interface LineOptions {
  readonly base: string;
  readonly space: string;
  readonly rendition: Rendition;
  readonly onItems: (items: readonly Item[]) => void;
  /** Before the first bytes of every stream. */
  readonly onStream: () => void;
  readonly onNetwork: (network: Network) => void;
  /** The Space gives no sound (any more); `code` says why, of `core/shared/fault`. */
  readonly onOver: (code: string) => void;
}

/** Refusals after which there is nothing to try. */
const OVER = new Set(["space_not_live", "space_ended", "space_cancelled", "space_not_found"]);
/** Refusals of the place asked for: the live edge is asked for instead. */
const LOST_PLACE = new Set(["part_gone", "part_too_early", "query_invalid", "pass_unknown"]);
const WATCH_MS = 250;
/** A part is 320 ms; after this without one the stage is reconnecting. */
const PART_LATE_MS = 1_300;
/** One request for a part waits 5 s at the edge. */
const PART_PATIENCE_MS = 8_000;

/** One listener's line; `close()` ends it for good. */
export class Line {
  readonly #options: LineOptions;
  readonly #closing = new AbortController();
  #attempt = new AbortController();
  #rendition: Rendition;
  #next: number | null = null;
  #pass: string | null = null;
  #fallback: Fallback = FIRST_WAY;
  #retry: Retry = FRESH_RETRY;
  #cadence = 1;
  #life = "";
  #openedAt = 0;
  #lastByteAt: number | null = null;
  #lastPartAt = 0;
  #wasSilent = false;
  #wake: () => void = () => {};

  constructor(options: LineOptions) {
    this.#options = options;
    this.#rendition = options.rendition;
    void this.#run();
  }

  /** The listener's pass, once the house gave one. */
  get pass(): string | null {
    return this.#pass;
  }

  get rendition(): Rendition {
    return this.#rendition;
  }

  get way(): Fallback["way"] {
    return this.#fallback.way;
  }

  /** Goes on in another rendition with the next part. */
  switchTo(rendition: Rendition): void {
    if (rendition === this.#rendition) return;
    this.#rendition = rendition;
    this.#attempt.abort();
  }

  /** Tries at once, on the best way: the network came back, or the page did. */
  nudge(): void {
    this.#fallback = onNewNetwork();
    this.#retry = FRESH_RETRY;
    this.#wake();
  }

  /** Leaves the place it had and begins again at the live edge. */
  restart(): void {
    this.#next = null;
    this.#attempt.abort();
    this.nudge();
  }

  close(): void {
    this.#closing.abort();
    this.#attempt.abort();
    this.#wake();
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    const watch = setInterval(() => this.#watch(), WATCH_MS);
    while (!signal.aborted) {
      const end = await this.#open();
      if (signal.aborted) break;
      const over = this.#overCode(end);
      if (over !== null) {
        this.#options.onOver(over);
        break;
      }
      await this.#waitAfter(end);
    }
    clearInterval(watch);
  }

  async #open(): Promise<StreamEnd> {
    this.#attempt = new AbortController();
    this.#wasSilent = false;
    this.#openedAt = performance.now();
    this.#lastByteAt = null;
    this.#lastPartAt = this.#openedAt;
    this.#options.onStream();
    const order: StreamOrder = {
      base: this.#options.base,
      space: this.#options.space,
      rendition: this.#rendition,
      from: this.#next,
      pass: this.#pass,
      signal: this.#attempt.signal,
      onItems: (items) => this.#take(items),
    };
    const way = this.#fallback.way;
    const end = await (way === "push" ? streamPush(order) : streamParts(order));
    const flowed = this.#lastByteAt !== null && !this.#wasSilent;
    this.#fallback = nextWay(this.#fallback, this.#wasSilent ? "silent" : flowed ? "flowed" : "failed");
    return end;
  }

  /** Parts that are known already are dropped here, so that a resume repeats nothing. */
  #take(items: readonly Item[]): void {
    const now = performance.now();
    this.#lastByteAt = now;
    const fresh: Item[] = [];
    for (const item of items) {
      if (item.is === "pass") this.#pass = item.pass;
      if (item.is === "state") {
        this.#cadence = item.state.cadence;
        this.#life = item.state.life;
      }
      if (item.is === "part") {
        if (this.#next !== null && item.number < this.#next) continue;
        this.#next = item.number + 1;
        this.#lastPartAt = now;
        this.#retry = FRESH_RETRY;
        this.#options.onNetwork("well");
      }
      fresh.push(item);
    }
    this.#options.onItems(fresh);
  }

  #watch(): void {
    const now = performance.now();
    if (this.#attempt.signal.aborted) return;
    if (this.#lastByteAt !== null && now - this.#lastPartAt > PART_LATE_MS + this.#cadence * 320) this.#options.onNetwork("silent");
    const lastByteAt = this.#lastByteAt === null ? null : instant(this.#lastByteAt);
    const stream = { openedAt: instant(this.#openedAt), lastByteAt, cadence: this.#cadence };
    const isHeldBack = this.#fallback.way === "push" ? isSilent(stream, instant(now)) : now - (lastByteAt ?? this.#openedAt) > PART_PATIENCE_MS;
    if (!isHeldBack) return;
    this.#wasSilent = true;
    this.#attempt.abort();
  }

  #overCode(end: StreamEnd): string | null {
    if (end.is === "refused" && OVER.has(end.code)) return end.code;
    const isOver = this.#life === "ended" || this.#life === "cancelled";
    return end.is === "complete" && isOver ? "space_ended" : null;
  }

  async #waitAfter(end: StreamEnd): Promise<void> {
    if (end.is === "refused" && LOST_PLACE.has(end.code)) this.#next = null;
    if (end.is === "refused" && end.code === "pass_unknown") this.#pass = null;
    // Cut by ourselves, to go another way or in another rendition: at once.
    if (this.#attempt.signal.aborted) return;
    const gotByte = end.is === "complete" || (end.is === "cut" && end.gotByte);
    const retryAfter = end.is === "refused" && end.retryAfter !== null ? ms(end.retryAfter) : null;
    const decided = decideRetry(this.#retry, { gotByte, isReset: end.is === "cut", retryAfter }, Math.random());
    this.#retry = decided.retry;
    if (decided.retry.failures > 1) this.#options.onNetwork(end.is === "refused" && /_full$/.test(end.code) ? "full" : "away");
    await this.#sleep(decided.delay);
  }

  #sleep(delay: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, delay);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
