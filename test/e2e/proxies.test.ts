/** Through the shipped nginx and Caddy files, over TLS in the edge itself, and through a proxy that holds the endless response back. */

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { request as askHttp, createServer, type Server } from "node:http";
import { get } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PublicSpace } from "@odeon/wire/state";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openBrowser, type Person, untilHeard } from "./browser.ts";
import { type Created, freePort, Product } from "./product.ts";
import { toneFile } from "./sound.ts";
import { Speaker, until } from "./speakers.ts";

const TONE = 700;
const DEPLOY = new URL("../../deploy/", import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), "odeon-proxies-"));
const cert = join(folder, "fullchain.pem");
const key = join(folder, "privkey.pem");

let product: Product;
let created: Created;
let speaker: Speaker;
let person: Person;

beforeAll(async () => {
  execFileSync(
    "openssl",
    [
      ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"],
      ...["-subj", "/CN=odeon.example", "-addext", "subjectAltName=DNS:odeon.example,IP:127.0.0.1", "-keyout", key, "-out", cert],
    ],
    { stdio: "ignore" },
  );
  product = await Product.start({ ODEON_TRUSTED_PROXIES: "127.0.0.1" });
  ({ created, speaker } = await goLive(product));
  person = await openBrowser();
});
afterAll(async () => {
  await person?.close();
  speaker?.kill();
  await product.close();
});

async function goLive(house: Product): Promise<{ readonly created: Created; readonly speaker: Speaker }> {
  const made = await house.space({ title: "Behind a proxy" });
  const path = `/api/v1/spaces/${made.space.id}`;
  const voice = new Speaker(toneFile(TONE, 20), `${house.url}/stage/${made.space.id}#token=${made.tokens.host}`, "--name", "Tone", "--loop");
  await until("somebody is on stage", async () => (await house.call<PublicSpace>("GET", path)).state.stage.length === 1, 20);
  await house.call("POST", `${path}/live`, {}, made.tokens.host);
  return { created: made, speaker: voice };
}

describe("the shipped files, with nothing changed but names, ports and paths", () => {
  test("nginx: the push stream flows unbuffered, the page is secure and plays", async () => {
    const port = await freePort();
    const run = join(folder, "nginx");
    mkdirSync(run, { recursive: true });
    const config = replaceAll(readFileSync(`${DEPLOY}nginx.conf`, "utf8"), {
      "127.0.0.1:8080": `127.0.0.1:${product.port}`,
      "listen 443 ssl http2": `listen 127.0.0.1:${port} ssl http2`,
      "listen [::]:443 ssl http2;": "",
      "/etc/ssl/odeon/fullchain.pem": cert,
      "/etc/ssl/odeon/privkey.pem": key,
      "/var/log/nginx/odeon.log": join(run, "access.log"),
    });
    writeFileSync(join(run, "nginx.conf"), config);
    const nginx = start("nginx", [
      "-p",
      run,
      "-e",
      join(run, "error.log"),
      "-g",
      `daemon off; pid ${join(run, "nginx.pid")};`,
      "-c",
      join(run, "nginx.conf"),
    ]);
    try {
      await judgeProxy(port);
      expect(readFileSync(join(run, "access.log"), "utf8"), "no query, so no ticket, is logged").not.toContain("rendition");
    } finally {
      await end(nginx);
    }
  });

  test("Caddy: the same", async () => {
    const port = await freePort();
    const config = replaceAll(readFileSync(`${DEPLOY}Caddyfile`, "utf8"), {
      "127.0.0.1:8080": `127.0.0.1:${product.port}`,
      "{\n\t# A stream": "{\n\tadmin off\n\tauto_https disable_redirects\n\tskip_install_trust\n\t# A stream",
      "grace_period 5s": "grace_period 1s",
      "odeon.example {": `https://127.0.0.1:${port} {\n\ttls ${cert} ${key}\n`,
    });
    writeFileSync(join(folder, "Caddyfile"), config);
    const caddy = start("caddy", ["run", "--config", join(folder, "Caddyfile"), "--adapter", "caddyfile"], { HOME: folder, XDG_DATA_HOME: folder });
    try {
      await judgeProxy(port);
    } finally {
      await end(caddy);
    }
  });
});

