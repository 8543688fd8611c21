/** What it takes to append a part to the log, durably, beside a plain write and fsync of the same bytes. */

import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodePartRecord } from "@odeon/log/part-record";
import { openSqliteLog } from "@odeon/log/sqlite/sqlite-log";
import { type Figure, report } from "./shared/report.ts";
import { quantile } from "./shared/statistics.ts";

const RUNS = 5;
const COMMITS = 200;

const folder = mkdtempSync(join(tmpdir(), "odeon-bench-log-"));
const body = encodePartRecord({
  gap: false,
  level: 50,
  startsAt: 0,
  renditions: { "opus-48k": new Uint8Array(2_200), "opus-24k": new Uint8Array(1_250), "aac-64k": new Uint8Array(2_800) },
});
const figures: Figure[] = [];
for (const spaces of [1, 10, 30]) {
  const runs = { log: [] as number[], floor: [] as number[] };
  for (let run = 0; run < RUNS; run++) {
    runs.log.push(quantile(await throughLog(spaces, `log-${spaces}-${run}`), 0.95));
    runs.floor.push(quantile(plain(spaces, `plain-${spaces}-${run}`), 0.95));
  }
  figures.push({
    figure: `one commit of ${spaces} ${spaces === 1 ? "Space's part" : "Spaces' parts"}, p95`,
    unit: "ms",
    runs: runs.log,
    goal: 150,
    beside: { what: "write and fsync", runs: runs.floor },
  });
}
rmSync(folder, { recursive: true, force: true });
report({
  name: "log-append",
  title: "Append to the log",
  method: [
    `${RUNS} runs of ${COMMITS} commits, one after another, of ${body.length} bytes a part: the three renditions of 320 ms. SQLite in WAL mode with synchronous=FULL.`,
    "After 150 ms a part goes out unconfirmed: that is the goal here.",
  ],
  figures,
});

async function throughLog(spaces: number, name: string): Promise<number[]> {
  const log = await openSqliteLog(join(folder, name));
  const epoch = await log.takeOver();
  const times: number[] = [];
  for (let commit = 0; commit < COMMITS; commit++) {
    const appends = Array.from({ length: spaces }, (_, i) => ({
      space: `space${i}`,
      epoch,
      expect: commit,
      records: [{ kind: "part" as const, part: commit, body }],
    }));
    const began = performance.now();
    await log.append(appends);
    times.push(performance.now() - began);
  }
  await log.close();
  return times;
}

function plain(spaces: number, name: string): number[] {
  const file = openSync(join(folder, name), "w");
  const times: number[] = [];
  for (let commit = 0; commit < COMMITS; commit++) {
    const began = performance.now();
    for (let i = 0; i < spaces; i++) writeSync(file, body);
    fsyncSync(file);
    times.push(performance.now() - began);
  }
  closeSync(file);
  return times;
}
