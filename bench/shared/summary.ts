/** Prints what stands in `bench/results`: the closing table, or with `--table` the README's; names choose benches. */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { RESULTS, type WrittenReport } from "./report.ts";
import { markdownTable, summaryTable } from "./table.ts";

const args = process.argv.slice(2);
const wanted = args.filter((arg) => !arg.startsWith("--"));
const names = existsSync(RESULTS) ? readdirSync(RESULTS).filter((file) => file.endsWith(".json")) : [];
const reports = names
  .map((file) => basename(file, ".json"))
  .filter((name) => wanted.length === 0 || wanted.includes(name))
  .sort()
  .map((name) => JSON.parse(readFileSync(`${RESULTS}${name}.json`, "utf8")) as WrittenReport);
if (args.includes("--table")) process.stdout.write(markdownTable(reports));
else {
  const missed = reports.flatMap(({ figures }) => figures).filter(({ met }) => met === false).length;
  process.stdout.write(`\n${summaryTable(reports)}\n\n${missed === 0 ? "Every goal is met." : `${missed} goals are missed.`}\n`);
}
