/** `odeon speak FILE URL`: puts a sound file on stage over the same WebRTC path as a browser, in real time. */

import { existsSync } from "node:fs";
import { Fault } from "@odeon/core/shared/fault";
import { readOpusPackets } from "@odeon/mixer/codecs/file-source";
import { SpeakerClient } from "@odeon/stage/client/speaker-client";
import { StageCalls, type StageLink } from "./stage-calls.ts";

const HELP = `odeon speak FILE URL [--name NAME] [--loop] [--json]

Puts a sound file (whatever FFmpeg decodes) on stage, in real time.
URL is a Space's speaker or host link, with its #token. With a host's link it goes on stage by itself;
with a speaker's it waits in the green room until the host lets it on.

Exit status: 0 when the file has ended, 1 when it was refused or the Space is over, 2 usage.`;

const TICK_MS = 20;
const RETRY_MS = 300;
const RETRY_MOST_MS = 2_000;
const PRESS_MS = 500;
/** A refusal that another try does not change. */
const FINAL = new Set([400, 401, 403, 404, 406, 409, 413, 415, 422]);

interface Wishes {
  readonly file: string;
  readonly link: StageLink;
  readonly name: string;
  readonly loop: boolean;
  readonly json: boolean;
}

/** Runs the command; resolves with the exit status. */
export async function speak(args: string[]): Promise<number> {
  if (args.includes("--help")) {
    process.stdout.write(`${HELP}\n`);
    return 0;
  }
  const wishes = readWishes(args);
  if (typeof wishes === "string") {
    process.stderr.write(`odeon: ${wishes}\n${HELP}\n`);
    return 2;
  }
  const speaker = new FileSpeaker(wishes);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => speaker.stop());
  try {
    await speaker.run();
    return 0;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    process.stderr.write(`odeon: ${error.message} (${error.code})\n`);
    return 1;
  }
}

function readWishes(args: readonly string[]): Wishes | string {
  const positional: string[] = [];
  let name = "A file";
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? "";
    if (arg === "--name") name = args[++i] ?? "";
    else if (arg === "--loop" || arg === "--json") continue;
    else if (arg.startsWith("--")) return `${arg} is not a flag`;
    else positional.push(arg);
  }
  const [file, url] = positional;
  if (file === undefined || url === undefined || positional.length > 2) return "a file and a link are needed";
  if (!existsSync(file)) return `${file} does not exist`;
  const link = StageCalls.readLink(url);
  if (link === null) return "the link is one like http://127.0.0.1:8080/stage/ID#token=…";
  return { file, link, name, loop: args.includes("--loop"), json: args.includes("--json") };
}

class FileSpeaker {
  readonly #wishes: Wishes;
  readonly #calls: StageCalls;
  #client: SpeakerClient | null = null;
  #ending: ((error: Fault | null) => void) | null = null;
  #stopped = false;

  constructor(wishes: Wishes) {
    this.#wishes = wishes;
    this.#calls = new StageCalls(wishes.link, wishes.name);
  }

  async run(): Promise<void> {
    const over = new Promise<Fault | null>((resolve) => {
      this.#ending = resolve;
    });
    await this.#connect();
    this.#say("connected", `Connected as ${this.#wishes.name}.`);
    void this.#play();
    const fault = await over;
    await this.#calls.leave();
    this.#client?.close();
    if (fault !== null) throw fault;
  }

  stop(): void {
    this.#end(null);
  }

  #end(fault: Fault | null): void {
    this.#stopped = true;
    this.#ending?.(fault);
  }

  /** Connects, and again whenever the connection is lost, until it is refused for good. */
  async #connect(): Promise<void> {
    for (let pause = RETRY_MS; !this.#stopped; pause = Math.min(RETRY_MOST_MS, pause * 2)) {
      const client = new SpeakerClient({ signal: (signal) => this.#signal(signal), lost: () => this.#lost() });
      try {
        const answer = await this.#calls.join(await client.offer());
        await within(client.accept(answer), 5_000);
        this.#client = client;
        void this.#goOnStage(client);
        return;
      } catch (error) {
        client.close();
        if (error instanceof Fault && FINAL.has(error.status)) {
          this.#end(error);
          throw error;
        }
        await new Promise((resolve) => setTimeout(resolve, pause * (0.5 + Math.random())));
      }
    }
  }

  /** Presses "go on air" until the host has said yes, or the connection is another. */
  async #goOnStage(client: SpeakerClient): Promise<void> {
    let waiting = false;
    while (!this.#stopped && this.#client === client) {
      try {
        if (await this.#calls.goOnStage()) {
          this.#say("on_stage", "On stage.");
          return;
        }
        if (!waiting) this.#say("green_room", "In the green room, until the host lets it on stage.");
        waiting = true;
      } catch (error) {
        if (error instanceof Fault && FINAL.has(error.status)) {
          this.#end(error);
          return;
        }
      }
      await new Promise((resolve) => setTimeout(resolve, PRESS_MS));
    }
  }

  #lost(): void {
    this.#client = null;
    if (this.#stopped) return;
    this.#say("lost", "The connection is lost; connecting again.");
    this.#connect().catch(() => undefined);
  }

  #signal(signal: { readonly type: string; readonly reason?: string }): void {
    if (signal.type !== "close" || signal.reason === "drain") return;
    this.#end(signal.reason === "removed" ? new Fault("participant_removed", "the host has removed this speaker") : null);
  }

  /** Sends packets by the monotonic clock: late ones are caught up, none is skipped. */
  async #play(): Promise<void> {
    // The clock starts with the first packet: opening a file takes its time.
    let start: number | null = null;
    let sent = 0;
    do {
      for await (const packet of readOpusPackets(this.#wishes.file)) {
        start ??= performance.now();
        const wait = start + sent * TICK_MS - performance.now();
        if (wait > 1) await new Promise((resolve) => setTimeout(resolve, wait));
        if (this.#stopped) return;
        this.#client?.send(packet);
        sent += 1;
      }
    } while (this.#wishes.loop && !this.#stopped && sent > 0);
    this.#say("ended", "The file has ended.");
    this.#end(null);
  }

  #say(type: string, line: string): void {
    process.stdout.write(this.#wishes.json ? `${JSON.stringify({ type, participant: this.#calls.participant })}\n` : `${line}\n`);
  }
}

function within<Value>(work: Promise<Value>, milliseconds: number): Promise<Value> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Fault("stage_unavailable", "the stage does not answer")), milliseconds);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
