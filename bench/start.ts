/** How long a second `npm start` takes until everything is open. */

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "../test/e2e/product.ts";
import { report } from "./shared/report.ts";

const RUNS = 6;
const LAUNCHER = fileURLToPath(new URL("../tools/odeon.mjs", import.meta.url));

const data = mkdtempSync(join(tmpdir(), "odeon-bench-start-"));
const runs: number[] = [];
// The first is the one that prepares.
for (let run = 0; run < RUNS; run++) runs.push(await start());
rmSync(data, { recursive: true, force: true });
report({
  name: "start",
  title: "A second start",
  method: [
    `From spawning tools/odeon.mjs, as npm start does, to "Odeon is open": house, mixer, stage and edges listen. ${RUNS - 1} runs after one that is not counted.`,
  ],
  figures: [{ figure: "until it is open", unit: "s", runs: runs.slice(1), goal: 2 }],
});

async function start(): Promise<number> {
  const began = performance.now();
  const env = { ...process.env, ODEON_PORT: String(await freePort()), ODEON_DATA: data, ODEON_OPS_PORT: "0", ODEON_LOG: "file" };
  const child = spawn(process.execPath, [LAUNCHER, "serve"], { env, stdio: ["ignore", "pipe", "inherit"] });
  await new Promise<void>((resolve, reject) => {
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes("Odeon is open")) resolve();
    });
    child.once("exit", (code) => reject(new Error(`it ended with ${code}: ${output}`)));
  });
  const seconds = (performance.now() - began) / 1_000;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  await gone;
  return seconds;
}
