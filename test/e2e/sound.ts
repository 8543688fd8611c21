/** Sounds for tests, and judges of what is heard. */

import { execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const RATE = 48_000;

/** Writes a WAV of a steady tone, 48 kHz mono 16 bit; returns its path. */
export function toneFile(hertz: number, seconds = 10, amplitude = 0.25): string {
  return wavFile(
    Float32Array.from({ length: seconds * RATE }, (_, i) => amplitude * Math.sin((2 * Math.PI * hertz * i) / RATE)),
    `tone-${hertz}`,
  );
}

/** Writes samples (full scale ±1, 48 kHz mono) as a WAV; returns its path. */
export function wavFile(samples: Float32Array, name: string): string {
  const data = Buffer.alloc(44 + samples.length * 2);
  data.write("RIFF", 0);
  data.writeUInt32LE(36 + samples.length * 2, 4);
  data.write("WAVEfmt ", 8);
  data.writeUInt32LE(16, 16);
  data.writeUInt16LE(1, 20);
  data.writeUInt16LE(1, 22);
  data.writeUInt32LE(RATE, 24);
  data.writeUInt32LE(RATE * 2, 28);
  data.writeUInt16LE(2, 32);
  data.writeUInt16LE(16, 34);
  data.write("data", 36);
  data.writeUInt32LE(samples.length * 2, 40);
  for (const [i, sample] of samples.entries()) data.writeInt16LE(Math.round(Math.max(-1, Math.min(1, sample)) * 32_767), 44 + 2 * i);
  const file = join(mkdtempSync(join(tmpdir(), "odeon-sound-")), `${name}.wav`);
  writeFileSync(file, data);
  return file;
}

/** Decodes anything with FFmpeg to 48 kHz mono floats. */
export function decode(input: string, ...options: string[]): Float32Array {
  const raw = execFileSync("ffmpeg", ["-v", "error", ...options, "-i", input, "-f", "f32le", "-ac", "1", "-ar", String(RATE), "pipe:1"], {
    maxBuffer: 1 << 30,
  });
  return new Float32Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.byteLength));
}

/** Samples of one window: 0.1 s, wide enough that a microphone's clock being followed does not hide its tone. */
const WINDOW = 4_800;

/** Amplitude of one frequency (within about 20 Hz) in `samples`, full scale 1: the mean over Hann windows of 0.1 s. */
export function amplitudeAt(samples: Float32Array, hertz: number, rate = RATE): number {
  const count = Math.floor(samples.length / WINDOW);
  let sum = 0;
  for (let i = 0; i < count; i++) sum += windowAmplitude(samples.subarray(i * WINDOW, (i + 1) * WINDOW), hertz, rate);
  return count === 0 ? 0 : sum / count;
}

function windowAmplitude(samples: Float32Array, hertz: number, rate: number): number {
  let re = 0;
  let im = 0;
  let weight = 0;
  for (const [i, sample] of samples.entries()) {
    const window = 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / samples.length);
    re += sample * window * Math.cos((2 * Math.PI * hertz * i) / rate);
    im -= sample * window * Math.sin((2 * Math.PI * hertz * i) / rate);
    weight += window;
  }
  return weight === 0 ? 0 : (2 * Math.hypot(re, im)) / weight;
}
