/** LL-HLS as other players see it: hls.js in Chromium and FFmpeg listen for a minute, and the playlists are read as text. */

import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { PublicSpace } from "@odeon/wire/state";
import type Hls from "hls.js";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openBrowser, type Person, untilHeard } from "./browser.ts";
import { Ear } from "./ear.ts";
import { type Created, Product } from "./product.ts";
import { amplitudeAt, decode, toneFile } from "./sound.ts";
import { Speaker, until } from "./speakers.ts";

const HLS_JS = readFileSync(createRequire(import.meta.url).resolve("hls.js/dist/hls.min.js"), "utf8");
const RATE = 48_000;
const TONE = 440;
const OTHER = 1_000;
const LOUD = 0.02;
const SILENT = 0.002;
const MINUTE = 60;
/** Seconds from the stage: PART-HOLD-BACK is asked for, and it may never be more than a partial segment away from it. */
const LATENCY = { usual: 3.3, least: 2.88 - 0.96, most: 2.88 + 0.96 };
/** FFmpeg reads EXT-X-MAP anew after every reload of any live playlist, its own too, and says so. */
const USUAL_WORDS = /^.*Found duplicated MOOV Atom\. Skipped it\n/gm;
const RENDITIONS = ["aac-64k", "opus-48k", "opus-24k"] as const;

let product: Product;
let created: Created;
let host: Speaker;
let listener: Person;

beforeAll(async () => {
  product = await Product.start();
  created = await product.space();
  host = new Speaker(toneFile(TONE, 20), created.links.host, "--name", "Host", "--loop");
  await until("the host is on stage", async () => (await state()).state.stage.length === 1, 20);
  await product.call("POST", `/api/v1/spaces/${created.space.id}/live`, {}, created.tokens.host);
  listener = await openBrowser();
});
afterAll(async () => {
  await listener?.close();
  host?.kill();
  await product.close();
});

const state = (): Promise<PublicSpace> => product.call<PublicSpace>("GET", `/api/v1/spaces/${created.space.id}`);
const mainUrl = (): string => `${product.url}/spaces/${created.space.id}/hls/main.m3u8`;

