/** From the end of a Space to its replay being served, for a recording of two hours that was made faster than real time. */

import { rmSync } from "node:fs";
import { join } from "node:path";
import { decodePartRecord, encodePartRecord } from "@odeon/log/part-record";
import { openSqliteLog } from "@odeon/log/sqlite/sqlite-log";
import { Program } from "@odeon/mixer/program/program";
import type { PublicSpace } from "@odeon/wire/state";
import { type Created, Product } from "../test/e2e/product.ts";
import { until } from "../test/e2e/speakers.ts";
import { stateOf } from "./shared/evening.ts";
import { report } from "./shared/report.ts";

const RUNS = 5;
const PART_MS = 320;
const TICKS_A_PART = 16;
const PARTS = (2 * 3_600_000) / PART_MS;
const BATCH = 500;
const TONE = 440;

const bodies = makeBodies();
const figures = { playlist: [] as number[], file: [] as number[] };
for (let run = 0; run < RUNS; run++) {
  const { playlist, file } = await measure();
  figures.playlist.push(playlist);
  figures.file.push(file);
  process.stdout.write(`  run ${run + 1}: playlist after ${playlist.toFixed(0)} ms, first byte of the file after ${file.toFixed(0)} ms\n`);
}
report({
  name: "replay",
  title: "Replay after the end, of two hours",
  method: [
    `${RUNS} runs: two hours of program go through the packager and into the log of a Space that is live, faster than real time; then the product goes on with it, and the host ends it.`,
    "From the end of the ten seconds for undoing to 200 on the playlist, and to the first byte of replay.m4a, asked every 5 ms.",
  ],
  figures: [
    { figure: "replay/main.m3u8", unit: "ms", runs: figures.playlist, goal: 1_000 },
    { figure: "replay.m4a, first byte", unit: "ms", runs: figures.file, goal: 1_000 },
  ],
});

/** The parts of two hours; wall times are set when they are written. */
function makeBodies(): readonly Uint8Array[] {
  const began = performance.now();
  const program = new Program({ firstPart: 0, startsAt: 0 }, 0);
  const block = new Float32Array(960);
  const made: Uint8Array[] = [];
  for (let tick = 0; made.length < PARTS; tick++) {
    for (let i = 0; i < block.length; i++) block[i] = 0.2 * Math.sin((2 * Math.PI * TONE * (tick * 960 + i)) / 48_000);
    const part = program.feed(block, []);
    if (part === null) continue;
    const [opus48 = new Uint8Array(), opus24 = new Uint8Array(), aac = new Uint8Array()] = part.blobs;
    made.push(
      encodePartRecord({ gap: false, level: part.level, startsAt: 0, renditions: { "opus-48k": opus48, "opus-24k": opus24, "aac-64k": aac } }),
    );
  }
  program.close();
  process.stdout.write(`  two hours packaged in ${((performance.now() - began) / 1_000).toFixed(0)} s (${TICKS_A_PART} ticks a part)\n`);
  return made;
}

async function measure(): Promise<{ readonly playlist: number; readonly file: number }> {
  const product = await Product.start();
  try {
    const created = await product.space({ title: "Two hours" });
    await product.stop();
    await fill(product, created);
    await product.launch();
    await until("it is live", async () => (await stateOf(product, created)).life === "live", 30);
    return await end(product, created);
  } finally {
    await product.close();
    rmSync(product.data, { recursive: true, force: true });
  }
}

/** Writes the recording into the log of a house that is not running, as that house would have. */
async function fill(product: Product, { space }: Created): Promise<void> {
  const log = await openSqliteLog(join(product.data, "log"));
  const epoch = await log.takeOver();
  let { seq } = await log.head(space.id);
  // The last part ends about when the house opens again.
  const startsAt = Date.now() + 2_000 - PARTS * PART_MS;
  const event = (value: object): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
  await log.append([
    {
      space: space.id,
      epoch,
      expect: seq,
      records: [
        { kind: "event", part: null, body: event({ type: "doors_opened", at: startsAt - 250 }) },
        { kind: "event", part: null, body: event({ type: "went_live", at: startsAt - 250, run: { firstPart: 0, startsAt } }) },
      ],
    },
  ]);
  seq += 2;
  for (let from = 0; from < PARTS; from += BATCH) {
    const records = bodies.slice(from, from + BATCH).map((body, i) => {
      const record = decodePartRecord(body);
      const dated = encodePartRecord({ ...record, startsAt: startsAt + (from + i) * PART_MS });
      return { kind: "part" as const, part: from + i, body: dated };
    });
    await log.append([{ space: space.id, epoch, expect: seq, records }]);
    seq += records.length;
  }
  await log.close();
}

async function end(product: Product, created: Created): Promise<{ readonly playlist: number; readonly file: number }> {
  const { id } = created.space;
  await product.call("POST", `/api/v1/spaces/${id}/end`, {}, created.tokens.host);
  const path = `${product.url}/spaces/${id}`;
  // The house decides the end: its own time of it counts, not when it was first seen.
  const [playlist, file] = await Promise.all([
    until("the playlist is there", async () => ((await fetch(`${path}/replay/main.m3u8`)).ok ? Date.now() : null), 40),
    until("the file is there", async () => ((await fetch(`${path}/replay.m4a`, { headers: { range: "bytes=0-0" } })).ok ? Date.now() : null), 40),
  ]);
  const ended = await until("it has ended", async () => ((await stateOf(product, created)) as PublicSpace).endedAt, 10);
  return { playlist: Math.max(0, playlist - ended), file: Math.max(0, file - ended) };
}
