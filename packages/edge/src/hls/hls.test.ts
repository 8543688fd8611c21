import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { TICK_SAMPLES } from "@odeon/core/shared/program";
import { initSegments, Packager } from "@odeon/mixer/program/packager";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { FakeHouse, get, makeMedia, SPACE, type Stand, stand, until } from "../testing/fake-house.ts";

const run = promisify(execFile);
const RATE = 48_000;

let real: readonly (readonly Uint8Array[])[] = [];
let open: Stand | null = null;
beforeAll(() => {
  real = makeTone(60);
});
afterEach(async () => {
  await open?.close();
  open = null;
});
afterAll(() => {
  real = [];
});

/** Real parts of a 440 Hz tone. */
function makeTone(count: number): readonly (readonly Uint8Array[])[] {
  const packager = new Packager(0);
  const parts: (readonly Uint8Array[])[] = [];
  for (let sample = 0; parts.length < count; sample += TICK_SAMPLES) {
    const part = packager.feed(Float32Array.from({ length: TICK_SAMPLES }, (_, i) => 0.3 * Math.sin((2 * Math.PI * 440 * (sample + i)) / RATE)));
    if (part !== null) parts.push(part.blobs);
  }
  packager.close();
  return parts;
}

async function onAir(parts: number, house = new FakeHouse()): Promise<Stand> {
  open = await stand({ house });
  await house.parts(parts);
  await open.settle();
  return open;
}

