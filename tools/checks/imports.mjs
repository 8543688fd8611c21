/**
 * The import rules, and proof that they can fail: every TypeScript file that git knows must have been cruised,
 * and one forbidden import, planted for the occasion, must be found.
 */

import { execFileSync, spawnSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";

const FOLDERS = ["packages", "apps"];
const PLANTED = "packages/core/src/shared/planted-import.ts";

const known = execFileSync("git", ["ls-files", "-co", "--exclude-standard", ...FOLDERS], { encoding: "utf8" })
  .split("\n")
  .filter((file) => /\/src\/.*\.tsx?$/.test(file) && file !== PLANTED);
writeFileSync(
  PLANTED,
  'import { RENDITIONS } from "@odeon/core/shared/program";\nimport type { Log } from "@odeon/log/log";\nexport const planted: Log | typeof RENDITIONS | null = null;\n',
);
let report;
try {
  const result = spawnSync("node_modules/.bin/depcruise", ["--config", ".dependency-cruiser.cjs", "--output-type", "json", ...FOLDERS], {
    encoding: "utf8",
    maxBuffer: 256 << 20,
  });
  report = JSON.parse(result.stdout || fail(result.stderr));
} finally {
  rmSync(PLANTED, { force: true });
}

const cruised = new Set(report.modules.map((module) => module.source));
const missed = known.filter((file) => !cruised.has(file) && !/\/(e2e|dist)\//.test(file));
if (missed.length > 0) fail(`not cruised, so not checked:\n${missed.join("\n")}`);
const violations = report.summary.violations.filter((violation) => violation.rule.severity === "error");
if (!violations.some((violation) => violation.from === PLANTED)) fail("the planted forbidden import was not found: the rules see nothing");
const real = violations.filter((violation) => violation.from !== PLANTED && !violation.cycle?.some((step) => step.name === PLANTED));
if (real.length > 0) fail(real.map((violation) => `${violation.rule.name}: ${violation.from} -> ${violation.to}`).join("\n"));

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
