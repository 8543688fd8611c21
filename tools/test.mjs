#!/usr/bin/env node
/**
 * `npm test`: installs what the tests need, runs `npm run check`, the unit tests and the end-to-end tests,
 * and closes with `N passed, N failed`.
 */

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { prepareNode, preparePackages, preparePages, ROOT, run, say, withNode } from "./launch/prepare.mjs";

/** Programs that the tests call, and the Debian packages that bring them. */
const TOOLS = { chromium: "chromium", ffmpeg: "ffmpeg", ffprobe: "ffmpeg", nginx: "nginx", caddy: "caddy", openssl: "openssl" };

const node = prepareNode();
preparePackages(node);
installTools();
preparePages(node);
run(node, [join(ROOT, "tools/check.mjs")], { cwd: ROOT, env: withNode(node) });

mkdirSync(join(ROOT, "out"), { recursive: true });
const results = [suite("unit", "vitest.config.ts"), suite("end to end", "test/vitest.config.ts")];
const passed = results.reduce((sum, result) => sum + result.passed, 0);
const failed = results.reduce((sum, result) => sum + result.failed, 0);
process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);

function suite(title, config) {
  const file = join(ROOT, "out", `${title.replaceAll(" ", "-")}.json`);
  process.stdout.write(`\n${title} tests\n`);
  const args = [
    join(ROOT, "node_modules/vitest/vitest.mjs"),
    "run",
    "--config",
    config,
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${file}`,
  ];
  const { status } = spawnSync(node, args, { cwd: ROOT, stdio: ["ignore", "inherit", "inherit"], env: withNode(node) });
  if (!existsSync(file)) return { passed: 0, failed: 1 };
  const report = JSON.parse(readFileSync(file, "utf8"));
  // A file that cannot even be loaded counts no test: the exit status still tells.
  const failed = report.numFailedTests + (status !== 0 && report.numFailedTests === 0 ? 1 : 0);
  return { passed: report.numPassedTests, failed };
}

function installTools() {
  const missing = [
    ...new Set(
      Object.entries(TOOLS)
        .filter(([tool]) => !present(tool))
        .map(([, name]) => name),
    ),
  ];
  if (missing.length === 0) return;
  const root = process.getuid?.() === 0;
  if (!root || !present("apt-get")) {
    say(`The tests need ${missing.join(", ")}: install them, e.g. "sudo apt-get install ${missing.join(" ")}", and run npm test again.`);
    process.exit(1);
  }
  say(`Installing ${missing.join(", ")} for the tests (once).`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  run("apt-get", ["update", "-qq"], { env });
  run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...missing], { env });
}

function present(tool) {
  return spawnSync("sh", ["-c", `command -v ${tool}`], { env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` } }).status === 0;
}