async function playlists(port: number): Promise<readonly string[]> {
  const main = await get(port, `/spaces/${SPACE}/hls/main.m3u8`);
  expect(main.status).toBe(200);
  return main.text.match(/^[^#\n].*$/gm)?.map((uri) => new URL(uri, `http://x/spaces/${SPACE}/hls/main.m3u8`).pathname) ?? [];
}

const code = (text: string): unknown => (JSON.parse(text) as { code: string }).code;

test("main.m3u8 leads by relative addresses under a pass to playlists whose every segment, partial segment and init is there", async () => {
  const { port } = await onAir(100);
  const [aac = "", opus = "", low = ""] = await playlists(port);
  expect([aac, opus, low].map((path) => path.split("/").slice(-2).join("/"))).toEqual(["hls/aac-64k.m3u8", "hls/opus-48k.m3u8", "hls/opus-24k.m3u8"]);
  for (const [path, rendition] of [
    [aac, 2],
    [opus, 0],
  ] as const) {
    const playlist = await get(port, path);
    expect(playlist.headers["content-type"]).toBe("application/vnd.apple.mpegurl");
    const uris = [...playlist.text.matchAll(/URI="([^"]+\.(?:m4s|mp4))"|^([^#\n]+)$/gm)]
      .map((match) => match[1] ?? match[2] ?? "")
      .filter((uri) => !playlist.text.includes(`PRELOAD-HINT:TYPE=PART,URI="${uri}"`));
    expect(uris.length).toBeGreaterThan(15);
    const folder = path.slice(0, path.lastIndexOf("/") + 1);
    for (const uri of uris) {
      const got = await get(port, `${folder}${uri}`);
      expect(got.status).toBe(200);
      expect(got.headers["cache-control"]).toContain("immutable");
      const [segment, partial] = /(\d+)(?:\.(\d))?\.m4s/.exec(uri)?.slice(1).map(Number) ?? [];
      if (segment === undefined) continue;
      const first = segment * 12 + (Number.isNaN(partial) ? 0 : (partial ?? 0) * 3);
      const parts = Array.from({ length: Number.isNaN(partial) ? 12 : 3 }, (_, i) => Buffer.from(makeMedia(first + i)[rendition] ?? []));
      // State may lie before each part; the sound is exactly these parts.
      let at = 0;
      for (const part of parts) {
        at = got.body.indexOf(part, at);
        expect(at).toBeGreaterThanOrEqual(0);
        at += part.length;
      }
      expect(at).toBe(got.body.length);
    }
  }
});

test("6.2.5.2: a reload is held until its part is there, and refused when it asks too far ahead", async () => {
  const { house, port } = await onAir(30);
  const [aac = ""] = await playlists(port);
  const held = get(port, `${aac}?_HLS_msn=2&_HLS_part=2`);
  await house.parts(3);
  expect((await held).text).toContain("2.2.m4s");
  for (const bad of ["_HLS_msn=9", "_HLS_msn=3&_HLS_part=3", "_HLS_part=1", "_HLS_msn=x", "_HLS_msn=-1", "_HLS_skip=NO"]) {
    const got = await get(port, `${aac}?${bad}`);
    expect([got.status, code(got.text)]).toEqual([400, "query_invalid"]);
  }
  const end = get(port, `${aac}?_HLS_msn=3`);
  await until(async () => (await get(port, aac)).text.includes("2.2.m4s"));
  house.end();
  expect((await end).text).toContain("#EXT-X-ENDLIST");
});

test("6.2.5.1: a delta update is given where the client asks for it", async () => {
  const { port } = await onAir(200);
  const [aac = ""] = await playlists(port);
  expect((await get(port, `${aac}?_HLS_skip=YES`)).text).toContain("#EXT-X-SKIP:SKIPPED-SEGMENTS=");
  expect((await get(port, aac)).text).not.toContain("#EXT-X-SKIP");
});

test("a hinted partial segment is waited for; what is not due, unknown or malformed is refused with its code", async () => {
  const { house, port } = await onAir(30);
  const [aac = ""] = await playlists(port);
  const folder = aac.replace(/\.m3u8$/, "");
  const hinted = get(port, `${folder}/2.2.m4s`);
  const whole = get(port, `${folder}/2.m4s`);
  await house.parts(6);
  expect((await hinted).body.includes(Buffer.from(makeMedia(32)[2] ?? []))).toBe(true);
  expect((await whole).body.includes(Buffer.from(makeMedia(35)[2] ?? []))).toBe(true);
  const refused = async (path: string): Promise<unknown> => code((await get(port, path)).text);
  expect(await refused(`${folder}/9.m4s`)).toBe("part_too_early");
  expect(await refused(`${folder}/3.1.m4s`)).toBe("part_too_early");
  expect(await refused(`${folder}/x.m4s`)).toBe("route_not_found");
  expect(await refused(aac.replace("aac-64k", "mp3"))).toBe("rendition_unknown");
  expect(await refused(aac.replace(/\/p\/[^/]+/, "/p/forged"))).toBe("pass_unknown");
});

test("the first playlist of a Space that has just begun waits for one whole segment", async () => {
  const { house, port } = await onAir(1);
  const [aac = ""] = await playlists(port);
  const first = get(port, aac);
  await house.parts(11);
  expect((await first).text).toContain("aac-64k/0.m4s");
});

test("ffmpeg plays the live playlists to their end, in every rendition", async () => {
  const house = new FakeHouse();
  house.useMedia((number) => real[number] ?? []);
  house.inits = initSegments();
  const { port, url } = await onAir(40, house);
  const main = `${url}/spaces/${SPACE}/hls/main.m3u8`;
  const { stdout } = await run("ffprobe", ["-v", "error", "-show_entries", "stream=codec_name", "-of", "csv=p=0", main], { timeout: 15_000 });
  expect(stdout.split("\n")[0]).toBe("aac");
  const decodes = (await playlists(port)).map((path) =>
    run("ffmpeg", ["-v", "error", "-live_start_index", "0", "-i", `${url}${path}`, "-f", "f32le", "-ac", "1", "-ar", "48000", "pipe:1"], {
      encoding: "buffer",
      maxBuffer: 1 << 26,
      timeout: 15_000,
    }),
  );
  await house.parts(20);
  house.end();
  for (const { stdout: bytes, stderr } of await Promise.all(decodes)) {
    expect(stderr.toString()).toBe("");
    const samples = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
    expect(Math.abs(samples.length / RATE - 60 * 0.32)).toBeLessThan(0.05);
    expect(Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length)).toBeCloseTo(0.212, 1);
  }
});

test("parts by number: any that exists, waiting for the next, each refusal with its code", async () => {
  const { house, port } = await onAir(400);
  const { pass } = JSON.parse((await get(port, `/api/v1/spaces/${SPACE}/tickets`, { method: "POST" })).text) as { pass: string };
  const path = (number: number | string, rendition = "opus-24k"): string => `/spaces/${SPACE}/p/${pass}/parts/${rendition}/${number}`;
  for (const number of [0, 50, 68, 399]) {
    const got = await get(port, path(number));
    expect(got.status).toBe(200);
    expect(got.body.includes(Buffer.from(makeMedia(number)[1] ?? []))).toBe(true);
    expect(got.headers["cache-control"]).toContain("immutable");
  }
  expect((await get(port, path("init.mp4"))).body).toEqual(Buffer.from(house.inits[1] ?? []));
  const waiting = get(port, path(400));
  const further = get(port, path(401));
  await house.parts(2);
  expect((await waiting).body.includes(Buffer.from(makeMedia(400)[1] ?? []))).toBe(true);
  expect((await further).body.includes(Buffer.from(makeMedia(401)[1] ?? []))).toBe(true);
  const early = await get(port, path(500));
  expect([early.status, code(early.text), early.headers["retry-after"]]).toEqual([404, "part_too_early", "1"]);
  expect(code((await get(port, path("1x"))).text)).toBe("query_invalid");
  expect(code((await get(port, path(1, "mp3"))).text)).toBe("rendition_unknown");
  expect(code((await get(port, path(1).replace(pass, "x"))).text)).toBe("pass_unknown");
  const head = await get(port, path(3), { method: "HEAD" });
  expect([head.status, head.body.length]).toEqual([200, 0]);
  const last = get(port, path(402));
  await until(async () => (await get(port, path(401))).status === 200);
  house.end();
  expect(code((await last).text)).toBe("space_ended");
});

test("what a host has cut or hidden is gone from the live addresses at once", async () => {
  const { house, port } = await onAir(100);
  const { pass } = JSON.parse((await get(port, `/api/v1/spaces/${SPACE}/tickets`, { method: "POST" })).text) as { pass: string };
  const status = async (number: number): Promise<number> => (await get(port, `/spaces/${SPACE}/p/${pass}/parts/aac-64k/${number}`)).status;
  house.end({ from: 0, to: 100, cuts: [{ from: 40, to: 60 }] });
  await open?.settle();
  expect([await status(39), await status(40), await status(59), await status(60)]).toEqual([200, 410, 410, 200]);
  house.become({ ...house.message, replay: null });
  await open?.settle();
  expect(await status(60)).toBe(410);
});
