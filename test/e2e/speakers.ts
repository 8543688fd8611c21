/** People on stage without a browser: `odeon speak` with a file, over the same WebRTC path. */

import { type ChildProcess, spawn } from "node:child_process";

const MAIN = new URL("../../apps/odeon/src/main.ts", import.meta.url).pathname;

/** A speaking process. */
export class Speaker {
  readonly #child: ChildProcess;
  #output = "";
  readonly ended: Promise<number | null>;

  constructor(file: string, link: string, ...options: readonly string[]) {
    this.#child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", MAIN, "speak", file, link, ...options], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child.stdout?.on("data", (chunk: Buffer) => this.#take(chunk));
    this.#child.stderr?.on("data", (chunk: Buffer) => this.#take(chunk));
    this.ended = new Promise((resolve) => this.#child.once("exit", (code) => resolve(code)));
  }

  get output(): string {
    return this.#output;
  }

  kill(signal: NodeJS.Signals = "SIGKILL"): void {
    this.#child.kill(signal);
  }

  #take(chunk: Buffer): void {
    this.#output += chunk.toString();
  }
}

/** Asks again every 50 ms until `probe` gives something other than null or false. Throws after `seconds`, naming `what`. */
export async function until<Value>(what: string, probe: () => Promise<Value | null | false> | Value | null | false, seconds = 15): Promise<Value> {
  const end = Date.now() + seconds * 1000;
  let last: unknown;
  while (Date.now() < end) {
    try {
      const value = await probe();
      if (value !== null && value !== false) return value;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`not within ${seconds} s: ${what}`, { cause: last });
}
