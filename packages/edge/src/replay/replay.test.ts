import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { PART_SAMPLES, RENDITIONS, TICK_SAMPLES } from "@odeon/core/shared/program";
import { MemoryLog } from "@odeon/log/memory/memory-log";
import { encodePartRecord } from "@odeon/log/part-record";
import { initSegments, Packager } from "@odeon/mixer/program/packager";
import { parsePart } from "@odeon/wire/mp4/part-frames";
import fc from "fast-check";
import { afterEach, beforeAll, expect, test } from "vitest";
import { FakeHouse, get, makeMedia, SPACE, type Stand, stand } from "../testing/fake-house.ts";
import { indexRecording } from "./recording.ts";

const RATE = 48_000;
let open: Stand | null = null;
let real: readonly (readonly Uint8Array[])[] = [];
beforeAll(() => {
  const packager = new Packager(0);
  const parts: (readonly Uint8Array[])[] = [];
  // A tone that rises by 50 Hz a second tells which second is heard.
  for (let sample = 0, phase = 0; parts.length < 40; sample += TICK_SAMPLES) {
    const block = Float32Array.from({ length: TICK_SAMPLES }, (_, i) => {
      phase += (2 * Math.PI * (400 + 50 * Math.floor((sample + i) / RATE))) / RATE;
      return 0.3 * Math.sin(phase);
    });
    const part = packager.feed(block);
    if (part !== null) parts.push(part.blobs);
  }
  packager.close();
  real = parts;
});
afterEach(async () => {
  await open?.close();
  open = null;
});

async function ended(parts: number, replay: Parameters<FakeHouse["end"]>[0], house = new FakeHouse()): Promise<Stand> {
  open = await stand({ house });
  await house.parts(parts);
  house.end(replay);
  await open.settle();
  return open;
}

async function realRecording(replay: Parameters<FakeHouse["end"]>[0]): Promise<Stand> {
  const house = new FakeHouse();
  house.useMedia((number) => real[number] ?? []);
  house.inits = initSegments();
  return await ended(40, replay, house);
}

const path = (rest: string): string => `/spaces/${SPACE}/${rest}`;
const code = (text: string): unknown => (JSON.parse(text) as { code: string }).code;
const frames = (number: number): Uint8Array => parsePart(makeMedia(number)[2] ?? new Uint8Array()).data;

function decode(input: string, ...options: string[]): Float32Array {
  const raw = execFileSync("ffmpeg", ["-v", "error", "-xerror", ...options, "-i", input, "-f", "f32le", "-ac", "1", "-ar", "48000", "pipe:1"], {
    maxBuffer: 1 << 28,
  });
  return new Float32Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.byteLength));
}

/** Hertz of the tone in a stretch, by its zero crossings. */
function pitch(samples: Float32Array): number {
  let crossings = 0;
  for (let i = 1; i < samples.length; i++) if ((samples[i - 1] ?? 0) < 0 && (samples[i] ?? 0) >= 0) crossings += 1;
  return (crossings * RATE) / samples.length;
}

test("the file that FFmpeg decodes has the parts' length and every second's tone, and its index stands in front", async () => {
  const { port, house } = await realRecording({ from: 0, to: 40, cuts: [] });
  const got = await get(port, path("replay.m4a"));
  expect(got.status).toBe(200);
  expect(got.headers["content-type"]).toBe("audio/mp4");
  expect(got.headers["content-disposition"]).toContain('filename="An evening.m4a"');
  expect(got.body.indexOf("moov")).toBeLessThan(got.body.indexOf("mdat"));
  const file = join(house.folder, "replay.m4a");
  writeFileSync(file, got.body);
  const samples = decode(file);
  expect(Math.abs(samples.length - 40 * PART_SAMPLES)).toBeLessThan(1_025);
  for (let second = 1; second < 12; second++)
    expect(pitch(samples.subarray(second * RATE + 4_800, (second + 1) * RATE - 4_800))).toBeCloseTo(400 + 50 * second, -1);
  const seeked = decode(file, "-ss", "5.5");
  expect(pitch(seeked.subarray(0, RATE / 4))).toBeCloseTo(650, -1);
});

