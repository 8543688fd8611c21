import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Leveler } from "../loudness/leveler.ts";
import { Loudness } from "../loudness/loudness.ts";
import { Fader } from "./fader.ts";
import { Limiter } from "./limiter.ts";
import { addInto, mixMinus } from "./mix.ts";

const block = (make: (i: number) => number): Float32Array => Float32Array.from({ length: 960 }, (_, i) => make(i));

test("the sum without oneself is the sum of the others", () => {
  fc.assert(
    fc.property(fc.array(fc.float({ min: -1, max: 1, noNaN: true }), { minLength: 3, maxLength: 3 }), ([a = 0, b = 0, c = 0]) => {
      const sum = new Float32Array(4);
      for (const value of [a, b, c]) addInto(sum, new Float32Array(4).fill(value));
      const out = new Float32Array(4);
      mixMinus(out, sum, new Float32Array(4).fill(b));
      expect(out[0]).toBeCloseTo(a + c, 5);
    }),
  );
});

test("two loud speakers never clip, whatever they shout; a quiet one passes unchanged but for the delay", () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ gain: fc.double({ min: 0, max: 4, noNaN: true }), hertz: fc.integer({ min: 40, max: 12_000 }) }), {
        minLength: 2,
        maxLength: 8,
      }),
      (shouts) => {
        const limiter = new Limiter();
        for (const { gain, hertz } of shouts) {
          const shout = block((i) => gain * Math.sign(Math.sin((2 * Math.PI * hertz * i) / 48_000)));
          limiter.process(shout);
          expect(shout.every((sample) => Math.abs(sample) <= 0.9701)).toBe(true);
        }
      },
    ),
  );
  const limiter = new Limiter();
  const quiet = block((i) => 0.5 * Math.sin(i / 20));
  const out = quiet.slice();
  limiter.process(out);
  expect(out.subarray(Limiter.LATENCY)).toEqual(quiet.subarray(0, 960 - Limiter.LATENCY));
});

test("a fader's steps are small: opening and closing takes 10 ms", () => {
  const fader = new Fader();
  const closed = block(() => 1);
  expect(fader.process(closed, false)).toBe(false);
  const opening = block(() => 1);
  fader.process(opening, true);
  expect(opening.every((sample, i) => i === 0 || Math.abs(sample - (opening[i - 1] ?? 0)) < 0.003)).toBe(true);
  expect(opening[959]).toBe(1);
});

test("loudness agrees with FFmpeg's ebur128 within 0.2 LU", () => {
  const log = execFileSync("sh", [
    "-c",
    "ffmpeg -hide_banner -nostats -f lavfi -i 'anoisesrc=d=8:c=pink:a=0.2:r=48000:seed=3' -filter_complex ebur128 -f null - 2>&1",
  ]).toString();
  const judged = Number(/I:\s+(-?[\d.]+) LUFS/.exec(log.slice(log.lastIndexOf("Summary:")))?.[1]);
  const raw = execFileSync("ffmpeg", ["-v", "error", "-f", "lavfi", "-i", "anoisesrc=d=8:c=pink:a=0.2:r=48000:seed=3", "-f", "f32le", "pipe:1"], {
    maxBuffer: 1 << 26,
  });
  const samples = new Float32Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.byteLength));
  const loudness = new Loudness();
  for (let at = 0; at < samples.length; at += 700) loudness.process(samples.subarray(at, at + 700));
  expect(Math.abs(loudness.integrated - judged)).toBeLessThan(0.2);
});

test("a quiet program comes up towards -16 LUFS within 20 s, and silence does not pump", () => {
  const leveler = new Leveler();
  const heard = new Loudness();
  for (let tick = 0; tick < 1_000; tick++) {
    const program = block((i) => 0.08 * Math.sin((2 * Math.PI * 997 * (tick * 960 + i)) / 48_000));
    leveler.process(program);
    if (tick >= 800) heard.process(program);
  }
  expect(Math.abs(heard.integrated + 16)).toBeLessThan(1);
  for (let tick = 0; tick < 500; tick++) leveler.process(new Float32Array(960));
  const next = block((i) => 0.08 * Math.sin((2 * Math.PI * 997 * i) / 48_000));
  leveler.process(next);
  expect(Math.max(...next)).toBeLessThan(0.08 * 4.1);
});