describe("a live Space over LL-HLS", () => {
  test.concurrent("hls.js plays a minute in low-latency mode without an error or a stall, close to the stage", async () => {
    const { page } = listener;
    // A page of the product without any code of its own, and so without a policy for it.
    await page.goto(`${product.url}/healthz`);
    await page.evaluate(HLS_JS);
    await page.evaluate(play, mainUrl());
    await untilHeard(page, [TONE, OTHER], ([tone = 0, other = 0]) => tone > LOUD && other < SILENT, 30);
    const ear = await Ear.listen(page, TONE);
    const begun = await report(page);
    await until("a minute was played", async () => (await report(page)).time - begun.time > MINUTE, MINUTE + 10);
    const { errors, waits, latencies, rates, time, at, behind } = await report(page);
    const sorted = latencies.toSorted((a, b) => a - b);
    const [least = 0, usual = 0, most = 0] = [sorted[0], sorted[Math.floor(sorted.length / 2)], sorted.at(-1)];
    console.info(`hls.js: latency ${least.toFixed(2)} to ${most.toFixed(2)} s, usually ${usual.toFixed(2)}; at last ${behind.toFixed(2)} s behind`);
    expect(errors).toEqual([]);
    expect(waits - begun.waits, "stalls").toBe(0);
    expect(await ear.pauses()).toEqual([]);
    expect(rates, "it plays at the speed of the stage").toEqual([1]);
    expect(Math.abs(time - begun.time - (at - begun.at)), "played seconds are seconds").toBeLessThan(0.3);
    expect(usual).toBeLessThan(LATENCY.usual);
    expect(least).toBeGreaterThan(LATENCY.least);
    expect(most).toBeLessThan(LATENCY.most);
    expect(behind, "PROGRAM-DATE-TIME tells the same").toBeLessThan(LATENCY.most);
  });

  test.concurrent("FFmpeg reads a minute of each rendition from the multivariant playlist without a word, and each is the tone", async () => {
    const files = RENDITIONS.map((rendition) => join(product.data, `${rendition}.wav`));
    const outputs = files.flatMap((file, i) => ["-map", `0:a:${i}`, "-t", String(MINUTE), "-y", file]);
    const words = await new Promise<string>((resolve, reject) => {
      execFile("ffmpeg", ["-nostdin", "-v", "warning", "-i", mainUrl(), ...outputs], { timeout: 100_000 }, (error, _, stderr) =>
        error === null ? resolve(stderr) : reject(new Error(stderr, { cause: error })),
      );
    });
    expect(words.replace(USUAL_WORDS, "")).toBe("");
    for (const file of files) {
      const samples = decode(file);
      expect(Math.abs(samples.length / RATE - MINUTE), `${file}: seconds`).toBeLessThan(0.05);
      for (let second = 0; second < MINUTE; second++) {
        const piece = samples.subarray(second * RATE, (second + 1) * RATE);
        expect(amplitudeAt(piece, TONE), `${file}: second ${second}`).toBeGreaterThan(LOUD);
        expect(amplitudeAt(piece, OTHER), `${file}: second ${second}`).toBeLessThan(SILENT);
      }
    }
  });

  test("the multivariant playlist names the three renditions with CODECS, AAC first", async () => {
    const playlist = await text(mainUrl());
    const [, pass = ""] = /\/p\/([^/]+)\//.exec(playlist) ?? [];
    expect(playlist.replaceAll(pass, "PASS").split("\n")).toEqual([
      "#EXTM3U",
      "#EXT-X-VERSION:9",
      "#EXT-X-INDEPENDENT-SEGMENTS",
      '#EXT-X-STREAM-INF:BANDWIDTH=80000,CODECS="mp4a.40.2"',
      "../p/PASS/hls/aac-64k.m3u8",
      '#EXT-X-STREAM-INF:BANDWIDTH=64000,CODECS="opus"',
      "../p/PASS/hls/opus-48k.m3u8",
      '#EXT-X-STREAM-INF:BANDWIDTH=36000,CODECS="opus"',
      "../p/PASS/hls/opus-24k.m3u8",
      "",
    ]);
  });

  test.each(RENDITIONS)(
    "the playlist of %s: segments of 3.84 s with their dates, independent parts of 0.96 s, reports of the others",
    async (rendition) => {
      const playlist = await text(await mediaUrl(rendition));
      const now = Date.now();
      const lines = playlist.trimEnd().split("\n");
      expect(lines.slice(0, 6)).toEqual([
        "#EXTM3U",
        "#EXT-X-VERSION:9",
        "#EXT-X-TARGETDURATION:4",
        "#EXT-X-PART-INF:PART-TARGET=0.96",
        "#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,CAN-SKIP-UNTIL=24,HOLD-BACK=12,PART-HOLD-BACK=2.88",
        "#EXT-X-INDEPENDENT-SEGMENTS",
      ]);
      expect(lines).toContain(`#EXT-X-MAP:URI="${rendition}/init.mp4"`);
      const first = Number(/^#EXT-X-MEDIA-SEQUENCE:(\d+)$/m.exec(playlist)?.[1]);

      const segments = lines.filter((line) => line.startsWith("#EXTINF"));
      expect(segments).toEqual(Array(10).fill("#EXTINF:3.84,"));
      expect(lines.filter((line) => line.endsWith(".m4s"))).toEqual(segments.map((_, i) => `${rendition}/${first + i}.m4s`));

      const parts = lines.filter((line) => line.startsWith("#EXT-X-PART:"));
      const [, segment = "", index = ""] = /\/(\d+)\.(\d)\.m4s/.exec(parts.at(-1) ?? "") ?? [];
      const last = { segment: Number(segment), index: Number(index) };
      expect(parts.length, "parts of the last 12 s").toBeGreaterThanOrEqual(12);
      expect(parts).toEqual(
        parts.map((_, i) => {
          const place = last.segment * 4 + last.index - (parts.length - 1 - i);
          return `#EXT-X-PART:DURATION=0.96,URI="${rendition}/${Math.floor(place / 4)}.${place % 4}.m4s",INDEPENDENT=YES`;
        }),
      );

      const dates = [...playlist.matchAll(/^#EXT-X-PROGRAM-DATE-TIME:(.+)$/gm)].map(([, date = ""]) => Date.parse(date));
      expect(dates.length, "one for every segment, the one in progress too").toBe(last.segment - first + 1);
      for (const [i, date] of dates.entries()) expect(date - (dates[0] ?? 0)).toBe(i * 3_840);
      expect(Math.abs(now - (dates.at(-1) ?? 0) - (last.index + 1) * 960), "the last part has only just been made").toBeLessThan(2_500);

      const others = RENDITIONS.filter((other) => other !== rendition);
      expect(lines.filter((line) => line.startsWith("#EXT-X-RENDITION-REPORT"))).toEqual(
        others.map((other) => `#EXT-X-RENDITION-REPORT:URI="${other}.m3u8",LAST-MSN=${last.segment},LAST-PART=${last.index}`),
      );
    },
  );

  test("a segment is its four parts, an update leaves out only what is older than 24 s, and the next part is waited for", async () => {
    const url = await mediaUrl("aac-64k");
    const full = await text(url);
    const folder = url.replace(/\.m3u8$/, "");
    const newest = Number([...full.matchAll(/\/(\d+)\.m4s$/gm)].at(-1)?.[1]);
    const parts = await Promise.all([0, 1, 2, 3].map((index) => bytes(`${folder}/${newest}.${index}.m4s`)));
    expect(Buffer.concat(parts).equals(await bytes(`${folder}/${newest}.m4s`))).toBe(true);

    const [, hint = "", msn = "", part = ""] = /PRELOAD-HINT:TYPE=PART,URI="aac-64k(\/(\d+)\.(\d)\.m4s)"/.exec(full) ?? [];
    const asked = performance.now();
    const [update, next] = await Promise.all([text(`${url}?_HLS_msn=${msn}&_HLS_part=${part}&_HLS_skip=YES`), bytes(`${folder}${hint}`)]);
    expect(performance.now() - asked).toBeLessThan(2_000);
    expect(update).toContain(`URI="aac-64k/${msn}.${part}.m4s",INDEPENDENT=YES`);
    expect(next.length).toBeGreaterThan(1_000);
    const skipped = Number(/^#EXT-X-SKIP:SKIPPED-SEGMENTS=(\d+)$/m.exec(update)?.[1]);
    expect(skipped).toBeGreaterThanOrEqual(3);
    const kept = [...update.matchAll(/^#EXT-X-PROGRAM-DATE-TIME:(.+)$/gm)].map(([, date = ""]) => Date.parse(date));
    expect(Date.now() - (kept[0] ?? 0), "nothing of the last 24 s is left out").toBeGreaterThan(24_000);
  });
});

async function text(url: string): Promise<string> {
  return (await bytes(url)).toString();
}

async function bytes(url: string): Promise<Buffer> {
  const response = await fetch(url);
  expect(response.status, url).toBe(200);
  return Buffer.from(await response.arrayBuffer());
}

/** Where the multivariant playlist says that a rendition's playlist is. */
async function mediaUrl(rendition: string): Promise<string> {
  const uri = (await text(mainUrl())).split("\n").find((line) => line.endsWith(`/${rendition}.m3u8`)) ?? "";
  return new URL(uri, mainUrl()).href;
}

interface Report {
  readonly errors: readonly string[];
  readonly waits: number;
  readonly latencies: readonly number[];
  readonly rates: readonly number[];
  readonly time: number;
  readonly at: number;
  readonly behind: number;
}

interface HlsPage {
  readonly Hls: typeof Hls;
  odeonHls: { hls: Hls; audio: HTMLAudioElement; errors: string[]; waits: number; latencies: number[]; rates: Set<number> };
}

/** Runs in the page: plays and keeps what hls.js says. */
function play(url: string): void {
  const w = window as unknown as HlsPage;
  const audio = document.body.appendChild(document.createElement("audio"));
  const hls = new w.Hls({ lowLatencyMode: true, enableWorker: false });
  const kept: HlsPage["odeonHls"] = { hls, audio, errors: [], waits: 0, latencies: [], rates: new Set() };
  w.odeonHls = kept;
  hls.on(w.Hls.Events.ERROR, (_, error) => kept.errors.push(`${error.fatal ? "fatal " : ""}${error.details}: ${error.error.message}`));
  hls.loadSource(url);
  hls.attachMedia(audio);
  const note = (): void => {
    kept.latencies.push(hls.latency);
    kept.rates.add(audio.playbackRate);
  };
  audio.addEventListener(
    "playing",
    () => {
      audio.addEventListener("waiting", () => {
        kept.waits += 1;
      });
      setInterval(note, 250);
    },
    { once: true },
  );
  void audio.play();
}

function report(page: Page): Promise<Report> {
  return page.evaluate(() => {
    const { hls, audio, errors, waits, latencies, rates } = (window as unknown as HlsPage).odeonHls;
    const now = Date.now();
    const behind = (now - (hls.playingDate?.getTime() ?? 0)) / 1_000;
    return { errors, waits, latencies, rates: [...rates], time: audio.currentTime, at: performance.now() / 1_000, behind };
  });
}