test("FFmpeg plays the replay's playlists, trimmed and cut, in time and tone", async () => {
  const { url, house } = await realRecording({ from: 4, to: 38, cuts: [{ from: 16, to: 20 }] });
  const main = (await get(Number(new URL(url).port), path("replay/main.m3u8"))).text;
  expect(main.match(/^[^#\n].*$/gm)).toEqual(["aac-64k.m3u8", "opus-48k.m3u8", "opus-24k.m3u8"]);
  for (const rendition of RENDITIONS) {
    const raw = execFileSync("sh", ["-c", `exit 0`]);
    expect(raw.length).toBe(0);
    const { execFile } = await import("node:child_process");
    const bytes = await new Promise<Buffer>((resolve, reject) => {
      execFile(
        "ffmpeg",
        ["-v", "error", "-xerror", "-i", `${url}${path(`replay/${rendition}.m3u8`)}`, "-f", "f32le", "-ac", "1", "-ar", "48000", "pipe:1"],
        { encoding: "buffer", maxBuffer: 1 << 26 },
        (error, stdout) => (error === null ? resolve(stdout) : reject(error)),
      );
    });
    const samples = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
    expect(Math.abs(samples.length - 30 * PART_SAMPLES)).toBeLessThan(2_049);
    // Part 4 begins at 1.28 s; the cut takes 5.12 s to 6.4 s out.
    expect(pitch(samples.subarray(Math.round(0.8 * RATE), Math.round(1.6 * RATE)))).toBeCloseTo(500, -1);
    expect(pitch(samples.subarray(Math.round(4.5 * RATE), Math.round(5.3 * RATE)))).toBeCloseTo(750, -1);
  }
  void house;
});

test("any range of the file is exactly those bytes of it; 206, 416 and If-Range as RFC 9110 has them", async () => {
  const { port } = await ended(300, { from: 3, to: 297, cuts: [{ from: 100, to: 110 }] });
  const whole = await get(port, path("replay.m4a"));
  const wanted = Buffer.concat(
    [...Array(294).keys()]
      .map((i) => i + 3)
      .filter((n) => n < 100 || n >= 110)
      .map(frames),
  );
  expect(whole.body.subarray(whole.body.length - wanted.length)).toEqual(wanted);
  expect(whole.headers["accept-ranges"]).toBe("bytes");
  const size = whole.body.length;
  await fc.assert(
    fc.asyncProperty(fc.nat(size - 1), fc.nat(size), fc.constantFrom("closed", "open", "suffix"), async (a, b, kind) => {
      const [from, to] = [Math.min(a, b), Math.max(a, b)];
      const header = { closed: `bytes=${from}-${to}`, open: `bytes=${from}-`, suffix: `bytes=-${b + 1}` }[kind];
      const part = {
        closed: whole.body.subarray(from, to + 1),
        open: whole.body.subarray(from),
        suffix: whole.body.subarray(Math.max(0, size - b - 1)),
      }[kind];
      const got = await get(port, path("replay.m4a"), { headers: { range: header } });
      expect(got.status).toBe(206);
      expect(got.body.equals(part)).toBe(true);
      const start = size - part.length - (kind === "closed" ? size - Math.min(to + 1, size) : 0);
      expect(got.headers["content-range"]).toBe(`bytes ${start}-${start + part.length - 1}/${size}`);
    }),
    { numRuns: 60 },
  );
  const beyond = await get(port, path("replay.m4a"), { headers: { range: `bytes=${size}-` } });
  expect([beyond.status, code(beyond.text), beyond.headers["content-range"]]).toEqual([416, "range_invalid", `bytes */${size}`]);
  const other = await get(port, path("replay.m4a"), { headers: { range: "bytes=0-9", "if-range": '"another"' } });
  expect([other.status, other.body.length]).toEqual([200, size]);
  const same = await get(port, path("replay.m4a"), { headers: { range: "bytes=0-9", "if-range": whole.headers.etag ?? "" } });
  expect(same.status).toBe(206);
  expect((await get(port, path("replay.m4a"), { headers: { "if-none-match": whole.headers.etag ?? "" } })).status).toBe(304);
  const head = await get(port, path("replay.m4a"), { method: "HEAD" });
  expect([head.status, head.headers["content-length"], head.body.length]).toEqual([200, String(size), 0]);
});

test("segments hold the replay's parts without state; what was cut, and what crosses a cut, is not to be had", async () => {
  const { port } = await ended(40, { from: 2, to: 40, cuts: [{ from: 10, to: 20 }] });
  const segment = await get(port, path("replay/aac-64k/2-10.m4s"));
  expect(segment.body).toEqual(Buffer.concat(Array.from({ length: 8 }, (_, i) => makeMedia(2 + i)[2] ?? new Uint8Array())));
  for (const name of ["0-3", "8-12", "9-20", "12-14", "39-41", "20-40", "5-5", "9-8"]) {
    const got = await get(port, path(`replay/aac-64k/${name}.m4s`));
    expect([name, got.status, code(got.text)]).toEqual([name, 410, "part_gone"]);
  }
  expect((await get(port, path("replay/aac-64k/init.mp4"))).status).toBe(200);
  expect(code((await get(port, path("replay/mp3.m3u8"))).text)).toBe("rendition_unknown");
  expect(code((await get(port, path("replay/aac-64k/x.m4s"))).text)).toBe("route_not_found");
});

test("a replay that is hidden, waits for review, never comes or is not there yet says which", async () => {
  const { house, port } = await ended(20, null);
  const both = async (): Promise<unknown[]> => [
    code((await get(port, path("replay/main.m3u8"))).text),
    code((await get(port, path("replay.m4a"))).text),
  ];
  expect(await both()).toEqual(["replay_hidden", "replay_hidden"]);
  house.become(house.say("ended", { settings: { replay: "after_review" } }));
  await open?.settle();
  expect(await both()).toEqual(["replay_not_ready", "replay_not_ready"]);
  house.become(house.say("ended", { settings: { replay: "never" } }));
  await open?.settle();
  expect(await both()).toEqual(["replay_hidden", "replay_hidden"]);
  house.become(house.say("live"));
  await open?.settle();
  expect(await both()).toEqual(["replay_not_ready", "replay_not_ready"]);
});

test("two hours are indexed in well under a second, and others have their turn meanwhile", async () => {
  const log = new MemoryLog();
  const blobs = makeMedia(5);
  const padding = new Uint8Array(1_500);
  const body = encodePartRecord({
    gap: false,
    level: 1,
    startsAt: 0,
    renditions: { "opus-48k": padding, "opus-24k": padding, "aac-64k": blobs[2] ?? new Uint8Array() },
  });
  await log.append([
    { space: SPACE, epoch: 0, expect: 0, records: Array.from({ length: 22_500 }, (_, part) => ({ kind: "part" as const, part, body })) },
  ]);
  let turns = 0;
  const timer = setInterval(() => {
    turns += 1;
  }, 1);
  const started = performance.now();
  const recording = await indexRecording(log, SPACE, { from: 0, to: 22_500, cuts: [] });
  const took = performance.now() - started;
  clearInterval(timer);
  expect(recording.numbers.length).toBe(22_500);
  expect(turns).toBeGreaterThan(10);
  expect(took).toBeLessThan(3_000);
});
