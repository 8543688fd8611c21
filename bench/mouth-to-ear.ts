/** How long a word takes from the microphone to the ear: on stage, for a listener by push, for one by LL-HLS, and without a house between. */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type Hls from "hls.js";
import type { Page } from "playwright-core";
import { openBrowser, type Person } from "../test/e2e/browser.ts";
import { type Created, Product } from "../test/e2e/product.ts";
import { wavFile } from "../test/e2e/sound.ts";
import { type EarWindow, hearMicrophone, hearPlayed, type Onset, onsets, passPolicy, prepareEars } from "./shared/ear.ts";
import { comeOnStage, goLive, press, silenceFile, untilOnStage } from "./shared/evening.ts";
import { rest } from "./shared/processes.ts";
import { type Figure, report } from "./shared/report.ts";
import { quantile } from "./shared/statistics.ts";

const RUNS = 5;
const SETTLE_MS = 5_000;
const LISTEN_MS = 24_000;
/** One click a second; eight pitches tell which click it was. */
const PITCHES = [600, 800, 1_000, 1_200, 1_400, 1_600, 1_800, 2_000] as const;
const PITCH_TOLERANCE = 80;
const MOST_MS = 7_000;
const CLICKS_WANTED = 20;
const HLS = readFileSync(createRequire(import.meta.url).resolve("hls.js/dist/hls.min.js"), "utf8");
const WAYS = ["direct", "stage", "push", "hls"] as const;
type Way = (typeof WAYS)[number];

const product = await Product.start();
const created = await product.space();
const mouth = await openBrowser({ microphone: clickTrack() });
try {
  await prepareEars(mouth);
  await comeOnStage(mouth, created, { name: "Mouth", live: false });
  await untilOnStage(product, created, 1);
  await goLive(product, created);
  await hearMicrophone(mouth.page, "microphone");
  const runs: Record<Way, readonly number[]>[] = [];
  for (let run = 0; run < RUNS; run++) runs.push(await measure());
  say(runs);
} finally {
  await mouth.close();
  await product.close();
}

/** One run: everybody who hears comes anew. */
async function measure(): Promise<Record<Way, readonly number[]>> {
  const [other, listener] = await Promise.all([openBrowser({ microphone: silenceFile() }), openBrowser()]);
  try {
    await Promise.all([prepareEars(other), prepareEars(listener)]);
    await comeOnStage(other, created, { name: "Ear", live: true });
    await untilOnStage(product, created, 2);
    const [byHls] = await Promise.all([openHls(listener, created), openPush(listener, created), talkDirectly(mouth.page)]);
    await rest(SETTLE_MS);
    await hearPlayed(other.page, "stage");
    await hearPlayed(listener.page, "push");
    await hearPlayed(byHls, "hls");
    await rest(LISTEN_MS);
    const spoken = await onsets(mouth.page, "microphone");
    const of = async (page: Page, way: Way): Promise<readonly number[]> => latencies(spoken, await onsets(page, way), way);
    return {
      direct: await of(mouth.page, "direct"),
      stage: await of(other.page, "stage"),
      push: await of(listener.page, "push"),
      hls: await of(byHls, "hls"),
    };
  } finally {
    await Promise.all([other.close(), listener.close()]);
    // A place on stage is kept for a while unless the page says that it leaves; the next run counts people.
    await untilOnStage(product, created, 1);
  }
}

async function openPush({ page }: Person, { links }: Created): Promise<void> {
  await page.goto(links.listen);
  await press(page, "Listen");
}

/** hls.js in low-latency mode on a page of the house's own origin. */
async function openHls({ context }: Person, { space }: Created): Promise<Page> {
  const page = await context.newPage();
  await passPolicy(page);
  await page.goto(product.url);
  await page.addScriptTag({ content: HLS });
  await page.evaluate(async (url) => {
    const HlsClass = (window as unknown as { Hls: typeof Hls }).Hls;
    const audio = document.body.appendChild(document.createElement("audio"));
    const hls = new HlsClass({ lowLatencyMode: true });
    hls.loadSource(url);
    hls.attachMedia(audio);
    await new Promise((resolve) => hls.once(HlsClass.Events.MANIFEST_PARSED, resolve));
    await audio.play();
  }, `${product.url}/spaces/${space.id}/hls/main.m3u8`);
  return page;
}

