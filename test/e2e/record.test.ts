/** One conversation over the real stage, judged by FFmpeg: what is streamed, what is recorded, and what a crash leaves. */

import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { PublicSpace } from "@odeon/wire/state";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Created, Product } from "./product.ts";
import { amplitudeAt, decode, toneFile } from "./sound.ts";
import { Speaker, until } from "./speakers.ts";

const RATE = 48_000;

let product: Product;
beforeAll(async () => {
  product = await Product.start();
});
afterAll(() => product.close());

async function goLive(hostTone: number): Promise<{ readonly created: Created; readonly host: Speaker }> {
  const created = await product.space();
  const host = new Speaker(toneFile(hostTone, 20), created.links.host, "--name", "Host", "--loop");
  await until("the host is on stage", async () => (await state(created)).state.stage.length === 1, 20).catch((error: unknown) => {
    throw new Error(`${String(error)}\n${host.output}`);
  });
  await product.call("POST", `/api/v1/spaces/${created.space.id}/live`, {}, created.tokens.host);
  return { created, host };
}

const state = (created: Created): Promise<PublicSpace> => product.call<PublicSpace>("GET", `/api/v1/spaces/${created.space.id}`);

/** Ends the Space and waits for its replay; gives the milliseconds from the end of the undo to the replay. */
async function endSpace(created: Created): Promise<number> {
  await product.call("POST", `/api/v1/spaces/${created.space.id}/end`, {}, created.tokens.host);
  const ended = await until("the Space has ended", async () => ((await state(created)).life === "ended" ? Date.now() : null), 30);
  const ready = await until(
    "the replay is there",
    async () => ((await fetch(`${product.url}/spaces/${created.space.id}/replay/main.m3u8`)).ok ? Date.now() : null),
    10,
  );
  return ready - ended;
}

describe("a conversation of two tones", () => {
  test("what is streamed, and the replay as FFmpeg decodes it, hold both tones, each where it was spoken", async () => {
    const { created, host } = await goLive(440);
    const id = created.space.id;
    const streamed = `${product.url}/spaces/${id}/live.mp4?rendition=opus-48k`;
    const alone = decode(streamed, "-t", "3");
    expect(amplitudeAt(alone.subarray(-2 * RATE), 440)).toBeGreaterThan(0.02);
    expect(amplitudeAt(alone.subarray(-2 * RATE), 1000)).toBeLessThan(0.002);

    const guest = new Speaker(toneFile(1000, 20), created.links.speaker, "--name", "Guest", "--loop");
    const desk = await until("the guest knocks", () => participant(created, "Guest"), 20);
    expect(amplitudeAt(decode(streamed, "-t", "2"), 1000), "nothing from the green room is heard").toBeLessThan(0.002);
    await product.call("POST", `/api/v1/spaces/${id}/admit`, { participant: desk }, created.tokens.host);
    await until("the guest is on stage", async () => (await state(created)).state.stage.length === 2, 20);
    const both = await until("both are heard", () => {
      const last = decode(streamed, "-t", "2.5").subarray(-RATE);
      return amplitudeAt(last, 440) > 0.02 && amplitudeAt(last, 1000) > 0.02 ? last : null;
    });
    expect(Math.max(...both)).toBeLessThanOrEqual(1);

    expect(await endSpace(created)).toBeLessThan(1_000);
    host.kill();
    guest.kill();

    const after = await state(created);
    const replay = decode(`${product.url}/spaces/${id}/replay.m4a`);
    expect(Math.abs(replay.length / RATE - (after.duration ?? 0) / 1000), "duration within 50 ms").toBeLessThan(0.05);
    expect(amplitudeAt(replay.subarray(RATE, 3 * RATE), 440)).toBeGreaterThan(0.02);
    expect(amplitudeAt(replay.subarray(RATE, 3 * RATE), 1000)).toBeLessThan(0.002);
    const hls = decode(`${product.url}/spaces/${id}/replay/main.m3u8`);
    expect(Math.abs(hls.length - replay.length) / RATE).toBeLessThan(0.1);
    const seeked = decode(`${product.url}/spaces/${id}/replay.m4a`, "-ss", "2");
    expect(Math.abs(seeked.length - (replay.length - 2 * RATE))).toBeLessThan(2 * 1024);
  });

  test.each(["stage", "mixer", "house", "edge-0"])(
    "kill -9 of %s while live: the sound comes back by itself and the recording goes on",
    async (victim) => {
      const { created, host } = await goLive(660);
      const id = created.space.id;
      await until("it is heard", () => amplitudeAt(decode(`${product.url}/spaces/${id}/live.mp4`, "-t", "2").subarray(-RATE), 660) > 0.02);
      await product.kill(victim);
      await until(
        `it is heard again after ${victim}`,
        () => amplitudeAt(decode(`${product.url}/spaces/${id}/live.mp4`, "-t", "2").subarray(-RATE), 660) > 0.02,
        30,
      ).catch((error: unknown) => {
        throw new Error(`${String(error)}\n${product.output}\n${host.output}`);
      });
      await endSpace(created);
      host.kill();
      const { gaps } = await state(created);
      const lost = gaps.reduce((sum, gap) => sum + gap.to - gap.from, 0);
      if (victim === "mixer") expect(lost).toBeGreaterThan(0);
      expect(lost, `seconds of gap after ${victim}`).toBeLessThanOrEqual(victim === "mixer" ? 1.7 : 0);
    },
  );

  test("kill -9 of everything and a new start: the same Space goes on, the gap is marked, nothing confirmed is lost", async () => {
    const { created, host } = await goLive(880);
    const id = created.space.id;
    await until("it is heard", () => amplitudeAt(decode(`${product.url}/spaces/${id}/live.mp4`, "-t", "2").subarray(-RATE), 880) > 0.02);
    await product.killAll();
    await product.launch();
    await until("it is heard again", () => amplitudeAt(decode(`${product.url}/spaces/${id}/live.mp4`, "-t", "2").subarray(-RATE), 880) > 0.02, 30);
    await endSpace(created);
    host.kill();
    const after = await state(created);
    expect(after.gaps.length).toBe(1);
    const gap = after.gaps[0] ?? { from: 0, to: 0 };
    const replay = decode(`${product.url}/spaces/${id}/replay.m4a`);
    expect(amplitudeAt(replay.subarray(0, Math.floor(gap.from * RATE)), 880)).toBeGreaterThan(0.01);
    expect(
      amplitudeAt(replay.subarray(Math.ceil((gap.from + 0.1) * RATE), Math.floor((gap.to - 0.1) * RATE)), 880),
      "the gap is silent",
    ).toBeLessThan(0.001);
  });
});

