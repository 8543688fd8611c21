#!/usr/bin/env node
/** `npm run check`: everything that needs no test run. Prints one line a check; the first failure ends it with status 1. */

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { prepareNode, preparePackages, ROOT, withNode } from "./launch/prepare.mjs";

const node = prepareNode();
preparePackages(node);
const bin = (name) => join(ROOT, "node_modules", ".bin", name);
const checks = [
  ["format and lint", bin("biome"), ["check", "--error-on-warnings", "."]],
  ["types", bin("tsc"), ["--noEmit", "-p", "."]],
  ["import rules", node, ["tools/checks/imports.mjs"]],
  ["docstrings", node, ["tools/checks/docstrings.mjs"]],
  ["suppressions", node, ["tools/checks/suppressions.mjs"]],
  ["unused code", bin("knip"), ["--no-progress"]],
];
for (const [title, command, args] of checks) {
  const started = Date.now();
  const result = spawnSync(command, args, { cwd: ROOT, env: withNode(node), encoding: "utf8", maxBuffer: 64 << 20 });
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  if (result.status !== 0) {
    process.stdout.write(`${result.stdout ?? ""}${result.stderr ?? ""}${result.error?.message ?? ""}\ncheck failed: ${title}\n`);
    process.exit(1);
  }
  const last = title === "suppressions" ? `: ${result.stdout.trim()}` : "";
  process.stdout.write(`ok ${title} (${seconds} s)${last}\n`);
}