test("without a proxy, with a certificate: the edge speaks TLS 1.3 and the page plays", async () => {
  // For this process and the speaker it starts: nobody has signed the certificate.
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
  const secure = await Product.start({ ODEON_TLS_CERT: cert, ODEON_TLS_KEY: key }, "https");
  let voice: Speaker | null = null;
  try {
    const live = await goLive(secure);
    voice = live.speaker;
    await listen(`${secure.url}/s/${live.created.space.id}`);
    expect(await person.page.evaluate(() => isSecureContext)).toBe(true);
  } finally {
    voice?.kill();
    await secure.close();
    delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
  }
});

describe("a proxy that holds the endless response back", () => {
  test("the page turns to parts by number by itself, and says so", async () => {
    const proxy = await holdBack(product.port);
    const { port } = proxy.address() as { readonly port: number };
    try {
      await listen(`http://127.0.0.1:${port}/s/${created.space.id}`);
      await person.page.getByText("in small pieces", { exact: false }).waitFor();
    } finally {
      proxy.closeAllConnections();
      proxy.close();
    }
  });
});

/** What holds behind either file. */
async function judgeProxy(port: number): Promise<void> {
  const url = `https://127.0.0.1:${port}`;
  await until("the proxy answers", () => arrivals(`${url}/api/v1/spaces`, 1).then((times) => times.length > 0), 10);
  const times = await arrivals(`${url}/spaces/${created.space.id}/live.mp4?rendition=opus-48k`, 12);
  const [first = Number.POSITIVE_INFINITY] = times;
  expect(first, "the first bytes come at once").toBeLessThan(1_500);
  const gaps = times.slice(1).map((time, i) => time - (times[i] ?? 0));
  // A proxy that buffers passes on several kB at a time: seconds of sound, then silence.
  expect(Math.max(...gaps), `gaps of ${gaps.map(Math.round).join(", ")} ms`).toBeLessThan(1_000);
  await listen(`${url}/s/${created.space.id}`);
  expect(await person.page.evaluate(() => isSecureContext && navigator.mediaDevices !== undefined)).toBe(true);
}

async function listen(link: string): Promise<void> {
  const { page } = person;
  await page.goto(link);
  await page.getByRole("button", { name: "Listen", exact: true }).click();
  await untilHeard(page, [TONE], ([tone = 0]) => tone > 0.015, 25);
}

/** Milliseconds, from the request on, at which the first chunks of an answer came. */
function arrivals(url: string, count: number): Promise<readonly number[]> {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const times: number[] = [];
    const asked = get(url, { rejectUnauthorized: false, agent: false }, (response) => {
      response.on("data", () => {
        const at = performance.now() - began;
        // What is written at once may come in several pieces.
        if (at - (times.at(-1) ?? Number.NEGATIVE_INFINITY) > 30) times.push(at);
        if (times.length >= count) asked.destroy();
      });
      response.on("close", () => resolve(times));
    });
    asked.on("error", (error) => (times.length >= count ? resolve(times) : reject(error)));
  });
}

/** A proxy like those of some offices: an answer is passed on when it is complete, and the push stream never is. */
function holdBack(to: number): Promise<Server> {
  const server = createServer((request, response) => {
    const asked = askHttp({ host: "127.0.0.1", port: to, path: request.url, method: request.method, headers: request.headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("error", () => response.destroy());
      answer.on("end", () => response.writeHead(answer.statusCode ?? 502, answer.headers).end(Buffer.concat(chunks)));
    });
    asked.on("error", () => response.destroy());
    response.on("close", () => asked.destroy());
    request.pipe(asked);
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

function start(command: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}): ChildProcess {
  const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin`, ...environment };
  const child = spawn(command, args, { env, stdio: ["ignore", "inherit", "inherit"] });
  child.on("error", (error) => console.error(`${command} cannot be started: ${error.message}`));
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.pid === undefined) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  await gone;
}

/** Every replacement must be found: the shipped file is what is tested. */
function replaceAll(text: string, replacements: Readonly<Record<string, string>>): string {
  return Object.entries(replacements).reduce((changed, [from, to]) => {
    expect(changed).toContain(from);
    return changed.replaceAll(from, to);
  }, text);
}
