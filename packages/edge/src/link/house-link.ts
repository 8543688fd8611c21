/** What the house says becomes channels; what the edge counts goes back. */

import { keepLink, type Peer } from "@odeon/wire/ipc/link";
import type { EdgeToHouse, HouseToEdge } from "@odeon/wire/ipc/messages";
import type { Keys } from "../doors/keys.ts";
import { Channel } from "../ring/channel.ts";

/** What the link needs. */
export interface HouseLinkOptions {
  readonly socket: string;
  readonly id: string;
  readonly keys: Keys;
  readonly now: () => number;
  readonly clock: () => number;
  readonly signal: AbortSignal;
}

/** Milliseconds without a message after the house's first, after which it has told everything. */
const QUIET_MS = 30;
const SWEEP_MS = 250;
const SWEEPS_A_SECOND = 1_000 / SWEEP_MS;

/** Keeps the link and the channels. A house that is away changes nothing here. */
export class HouseLink {
  readonly channels = new Map<string, Channel>();
  /** Resolves when the house has told once which Spaces there are. */
  readonly told: Promise<void>;
  readonly #options: HouseLinkOptions;
  readonly #sockets: () => number;
  /** Spaces named since the link was made; null while it is not being made. */
  #named: Set<string> | null = null;
  #peer: Peer | null = null;
  #quiet: NodeJS.Timeout | null = null;
  #told: () => void = () => undefined;
  #synced = false;
  #sweeps = 0;

  /** @param sockets how many connections this edge has */
  constructor(options: HouseLinkOptions, sockets: () => number) {
    this.#options = options;
    this.#sockets = sockets;
    this.told = new Promise((resolve) => {
      this.#told = resolve;
    });
    const { socket, signal } = options;
    keepLink<HouseToEdge>(
      socket,
      { opened: (peer) => this.#opened(peer), message: (message, blobs) => this.#take(message, blobs), closed: (peer) => this.#closed(peer) },
      signal,
    );
    const timer = setInterval(() => this.#sweep(), SWEEP_MS);
    signal.addEventListener("abort", () => {
      clearInterval(timer);
      if (this.#quiet !== null) clearTimeout(this.#quiet);
    });
  }

  /** Whether the house has told, since this edge's start, which Spaces there are. */
  get synced(): boolean {
    return this.#synced;
  }

  /** Whether the house is there now. */
  get connected(): boolean {
    return this.#peer?.open === true;
  }

  #opened(peer: Peer): void {
    this.#peer = peer;
    this.#named = new Set();
    this.#send({ type: "hello", from: "edge", id: this.#options.id, pid: process.pid });
  }

  #closed(peer: Peer): void {
    if (this.#peer !== peer) return;
    this.#peer = null;
    this.#named = null;
    if (this.#quiet !== null) clearTimeout(this.#quiet);
  }

  #take(message: HouseToEdge, blobs: readonly Uint8Array[]): void {
    if (this.#named !== null) this.#awaitQuiet();
    if (message.type === "keys") this.#options.keys.set(message.keys);
    else if (message.type === "space") this.#takeSpace(message);
    else if (message.type === "space_gone") this.#forget(message.space);
    else this.#takeProgram(message, blobs);
  }

  #takeProgram(message: Extract<HouseToEdge, { readonly space: string }>, blobs: readonly Uint8Array[]): void {
    const channel = this.channels.get(message.space);
    if (message.type === "init") channel?.takeInit(blobs);
    if (message.type === "part") channel?.takePart(message.number, blobs);
    if (message.type === "program_end") channel?.programEnd(message.last);
  }

  #takeSpace(message: Extract<HouseToEdge, { readonly type: "space" }>): void {
    const { id } = message.space;
    this.#named?.add(id);
    const channel = this.channels.get(id);
    if (channel === undefined) this.channels.set(id, new Channel(message, this.#options));
    else channel.update(message);
  }

  #forget(id: string): void {
    this.channels.get(id)?.close();
    this.channels.delete(id);
  }

  /** After the house's first flood: Spaces that it does not name any more were removed while the link was down. */
  #awaitQuiet(): void {
    if (this.#quiet !== null) clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => {
      const named = this.#named;
      this.#named = null;
      this.#synced = true;
      this.#told();
      if (named !== null) for (const id of [...this.channels.keys()]) if (!named.has(id)) this.#forget(id);
    }, QUIET_MS);
  }

  #sweep(): void {
    for (const channel of this.channels.values()) channel.sweep();
    this.#sweeps += 1;
    if (this.#sweeps % SWEEPS_A_SECOND === 0) this.#report();
  }

  #report(): void {
    const now = this.#options.clock();
    for (const channel of this.channels.values()) {
      const { listening, unique } = channel.seats.count(now);
      if (listening + unique > 0 || channel.live) this.#send({ type: "audience", space: channel.id, listening, unique });
    }
    this.#send({ type: "heartbeat", at: this.#options.now(), sockets: this.#sockets() });
  }

  #send(message: EdgeToHouse): void {
    this.#peer?.send(message);
  }
}
