import { execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PART_SAMPLES, RENDITIONS, TICK_SAMPLES } from "@odeon/core/shared/program";
import { instant } from "@odeon/core/shared/units";
import { parsePart } from "@odeon/wire/mp4/part-frames";
import fc from "fast-check";
import { expect, test } from "vitest";
import { dueTicks, firstWholePart, partOffset } from "./clock.ts";
import { initSegments, makeSilence, Packager } from "./packager.ts";

/** Noise under 6 kHz that repeats for a seed: it tells time to the sample in every codec. */
function noise(count: number): Float32Array {
  let state = 12345;
  let low = 0;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    low += 0.4 * ((state / 2 ** 31 - 1) * 0.5 - low);
    return low;
  });
}

function decode(pieces: readonly Uint8Array[]): Float32Array {
  const file = join(mkdtempSync(join(tmpdir(), "odeon-parts-")), "parts.mp4");
  writeFileSync(file, Buffer.concat(pieces));
  const raw = execFileSync("ffmpeg", ["-v", "error", "-i", file, "-f", "f32le", "-ac", "1", "-ar", "48000", "pipe:1"], { maxBuffer: 1 << 28 });
  return new Float32Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.byteLength));
}

function lagOf(source: Float32Array, decoded: Float32Array, at: number): number {
  let best = 0;
  let most = Number.NEGATIVE_INFINITY;
  for (let lag = -1_200; lag <= 1_200; lag++) {
    let sum = 0;
    for (let i = at; i < at + 9_600; i += 3) sum += (source[i] ?? 0) * (decoded[i + lag] ?? 0);
    if (sum > most) [most, best] = [sum, lag];
  }
  return best;
}

function packAll(packager: Packager, source: Float32Array): readonly (readonly Uint8Array[])[] {
  const parts: (readonly Uint8Array[])[] = [];
  for (let at = 0; at + TICK_SAMPLES <= source.length; at += TICK_SAMPLES) {
    const part = packager.feed(source.slice(at, at + TICK_SAMPLES));
    if (part !== null) parts.push(part.blobs);
  }
  packager.close();
  return parts;
}

test("each rendition decodes, by FFmpeg, to the program at its time: within 1 ms of the source, also after gap parts and new encoders", () => {
  const source = noise(6 * PART_SAMPLES);
  const before = packAll(new Packager(0), source);
  const silence = makeSilence();
  const gap = [before.length, before.length + 1].map(silence);
  const after = packAll(new Packager(before.length + 2), source);
  expect(before.length).toBeGreaterThanOrEqual(5);
  for (const [r, rendition] of RENDITIONS.entries()) {
    const parts = [...before, ...gap, ...after].map((blobs) => blobs[r] ?? new Uint8Array());
    expect(parts.map((part) => parsePart(part).tfdt / PART_SAMPLES)).toEqual(parts.map((_, i) => i));
    const decoded = decode([initSegments()[r] ?? new Uint8Array(), ...parts]);
    expect(Math.abs(decoded.length - parts.length * PART_SAMPLES), `${rendition} has the length of its parts`).toBeLessThanOrEqual(1_024);
    expect(Math.abs(lagOf(source, decoded, 2 * PART_SAMPLES)), `${rendition} lies at its time`).toBeLessThanOrEqual(48);
    const restart = (before.length + 2) * PART_SAMPLES;
    expect(Math.abs(lagOf(source, decoded.subarray(restart), 2 * PART_SAMPLES)), `${rendition} lies at its time after the gap`).toBeLessThanOrEqual(
      48,
    );
    const quiet = decoded.subarray((before.length + 1) * PART_SAMPLES + 4_000, restart - 2_000);
    expect(Math.max(...quiet.map(Math.abs)), `${rendition}'s gap is silent`).toBeLessThan(0.01);
  }
});

test("opus-48k and opus-24k have identical init segments", () => {
  const [a, b] = initSegments();
  expect(a).toEqual(b);
});

test("every tick is made once, however the timer is late, and wall time maps to the first part that can be whole", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 60 }), (pauses) => {
      let now = 1_000;
      let done = 0;
      for (const pause of pauses) {
        now += pause;
        for (let due = dueTicks(instant(1_000), done, instant(now), 12); due > 0; due = dueTicks(instant(1_000), done, instant(now), 12)) {
          expect(due).toBeLessThanOrEqual(12);
          done += due;
        }
        expect(done).toBe(Math.floor((now - 1_000) / 20));
      }
      const part = firstWholePart(7, 500, now);
      expect(500 + partOffset(7, part)).toBeGreaterThanOrEqual(now);
      expect(500 + partOffset(7, part) - now).toBeLessThan(320);
    }),
  );
});
