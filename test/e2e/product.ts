/** Runs the whole product for a test: its own port, its own data, its own processes, found and killed by pid. */

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const MAIN = new URL("../../apps/odeon/src/main.ts", import.meta.url).pathname;
/** The operator's token of every product under test. */
export const OPERATOR = "operator-token-of-the-tests";

/** What `POST /api/v1/spaces` answers. */
export interface Created {
  readonly space: { readonly id: string };
  readonly links: { readonly listen: string; readonly host: string; readonly speaker: string };
  readonly tokens: { readonly host: string; readonly speaker: string };
}

/** A running product. */
export class Product {
  readonly url: string;
  readonly port: number;
  readonly data: string;
  readonly #environment: Readonly<Record<string, string>>;
  #child: ChildProcess | null = null;
  #output = "";

  private constructor(
    port: number,
    data: string,
    options: { readonly environment: Readonly<Record<string, string>>; readonly scheme: "http" | "https" },
  ) {
    this.port = port;
    this.url = `${options.scheme}://127.0.0.1:${port}`;
    this.data = data;
    this.#environment = options.environment;
  }

  /** Starts a product on a free port with an empty data folder. */
  static async start(environment: Readonly<Record<string, string>> = {}, scheme: "http" | "https" = "http"): Promise<Product> {
    const product = new Product(Number(environment.ODEON_PORT ?? (await freePort())), mkdtempSync(join(tmpdir(), "odeon-test-")), {
      environment,
      scheme,
    });
    await product.launch();
    return product;
  }

  /** Starts the processes again on the same port and data. */
  async launch(): Promise<void> {
    const env = {
      ...process.env,
      ODEON_PORT: String(this.port),
      ODEON_DATA: this.data,
      ODEON_OPERATOR_TOKEN: OPERATOR,
      ODEON_OPS_PORT: "0",
      ODEON_LOG: "file",
      ...this.#environment,
    };
    const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", MAIN, "serve"], { env, stdio: ["ignore", "pipe", "pipe"] });
    this.#child = child;
    await new Promise<void>((resolve, reject) => {
      const take = (chunk: Buffer): void => {
        this.#output += chunk.toString();
        if (this.#output.includes("Odeon is open")) resolve();
      };
      this.#output = "";
      child.stdout.on("data", take);
      child.stderr.on("data", take);
      child.once("exit", (code) => reject(new Error(`serve ended with ${code}: ${this.#output}`)));
    });
  }

  /** Everything the product printed since its launch. */
  get output(): string {
    return this.#output;
  }

  /** The pid of one process, e.g. `edge-0`; waits until there is one other than `not`. */
  async pid(id: string, not?: number): Promise<number> {
    for (let tries = 0; tries < 200; tries++) {
      const pid = this.#children().find((child) => child.title === `odeon ${id}`)?.pid;
      if (pid !== undefined && pid !== not) return pid;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`no process ${id}`);
  }

  /** `kill -9` of one process of the house. */
  async kill(id: string): Promise<void> {
    process.kill(await this.pid(id), "SIGKILL");
  }

  /** `kill -9` of everything at once, the supervisor first. */
  async killAll(): Promise<void> {
    const child = this.#child;
    if (child?.pid === undefined) return;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    const pids = this.#children().map((member) => member.pid);
    process.kill(child.pid, "SIGKILL");
    for (const pid of pids) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // already gone with its parent
      }
    }
    await gone;
  }

  /** Calls the API as the operator, or with another token. Throws on anything but a 2xx. */
  async call<Answer>(method: string, path: string, body?: unknown, token = OPERATOR): Promise<Answer> {
    const response = await this.fetch(method, path, body, token);
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (text === "" ? undefined : JSON.parse(text)) as Answer;
  }

  /** Calls the API and gives the raw answer. */
  fetch(method: string, path: string, body?: unknown, token: string | null = OPERATOR): Promise<Response> {
    const headers: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` };
    if (body !== undefined) headers["content-type"] = "application/json";
    return fetch(`${this.url}${path}`, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  }

  /** Makes a Space. */
  space(settings: Readonly<Record<string, unknown>> = {}): Promise<Created> {
    return this.call<Created>("POST", "/api/v1/spaces", { title: "A test evening", ...settings });
  }

  /** Stops as SIGTERM does; the data stays. */
  async stop(): Promise<void> {
    const child = this.#child;
    if (child !== null && child.exitCode === null && child.signalCode === null) {
      const gone = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      await gone;
    }
  }

  /** Stops and removes the data. */
  async close(): Promise<void> {
    await this.stop();
    rmSync(this.data, { recursive: true, force: true });
  }

  #children(): { readonly pid: number; readonly title: string }[] {
    const parent = this.#child?.pid;
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => {
        try {
          const stat = readFileSync(`/proc/${name}/stat`, "utf8");
          const ppid = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
          if (ppid !== parent) return [];
          return [{ pid: Number(name), title: readFileSync(`/proc/${name}/cmdline`, "utf8").replace(/\0.*$/s, "") }];
        } catch {
          return [];
        }
      });
  }
}

/** A TCP port that nothing listens on at the moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
