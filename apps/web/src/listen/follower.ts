/** Follows a Space by asking the cached API, again and again, until closed. */

import type { PublicSpace } from "@odeon/wire/state";
import { call } from "../shared/api.ts";
import { nextAsk } from "./polling.ts";

/** What is known of the Space. */
export interface Followed {
  readonly space: PublicSpace | null;
  readonly isUnknown: boolean;
  /** The last question was answered. */
  readonly reachable: boolean;
  /** How far the house's clock is ahead of this one, in milliseconds. */
  readonly clock: number;
}

const UNKNOWN_AGAIN_MS = 15_000;

/** One Space's follower. */
export class Follower {
  /** The stream tells what is true: questions become rare. */
  streams = false;
  readonly #id: string;
  readonly #onChange: (followed: Followed) => void;
  readonly #closing = new AbortController();
  #followed: Followed = { space: null, isUnknown: false, reachable: true, clock: 0 };
  #failures = 0;
  #wake: () => void = () => {};

  constructor(id: string, onChange: (followed: Followed) => void) {
    this.#id = id;
    this.#onChange = onChange;
    const { signal } = this.#closing;
    addEventListener("online", () => this.ask(), { signal });
    document.addEventListener("visibilitychange", () => document.hidden || this.ask(), { signal });
    void this.#run();
  }

  /** Asks now. */
  ask(): void {
    this.#wake();
  }

  close(): void {
    this.#closing.abort();
    this.#wake();
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      const asked = Date.now();
      const reply = await call<PublicSpace>(`/api/v1/spaces/${encodeURIComponent(this.#id)}`, { signal });
      if (signal.aborted) return;
      if (reply.is === "ok")
        this.#learn({ space: reply.value, isUnknown: false, reachable: true, clock: reply.value.now - (asked + Date.now()) / 2 });
      else if (reply.is === "refused" && reply.problem.status === 404) this.#learn({ isUnknown: true, reachable: true });
      else this.#miss();
      await this.#sleep();
    }
  }

  #learn(part: Partial<Followed>): void {
    this.#failures = 0;
    this.#followed = { ...this.#followed, ...part };
    this.#onChange(this.#followed);
  }

  #miss(): void {
    this.#failures += 1;
    // One lost answer says nothing yet.
    this.#followed = { ...this.#followed, reachable: this.#failures < 2 };
    this.#onChange(this.#followed);
  }

  #sleep(): Promise<void> {
    const { space, isUnknown, clock } = this.#followed;
    const watch = { space, streams: this.streams, hidden: document.hidden, failures: this.#failures, now: Date.now() + clock };
    const delay = isUnknown ? UNKNOWN_AGAIN_MS : nextAsk(watch, Math.random());
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, delay);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
