/** The two voices of the demonstration: `odeon speak` processes on the real stage, until the Space or the house ends. */

import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../main.ts", import.meta.url));
const VOICES = {
  host: { name: "Ada Bell", file: fileURLToPath(new URL("./demo/ada.ogg", import.meta.url)) },
  speaker: { name: "Tomas Rey", file: fileURLToPath(new URL("./demo/tomas.ogg", import.meta.url)) },
} as const;
/** Demonstrations that may run side by side. */
const MOST = 4;

/** Runs the speakers of demonstration Spaces. */
export class DemoSpeakers {
  readonly #children = new Set<ChildProcess>();
  readonly #say: (line: string) => void;

  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  /** Sends both voices on stage; each ends with its file's loop when the Space does. */
  start(links: { readonly host: string; readonly speaker: string }): void {
    if (this.#children.size >= 2 * MOST) {
      this.#say("Four demonstrations are running; no more are started.");
      return;
    }
    this.#speak(VOICES.host, links.host);
    this.#speak(VOICES.speaker, links.speaker);
  }

  close(): void {
    for (const child of this.#children) child.kill("SIGTERM");
  }

  #speak(voice: { readonly name: string; readonly file: string }, link: string): void {
    const child = spawn(
      process.execPath,
      ["--disable-warning=ExperimentalWarning", MAIN, "speak", voice.file, link, "--name", voice.name, "--loop"],
      { stdio: "ignore" },
    );
    this.#children.add(child);
    child.once("exit", () => this.#children.delete(child));
  }
}