test("all renditions, decoded by FFmpeg, lie within 1 ms of each other", async () => {
  const { created, host } = await goLive(500);
  const base = `${product.url}/spaces/${created.space.id}/live.mp4`;
  // A tone tells time only within its period: the guest is noise.
  const noise = join(product.data, "noise.wav");
  execFileSync("ffmpeg", ["-v", "error", "-y", "-f", "lavfi", "-i", "anoisesrc=d=20:c=pink:a=0.3:r=48000:seed=7", noise]);
  const guest = new Speaker(noise, created.links.host, "--name", "Noise", "--loop");
  await until("two are on stage", async () => (await state(created)).state.stage.length === 2, 20);
  const number = await until("parts of noise are there", async () => {
    const { part } = (await state(created)).state;
    return part > 20 ? part : null;
  });
  await until("twenty parts later", async () => (await state(created)).state.part > number + 25, 30);
  const decoded = await Promise.all(
    ["opus-48k", "opus-24k", "aac-64k"].map(async (rendition) => {
      const response = await fetch(`${base}?rendition=${rendition}&from=${number}`);
      const reader = response.body?.getReader();
      const chunks: Buffer[] = [];
      for (let size = 0; size < 30_000; ) {
        const { value } = (await reader?.read()) ?? {};
        if (value === undefined) break;
        chunks.push(Buffer.from(value));
        size += value.length;
      }
      await reader?.cancel();
      const file = join(product.data, `${rendition}.mp4`);
      writeFileSync(file, Buffer.concat(chunks));
      return decode(file);
    }),
  );
  const [first = new Float32Array(), ...others] = decoded;
  for (const other of others) expect(Math.abs(bestLag(first, other, RATE / 2, RATE, 2_400))).toBeLessThanOrEqual(48);
  host.kill();
  guest.kill();
});

/** The shift in samples at which `b` looks most like `a`, within ±`most`. */
function bestLag(a: Float32Array, b: Float32Array, from: number, length: number, most: number): number {
  let best = 0;
  let bestSum = Number.NEGATIVE_INFINITY;
  for (let lag = -most; lag <= most; lag++) {
    let sum = 0;
    for (let i = from; i < from + length; i += 7) sum += (a[i] ?? 0) * (b[i + lag] ?? 0);
    if (sum > bestSum) {
      bestSum = sum;
      best = lag;
    }
  }
  return best;
}

/** The id of the person with this name, as the host's desk shows it. */
async function participant(created: Created, name: string): Promise<string | null> {
  const response = await product.fetch("GET", `/api/v1/spaces/${created.space.id}/events`, undefined, created.tokens.host);
  const reader = response.body?.getReader();
  let text = "";
  while (!/\ndata: .*\n/.test(`\n${text}`)) {
    const { value, done } = (await reader?.read()) ?? { done: true, value: undefined };
    if (done === true || value === undefined) break;
    text += Buffer.from(value).toString();
  }
  await reader?.cancel();
  const data = /data: (.*)/.exec(text)?.[1];
  if (data === undefined) return null;
  const desk = JSON.parse(data) as { readonly people: readonly { readonly id: string; readonly name: string; readonly connection: string }[] };
  return desk.people.find((person) => person.name === name && person.connection === "connected")?.id ?? null;
}
