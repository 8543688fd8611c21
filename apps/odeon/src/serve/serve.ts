/** `odeon serve`: the whole product on one machine, until Ctrl-C. */

import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { availableParallelism, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Fault } from "@odeon/core/shared/fault";
import { publicUrl, stageUrl } from "../config/public-address.ts";
import type { Settings } from "../config/settings.ts";
import { openDataFolder } from "../data/data-folder.ts";
import { networkAddresses } from "../lan/addresses.ts";
import type { LanCertificates } from "../lan/authority.ts";
import { openLanCertificates, settingsOf } from "../lan/lan.ts";
import { makeCode } from "../sign-in/codes.ts";
import type { FromChild, Start } from "../supervisor/child.ts";
import { type Member, Supervisor } from "../supervisor/supervisor.ts";
import { DemoSpeakers } from "./demo-speakers.ts";
import { SERVE_HELP } from "./help.ts";

/** Milliseconds within which a second Ctrl-C confirms the first while a Space is live. */
const CONFIRM_MS = 10_000;

/** Runs the product; resolves with the exit status. */
export async function serve(args: readonly string[]): Promise<number> {
  if (args.includes("--help")) {
    say(SERVE_HELP);
    return 0;
  }
  try {
    return await serveWith(settingsOf(args));
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    process.stderr.write(`odeon: ${error.message}\n`);
    return error.code === "setting_unknown" || error.code === "setting_invalid" ? 2 : 1;
  }
}

async function serveWith(settings: Settings): Promise<number> {
  for (const port of [settings.port, ...(settings.stagePort === null ? [] : [settings.stagePort])]) await assertPortFree(settings.host, port);
  const data = await openDataFolder(resolve(settings.data), { operatorToken: settings.operatorToken });
  const sockets = mkdtempSync(join(tmpdir(), "odeon-"));
  const certificates = settings.lan ? await openLanCertificates(data.path, networkAddresses(), Date.now()) : null;
  const supervisor = new Supervisor(members(settings, { data, sockets, certificates }), { say, message: (_, message) => take(message) });
  const demo = new DemoSpeakers(say);
  let live: (count: number) => void = () => undefined;
  const take = (message: FromChild): void => {
    if (message.type === "live") live(message.count);
    if (message.type === "demo") demo.start(message.links);
  };
  const countLive = (): Promise<number> =>
    new Promise((done) => {
      const timer = setTimeout(() => done(0), 500);
      live = (count) => {
        clearTimeout(timer);
        done(count);
      };
      supervisor.tell("house", { ask: "count_live" });
    });
  try {
    await supervisor.start();
    announce(settings, makeCode(data.path, Date.now()));
    await untilStopped(countLive);
    say("Stopping.");
    return 0;
  } catch (error) {
    process.stderr.write(`odeon: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  } finally {
    demo.close();
    await supervisor.close();
    rmSync(sockets, { recursive: true, force: true });
    await data.close();
  }
}

interface Home {
  readonly data: Awaited<ReturnType<typeof openDataFolder>>;
  readonly sockets: string;
  readonly certificates: LanCertificates | null;
}

function members(settings: Settings, { data, sockets, certificates }: Home): Member[] {
  const edges = settings.edges ?? Math.max(1, availableParallelism() - 1);
  const member = (role: Start["role"], id: string): Member => ({
    role,
    id,
    start: {
      role,
      id,
      settings,
      sockets,
      data: data.path,
      publicUrl: publicUrl(settings),
      stageUrl: stageUrl(settings),
      stageTls: certificates === null ? null : { cert: certificates.cert, key: certificates.key },
      authority: certificates?.authority ?? null,
      logFile: logFile(settings, data.path),
      keys: data.keys,
      operatorTokenHash: data.operatorTokenHash,
    },
  });
  return [
    member("house", "house"),
    member("mixer", "mixer"),
    member("stage", "stage"),
    ...Array.from({ length: edges }, (_, i) => member("edge", `edge-${i}`)),
  ];
}

function logFile(settings: Settings, data: string): string | null {
  const wanted = settings.log ?? (process.stderr.isTTY ? "file" : "stderr");
  return wanted === "file" ? join(data, "odeon.log") : null;
}

function announce(settings: Settings, code: string): void {
  const lan = settings.lan ? `\n    Phones    ${publicUrl(settings)}/lan\n              (brings them this house's certificate, once)\n` : "";
  say(`
  Odeon is open.

    Address   ${publicUrl(settings)}
    Sign in   ${stageUrl(settings)}/control#signin=${code}
              (once, within a day; "npx odeon sign-in" makes another)
${lan}
  Ctrl-C stops it.
`);
}

async function untilStopped(countLive: () => Promise<number>): Promise<void> {
  let confirmUntil = 0;
  await new Promise<void>((stop) => {
    process.on("SIGTERM", () => stop());
    process.on("SIGINT", () => {
      if (performance.now() < confirmUntil) return stop();
      void countLive().then((live) => {
        if (live === 0) return stop();
        confirmUntil = performance.now() + CONFIRM_MS;
        say(
          `${live === 1 ? "A Space is" : `${live} Spaces are`} live. Press Ctrl-C once more within 10 s to stop; listeners hear it go on when you start again.`,
        );
      });
    });
  });
}

/** A port that is taken is said in one line before anything is started. */
function assertPortFree(host: string, port: number): Promise<void> {
  return new Promise((done, refuse) => {
    const probe = createServer();
    probe.once("error", (error: NodeJS.ErrnoException) => {
      const why = error.code === "EADDRINUSE" ? "is taken by another program" : `cannot be listened on (${error.code})`;
      refuse(new Fault("setting_invalid", `port ${port} on ${host} ${why}`));
    });
    probe.listen({ host, port }, () => probe.close(() => done()));
  });
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
