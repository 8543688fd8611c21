/** From the tap on "Listen" to the first audible sample, on a page that is open, of a Space that is live. */

import { openBrowser } from "../test/e2e/browser.ts";
import { type Created, Product } from "../test/e2e/product.ts";
import { toneFile } from "../test/e2e/sound.ts";
import { type EarWindow, onsets, type passPolicy, prepareEars } from "./shared/ear.ts";
import { goLive, speak, untilOnStage } from "./shared/evening.ts";
import { rest } from "./shared/processes.ts";
import { report } from "./shared/report.ts";
import { quantile } from "./shared/statistics.ts";

const RUNS = 5;
const TAPS = 10;
const PATIENCE_MS = 8_000;
const RTT_MS = 100;

const product = await Product.start();
const created = await product.space();
const host = speak(toneFile(440, 20), created, "Tone");
try {
  await untilOnStage(product, created, 1);
  await goLive(product, created);
  await rest(3_000);
  const near = await measure(created, 0);
  const far = await measure(created, RTT_MS);
  const figures = (name: string, runs: readonly (readonly number[])[], goal: number): Parameters<typeof report>[0]["figures"] => [
    { figure: `${name}, p50`, unit: "ms", runs: runs.map((run) => quantile(run, 0.5)) },
    { figure: `${name}, p95`, unit: "ms", runs: runs.map((run) => quantile(run, 0.95)), goal },
  ];
  report({
    name: "tap-to-audio",
    title: "Tap to first audio",
    method: [
      `${RUNS} runs of ${TAPS} taps in Chromium, each on a page that was opened anew; from the click to the first sample over -26 dBFS that the element gives.`,
      `With ${RTT_MS} ms: Chromium's network emulation delays each request by that much; a real network also delays the connection's set-up.`,
    ],
    figures: [...figures("on loopback", near, 350), ...figures(`${RTT_MS} ms round trip, emulated`, far, 1_000)],
  });
} finally {
  host.kill();
  await product.close();
}

async function measure({ links }: Created, latency: number): Promise<number[][]> {
  const runs: number[][] = [];
  for (let run = 0; run < RUNS; run++) {
    const person = await openBrowser();
    try {
      await prepareEars(person);
      const taps: number[] = [];
      for (let tap = 0; tap < TAPS; tap++) taps.push(await tapOnce(person.page, links.listen, latency));
      runs.push(taps);
      process.stdout.write(`  ${latency} ms, run ${run + 1}: median ${quantile(taps, 0.5).toFixed(0)} ms, most ${Math.max(...taps).toFixed(0)} ms\n`);
    } finally {
      await person.close();
    }
  }
  return runs;
}

async function tapOnce(page: Parameters<typeof passPolicy>[0], link: string, latency: number): Promise<number> {
  await page.goto(link);
  const button = page.getByRole("button", { name: "Listen", exact: true });
  await button.waitFor();
  await page.evaluate(async () => {
    const { odeonEar } = window as EarWindow;
    const audio = document.querySelector("audio");
    if (audio === null) throw new Error("no audio element");
    await odeonEar.hearElement("tap", audio);
    addEventListener("click", () => Object.assign(window, { odeonTapped: Date.now() }), { capture: true, once: true });
    // The ear takes a tone for new after a fifth of a second of silence.
    await new Promise((resolve) => setTimeout(resolve, 400));
  });
  const session = await page.context().newCDPSession(page);
  if (latency > 0) await session.send("Network.emulateNetworkConditions", { offline: false, latency, downloadThroughput: -1, uploadThroughput: -1 });
  await button.click();
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await rest(50)) {
    const [first] = await onsets(page, "tap");
    if (first === undefined) continue;
    await session.detach();
    return first.at - (await page.evaluate(() => (window as unknown as { odeonTapped: number }).odeonTapped));
  }
  throw new Error("nothing was heard");
}
