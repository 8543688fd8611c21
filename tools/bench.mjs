#!/usr/bin/env node
/** `npm run bench [NAME…]`: runs the benches one after another and closes with a table; `-- --table` prints the README's from what was measured last. */

import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { prepareNode, preparePackages, preparePages, ROOT, say, withNode } from "./launch/prepare.mjs";

const node = prepareNode();
preparePackages(node);
preparePages(node);
const args = process.argv.slice(2);
const known = readdirSync(join(ROOT, "bench"))
  .filter((file) => file.endsWith(".ts"))
  .map((file) => basename(file, ".ts"))
  .sort();
const asked = args.filter((arg) => !arg.startsWith("--"));
const unknown = asked.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  say(`There is no bench ${unknown.join(", ")}; there are ${known.join(", ")}.`);
  process.exit(2);
}
let failed = 0;
if (!args.includes("--table")) for (const name of asked.length > 0 ? asked : known) failed += bench(`bench/${name}.ts`);
bench("bench/shared/summary.ts", ...args);
process.exit(failed === 0 ? 0 : 1);

function bench(file, ...rest) {
  const { status } = spawnSync(node, ["--disable-warning=ExperimentalWarning", join(ROOT, file), ...rest], {
    cwd: ROOT,
    env: withNode(node),
    stdio: ["ignore", "inherit", "inherit"],
  });
  if (status !== 0) say(`${file} failed.`);
  return status === 0 ? 0 : 1;
}
