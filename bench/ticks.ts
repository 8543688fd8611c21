/** How late the mixer's ticks are with 1, 10 and 30 live Spaces on one machine. */

import { type Created, freePort, Product } from "../test/e2e/product.ts";
import { goLive, SPEECH, speak, untilOnStage } from "./shared/evening.ts";
import { rest } from "./shared/processes.ts";
import { type Figure, report } from "./shared/report.ts";
import { median } from "./shared/statistics.ts";

const RUNS = 5;
const RUN_SECONDS = 6;
const SETTLE_MS = 6_000;
/** Spaces with a person on stage; the others' programs run as well, with nobody on stage. */
const SPEAKERS_MOST = 3;

const figures: Figure[] = [];
for (const spaces of [1, 10, 30]) figures.push(await measure(spaces));
report({
  name: "ticks",
  title: "Lateness of the mixer's ticks",
  method: [
    `The median of the p99 that the mixer reports each second, in ${RUNS} runs of ${RUN_SECONDS} s. A tick is due when its last sample has been spoken.`,
    `Every Space is live and recorded in three renditions; up to ${SPEAKERS_MOST} of them have a person on stage (an odeon speak process on the same machine).`,
  ],
  figures,
});

async function measure(spaces: number): Promise<Figure> {
  const opsPort = await freePort();
  const product = await Product.start({ ODEON_OPS_PORT: String(opsPort) });
  const speakers = [];
  try {
    const all: Created[] = [];
    for (let i = 0; i < spaces; i++) all.push(await product.space({ title: `Space ${i}` }));
    for (const created of all.slice(0, SPEAKERS_MOST)) speakers.push(speak(SPEECH, created, "Voice"));
    for (const created of all.slice(0, SPEAKERS_MOST)) await untilOnStage(product, created, 1);
    for (const created of all) await goLive(product, created);
    await rest(SETTLE_MS);
    const runs: number[] = [];
    for (let run = 0; run < RUNS; run++) {
      const seconds: number[] = [];
      for (let second = 0; second < RUN_SECONDS; second++) {
        await rest(1_000);
        seconds.push(await latenessP99(opsPort));
      }
      runs.push(median(seconds));
    }
    process.stdout.write(`  ${spaces} Spaces: ${runs.join(", ")} ms\n`);
    return { figure: `${spaces} live ${spaces === 1 ? "Space" : "Spaces"}, p99`, unit: "ms", runs, goal: 5 };
  } finally {
    for (const speaker of speakers) speaker.kill();
    await product.close();
  }
}

async function latenessP99(port: number): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return Number(/^odeon_tick_lateness_p99_ms (\S+)$/m.exec(text)?.[1] ?? Number.NaN);
}
