/** Counts lint and type suppressions; each carries its reason, and the count only falls. */

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

const MOST = 12;
const pattern = new RegExp(`${["biome", "ignore"].join("-")}|@ts-(ignore|expect-error|nocheck)`);
const files = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "*.ts", "*.tsx", "*.mjs", "*.css"], { encoding: "utf8" })
  .split("\n")
  .filter(Boolean);
const found = files.flatMap((file) =>
  readFileSync(file, "utf8")
    .split("\n")
    .flatMap((line, i) => (pattern.test(line) ? [`${file}:${i + 1}: ${line.trim()}`] : [])),
);
const bare = found.filter((line) => /biome-ignore[^:]*$/.test(line));
if (found.length > MOST || bare.length > 0) {
  process.stderr.write(`${found.join("\n")}\n${found.length} suppressions; at most ${MOST}, each with a reason\n`);
  process.exit(1);
}
process.stdout.write(`${found.length} suppressions\n`);