/** The floor: the same microphone through a connection from the page to itself. */
async function talkDirectly(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const { odeonEar } = window as EarWindow;
    const w = window as unknown as { odeonDirect?: RTCPeerConnection[] };
    for (const old of w.odeonDirect ?? []) old.close();
    const [from, to] = [new RTCPeerConnection(), new RTCPeerConnection()];
    w.odeonDirect = [from, to];
    from.onicecandidate = ({ candidate }) => void to.addIceCandidate(candidate ?? undefined);
    to.onicecandidate = ({ candidate }) => void from.addIceCandidate(candidate ?? undefined);
    const came = new Promise<MediaStream>((resolve) => {
      to.ontrack = ({ track }) => resolve(new MediaStream([track]));
    });
    for (const track of odeonEar.microphone?.getAudioTracks() ?? []) from.addTrack(track);
    await from.setLocalDescription();
    await to.setRemoteDescription(from.localDescription as RTCSessionDescription);
    await to.setLocalDescription();
    await from.setRemoteDescription(to.localDescription as RTCSessionDescription);
    const stream = await came;
    // A remote track flows only while an element plays it.
    const audio = new Audio();
    audio.srcObject = stream;
    await audio.play();
    await odeonEar.hear("direct", stream);
  });
}

/** For each tone heard, the time since it was last spoken. */
function latencies(spoken: readonly Onset[], heard: readonly Onset[], way: Way): readonly number[] {
  const found = heard.flatMap(({ at, hertz }) => {
    const source = spoken.findLast((onset) => onset.at <= at && at - onset.at < MOST_MS && Math.abs(onset.hertz - hertz) < PITCH_TOLERANCE);
    return source === undefined ? [] : [at - source.at];
  });
  process.stdout.write(`  ${way}: ${found.length} clicks, median ${quantile(found, 0.5).toFixed(1)} ms, most ${Math.max(...found).toFixed(1)} ms\n`);
  if (found.length < CLICKS_WANTED) throw new Error(`${way}: only ${found.length} clicks of ${heard.length} onsets were recognised`);
  return found;
}

/** A click of 50 ms each second, in a loop of eight pitches. */
function clickTrack(): string {
  const samples = new Float32Array(PITCHES.length * 48_000);
  for (const [second, hertz] of PITCHES.entries())
    for (let i = 0; i < 2_400; i++) samples[second * 48_000 + 24_000 + i] = 0.5 * Math.sin((2 * Math.PI * hertz * i) / 48_000);
  return wavFile(samples, "clicks");
}

function say(runs: readonly Record<Way, readonly number[]>[]): void {
  const at = (way: Way, share: number): number[] => runs.map((run) => quantile(run[way], share));
  const rows = (way: Way, name: string, goal: number): Figure[] => [
    { figure: `${name}, p50`, unit: "ms", runs: at(way, 0.5), beside: { what: "WebRTC to itself, p50", runs: at("direct", 0.5) } },
    { figure: `${name}, p95`, unit: "ms", runs: at(way, 0.95), goal, beside: { what: "WebRTC to itself, p95", runs: at("direct", 0.95) } },
  ];
  report({
    name: "mouth-to-ear",
    title: "Mouth to ear on loopback",
    method: [
      `Chromium speaks a click a second; ${RUNS} runs of ${LISTEN_MS / 1_000} s, each with new hearers, all of them at once, after ${SETTLE_MS / 1_000} s of settling.`,
      "From the onset in the microphone's track to the onset in what the hearing page plays, without the output device.",
      "Beside it the same microphone over an RTCPeerConnection from the page to itself: what WebRTC takes without a house.",
    ],
    figures: [...rows("stage", "stage to stage", 150), ...rows("push", "listener by push", 700), ...rows("hls", "LL-HLS (hls.js)", 3_300)],
  });
}
