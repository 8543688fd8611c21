/** Runs the machine of `session.ts` in a browser: offers, answers, pings, and everything again after a loss. */

import { instant } from "@odeon/core/shared/units";
import type { StageSignal } from "@odeon/wire/desk";
import { keep } from "../shared/link.ts";
import type { Identity, StageCalls } from "./calls.ts";
import { Cell } from "./cell.ts";
import { Peer } from "./peer.ts";
import { type Link, type LinkEvent, step } from "./session.ts";

const PING_MS = 1_000;
const TICK_MS = 250;

/** This person's connection to the stage. */
export class Connection {
  readonly link = new Cell<Link>({ is: "off" });
  /** Levels 0 to 1 by participant, five times a second. */
  readonly levels = new Cell<Readonly<Record<string, number>>>({});
  readonly identity: Cell<Identity | null>;
  /** The browser waits for a press before it plays the others. */
  readonly blocked = new Cell(false);
  /** Everyone else's sound: one element for the page's whole life. */
  readonly audio = new Audio();
  readonly #calls: StageCalls;
  readonly #key: string;
  #name = "";
  #track: MediaStreamTrack | null = null;
  #muted = false;
  #peer: Peer | null = null;
  #call = new AbortController();
  #timers: readonly ReturnType<typeof setInterval>[] = [];
  #pings = 0;
  #pingAt = 0;
  #rtt: number | null = null;

  constructor(space: string, calls: StageCalls) {
    this.#calls = calls;
    this.#key = `odeon:me:${space}`;
    this.identity = new Cell(readIdentity(keep.get(this.#key)));
    this.audio.autoplay = true;
    addEventListener("online", () => this.#happen({ type: "lost", why: "network" }));
    const network = (navigator as Navigator & { readonly connection?: EventTarget }).connection;
    network?.addEventListener("change", () => this.#happen({ type: "lost", why: "network" }));
    addEventListener("pagehide", () => this.leave());
  }

  /** Comes to the green room; does nothing while it is there or on its way. */
  join(name: string, track: MediaStreamTrack | null): void {
    this.#name = name;
    this.#track = track;
    this.#happen({ type: "wanted" });
  }

  /** Leaves for good: the place on stage is given up. */
  leave(): void {
    const { is } = this.link.value;
    const there = is === "opening" || is === "open" || is === "waiting";
    if (there && this.identity.value !== null) this.#calls.leave(this.identity.value);
    this.#happen({ type: "closed", reason: "left" });
  }

  /** Another microphone, or none while it is gone. */
  async send(track: MediaStreamTrack | null): Promise<void> {
    this.#track = track;
    await this.#peer?.send(track).catch(() => this.#happen({ type: "lost", why: "failed" }));
  }

  /** Tells the stage that the microphone is switched off here; the track itself is the microphone's business. */
  tellMuted(muted: boolean): void {
    if (muted === this.#muted) return;
    this.#muted = muted;
    this.#ping();
  }

  /** Plays the others; call it in a press when `blocked`. */
  play(): void {
    this.audio.play().then(
      () => this.blocked.set(false),
      (error: unknown) => this.blocked.set(error instanceof DOMException && error.name === "NotAllowedError"),
    );
  }

  #happen(event: LinkEvent): void {
    const { link, effect } = step(this.link.value, event, instant(performance.now()), Math.random());
    if (effect !== null) this.#shut();
    this.link.set(link);
    if (effect === "open") void this.#open();
    const trying = link.is === "opening" || link.is === "open" || link.is === "waiting";
    if (trying && this.#timers.length === 0)
      this.#timers = [setInterval(() => this.#ping(), PING_MS), setInterval(() => this.#happen({ type: "ticked" }), TICK_MS)];
    if (trying) return;
    for (const timer of this.#timers) clearInterval(timer);
    this.#timers = [];
  }

  #shut(): void {
    this.#call.abort();
    this.#peer?.close();
    this.#peer = null;
    this.levels.set({});
  }

  async #open(): Promise<void> {
    this.#call = new AbortController();
    const { signal } = this.#call;
    const peer = new Peer(this.#track, {
      connected: () => {
        this.#happen({ type: "connected" });
        this.#ping();
      },
      lost: (why) => this.#happen({ type: "lost", why }),
      signal: (message) => this.#signal(message),
      remote: (stream) => {
        this.audio.srcObject = stream;
        this.play();
      },
    });
    this.#peer = peer;
    try {
      const sdp = await peer.offer();
      const reply = await this.#calls.join({ sdp, name: this.#name, identity: this.identity.value, signal });
      if (signal.aborted) return;
      if (reply.is === "ok") {
        this.#remember({ participant: reply.value.participant.id, secret: reply.value.secret });
        await peer.accept(reply.value.sdp);
      } else if (reply.is === "unreachable") this.#happen({ type: "lost", why: "unreachable" });
      else if (reply.problem.code === "token_invalid" && this.identity.value !== null) this.#startAnew();
      else this.#happen({ type: "refused", ...reply.problem, retryAfter: reply.retryAfter });
    } catch {
      if (!signal.aborted) this.#happen({ type: "lost", why: "failed" });
    }
  }

  /** The house does not know this person (its data was put away): come as a new one. */
  #startAnew(): void {
    this.identity.set(null);
    keep.remove(this.#key);
    this.#happen({ type: "lost", why: "failed" });
  }

  #remember(identity: Identity): void {
    if (this.identity.value?.participant === identity.participant) return;
    this.identity.set(identity);
    keep.set(this.#key, JSON.stringify(identity));
  }

  #ping(): void {
    if (this.link.value.is !== "open") return;
    this.#pingAt = performance.now();
    this.#pings += 1;
    this.#peer?.ping({ ask: "ping", n: this.#pings, muted: this.#muted, rtt: this.#rtt });
  }

  #signal(message: StageSignal): void {
    if (message.type === "levels") this.levels.set(message.levels);
    else if (message.type === "pong") {
      if (message.n === this.#pings) this.#rtt = Math.round(performance.now() - this.#pingAt);
      this.#happen({ type: "ponged" });
    } else if (message.type === "close")
      this.#happen(message.reason === "drain" ? { type: "lost", why: "drain" } : { type: "closed", reason: message.reason });
  }
}

function readIdentity(text: string | null): Identity | null {
  try {
    const { participant, secret } = JSON.parse(text ?? "{}") as Partial<Identity>;
    return participant === undefined || secret === undefined ? null : { participant, secret };
  } catch {
    return null;
  }
}
