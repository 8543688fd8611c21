/** Starts the processes of the house, starts each alone again when it dies, and says so. */

import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { type Ms, ms } from "@odeon/core/shared/units";
import { nextPause } from "./backoff.ts";
import type { FromChild, RoleName, Start, ToChild } from "./child.ts";

/** Milliseconds that a child may take to stop before it is killed. */
const STOP_MS = 5_000;
const ENTRY = fileURLToPath(new URL("../process/main.ts", import.meta.url));

/** One process to keep alive. */
export interface Member {
  readonly role: RoleName;
  readonly id: string;
  readonly start: Start;
}

/** What the supervisor tells its owner. */
export interface SupervisorEvents {
  /** A line for the person at the terminal. */
  readonly say: (line: string) => void;
  readonly message: (member: Member, message: FromChild) => void;
}

/** Keeps the members alive until `close`. */
export class Supervisor {
  readonly #keepers: readonly Keeper[];

  constructor(members: readonly Member[], events: SupervisorEvents) {
    this.#keepers = members.map((member) => new Keeper(member, events));
  }

  /** Starts all members; resolves when each has said that it is ready. Rejects when one cannot start at all. */
  async start(): Promise<void> {
    await Promise.all(this.#keepers.map((keeper) => keeper.ready));
  }

  /** Sends to the living members of a role. */
  tell(role: RoleName, message: ToChild): void {
    for (const keeper of this.#keepers) if (keeper.member.role === role) keeper.tell(message);
  }

  /** The process ids by member id, for tests and `doctor`. */
  pids(): Readonly<Record<string, number | null>> {
    return Object.fromEntries(this.#keepers.map((keeper) => [keeper.member.id, keeper.pid]));
  }

  /** Stops edges first, then stage and mixer, the house last, so that nothing that was heard is lost. */
  async close(): Promise<void> {
    for (const role of ["edge", "stage", "mixer", "house"] as const) {
      await Promise.all(this.#keepers.filter((keeper) => keeper.member.role === role).map((keeper) => keeper.close()));
    }
  }
}

class Keeper {
  readonly member: Member;
  readonly ready: Promise<void>;
  readonly #events: SupervisorEvents;
  #child: ChildProcess | null = null;
  #pause: Ms | null = null;
  #timer: NodeJS.Timeout | undefined;
  #closing = false;
  #resolve: () => void = () => undefined;
  #reject: (error: Error) => void = () => undefined;
  #everReady = false;

  constructor(member: Member, events: SupervisorEvents) {
    this.member = member;
    this.#events = events;
    this.ready = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#launch();
  }

  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  tell(message: ToChild): void {
    if (this.#child?.connected) this.#child.send(message);
  }

  async close(): Promise<void> {
    this.#closing = true;
    clearTimeout(this.#timer);
    const child = this.#child;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    this.tell({ ask: "stop" });
    const killer = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
    await gone;
    clearTimeout(killer);
  }

  #launch(): void {
    const startedAt = performance.now();
    const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", ENTRY], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
    this.#child = child;
    child.on("message", (message: FromChild) => this.#take(message));
    child.on("error", (error) => this.#events.say(`${this.member.id}: ${error.message}`));
    child.once("exit", (code, signal) => this.#ended(ms(performance.now() - startedAt), signal ?? `status ${code}`));
    child.send({ ask: "start", start: this.member.start } satisfies ToChild);
  }

  #take(message: FromChild): void {
    if (message.type === "ready") {
      if (this.#everReady) this.#events.say(`${this.member.id} is back.`);
      this.#everReady = true;
      this.#resolve();
    }
    if (message.type === "failed" && !this.#everReady) {
      this.#closing = true;
      this.#reject(new Error(message.detail));
    }
    this.#events.message(this.member, message);
  }

  #ended(lived: Ms, how: string): void {
    this.#child = null;
    if (this.#closing) return;
    this.#pause = nextPause(this.#pause, lived);
    this.#events.say(`${this.member.id} stopped (${how}); starting it again in ${(this.#pause / 1000).toFixed(1)} s.`);
    this.#timer = setTimeout(() => this.#launch(), this.#pause);
  }
}
