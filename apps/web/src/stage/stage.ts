/** All that a stage page knows and does: the desk, the microphone, the connection, and how they act on one another. */

import type { Desk, DeskPerson } from "@odeon/wire/desk";
import type { Reply } from "../shared/api.ts";
import { keep } from "../shared/link.ts";
import { stayAwake } from "./awake.ts";
import { type Band, bandOf } from "./band.ts";
import { freshKey, type HostActions, StageCalls } from "./calls.ts";
import { Cell } from "./cell.ts";
import { Connection } from "./connection.ts";
import { DeskFeed } from "./desk-feed.ts";
import { Microphone } from "./microphone.ts";
import { isTrying } from "./session.ts";
import { say } from "./texts.ts";

/** Where the page is: asking for name and consent, with the microphone out, or only a desk. */
export type Where = "door" | "green" | "desk";

/** One stage page. */
export class Stage {
  readonly space: string;
  readonly calls: StageCalls;
  readonly feed: DeskFeed;
  readonly microphone = new Microphone();
  readonly connection: Connection;
  readonly where: Cell<Where>;
  readonly name: Cell<string>;
  /** Switched off by the person. */
  readonly muted = new Cell(false);
  /** What the last action that failed says; null when all went well. */
  readonly failure = new Cell<string | null>(null);
  /** What the person pressed is on its way. */
  readonly pending = new Cell<ReadonlySet<string>>(new Set());
  readonly #key: string;
  #wasHostMuted = false;
  #wantsStage = false;
  #sleep: (() => void) | null = null;

  constructor(space: string, token: string) {
    this.space = space;
    this.#key = `odeon:name:${space}`;
    this.calls = new StageCalls(space, token);
    this.feed = new DeskFeed(this.calls);
    this.connection = new Connection(space, this.calls);
    const name = keep.get(this.#key) ?? "";
    this.name = new Cell(name);
    this.where = new Cell<Where>(name === "" ? "door" : "desk");
    for (const cell of [this.feed.feed, this.connection.link, this.microphone.state, this.muted]) cell.watch(() => this.#settle());
  }

  /** The newest desk, also while the house is away. */
  get desk(): Desk | null {
    const feed = this.feed.feed.value;
    return feed.is === "open" || feed.is === "lost" ? feed.desk : null;
  }

  /** The house's wall time. */
  get now(): number {
    const feed = this.feed.feed.value;
    return Date.now() + (feed.is === "open" || feed.is === "lost" ? feed.clockOff : 0);
  }

  /** This page's person as the desk sees them; null while they are not there. */
  get me(): DeskPerson | null {
    const id = this.connection.identity.value?.participant;
    if (id === undefined || !isTrying(this.connection.link.value)) return null;
    return this.desk?.people.find((person) => person.id === id) ?? null;
  }

  get isHost(): boolean {
    const desk = this.desk;
    return desk !== null && desk.youAre !== "speaker";
  }

  /** Whether sound goes from here to the stage. */
  get isOpen(): boolean {
    const mic = this.microphone.state.value;
    return mic.is === "on" && !mic.interrupted && !this.muted.value && this.me?.hostMuted !== true;
  }

  get band(): Band {
    const space = this.desk?.space;
    const testing = this.where.value === "green";
    const { life, slate } = { life: space?.life ?? ("scheduled" as const), slate: space?.state.slate ?? false };
    return bandOf({ life, slate, place: this.me?.place ?? null, testing, link: this.connection.link.value.is, open: this.isOpen });
  }

  /** Through the door, with a name and a yes: the microphone is asked for. */
  enter(name: string): void {
    this.name.set(name);
    keep.set(this.#key, name);
    this.toGreenRoom();
  }

  toGreenRoom(): void {
    this.where.set(this.name.value === "" ? "door" : "green");
    if (this.where.value === "green" && this.microphone.state.value.is === "off") void this.microphone.open();
  }

  /** Only the desk: the microphone is let go. */
  toDesk(): void {
    this.where.set("desk");
    this.connection.leave();
    this.microphone.close();
  }

  /** "I am ready": connects to the green room. Before it is live, a host's one press goes on stage too: nobody can hear yet. */
  ready(): void {
    const mic = this.microphone.state.value;
    if (mic.is !== "on") return;
    this.#wantsStage = this.isHost && this.desk?.space.life !== "live";
    this.connection.join(this.name.value, mic.track);
  }

  /** "Go on air": the person's own press. */
  async goOnStage(): Promise<void> {
    const identity = this.connection.identity.value;
    if (identity === null) return;
    this.muted.set(false);
    this.connection.play();
    await this.#run("place", () => this.calls.place(identity, "stage"));
  }

  async stepDown(): Promise<void> {
    const identity = this.connection.identity.value;
    if (identity !== null) await this.#run("place", () => this.calls.place(identity, "green"));
  }

  /** The own microphone's button. A host who was muted with everyone allows themself, and opens. */
  async toggleMute(): Promise<void> {
    const { me } = this;
    if (me?.hostMuted !== true) {
      this.muted.set(!this.muted.value);
      return;
    }
    if (this.isHost && (await this.act("allow", { participant: me.id }))) this.muted.set(false);
  }

  /** Does what a host may do; says on the page when it did not happen. */
  async act<Name extends keyof HostActions>(name: Name, body: HostActions[Name]): Promise<boolean> {
    const key = freshKey();
    return this.#run(`${name} ${JSON.stringify(body)}`, () => this.calls.act(name, body, key));
  }

  /** Allows everyone on stage to open their microphone. */
  async allowAll(): Promise<void> {
    const muted = this.desk?.people.filter((person) => person.place === "stage" && person.hostMuted) ?? [];
    for (const { id } of muted) await this.act("allow", { participant: id });
  }

  async #run(what: string, work: () => Promise<Reply<unknown>>): Promise<boolean> {
    if (this.pending.value.has(what)) return false;
    this.pending.set(new Set([...this.pending.value, what]));
    const reply = await work();
    this.pending.set(new Set([...this.pending.value].filter((other) => other !== what)));
    if (reply.is === "ok") this.failure.set(null);
    else if (reply.is === "unreachable") this.failure.set(say("failed_unreachable"));
    else
      this.failure.set(
        reply.problem.code === "stage_full" ? say("green_full") : say("failed_refused", { detail: reply.problem.detail || reply.problem.title }),
      );
    return reply.is === "ok";
  }

  /** Brings what follows from the rest into line: who was muted stays muted until their own press, the track follows, the screen stays on. */
  #settle(): void {
    const { me } = this;
    const hostMuted = me?.hostMuted === true;
    if (hostMuted && !this.#wasHostMuted) this.muted.set(true);
    if (me !== null) this.#wasHostMuted = hostMuted;
    const mic = this.microphone.state.value;
    // In the green room the test hears the microphone whatever the button said on stage.
    const shut = me?.place === "stage" && !this.isOpen;
    this.microphone.enable(!shut);
    this.connection.tellMuted(shut || mic.is !== "on" || mic.interrupted);
    if (isTrying(this.connection.link.value)) void this.connection.send(mic.is === "on" ? mic.track : null);
    if (me?.place === "green" && this.#wantsStage && this.connection.link.value.is === "open") {
      this.#wantsStage = false;
      if (this.desk?.space.life !== "live") void this.goOnStage();
    }
    const awake = me !== null;
    if (awake && this.#sleep === null) this.#sleep = stayAwake();
    if (!awake) {
      this.#sleep?.();
      this.#sleep = null;
    }
  }
}
