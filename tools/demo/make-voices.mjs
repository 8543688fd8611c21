#!/usr/bin/env node
/**
 * Makes the demonstration's two voices from `script.txt`: one Ogg Opus file a speaker, of equal length, each silent while the other talks.
 *
 * Needs espeak-ng and ffmpeg; run by hand when the script changes: `node tools/demo/make-voices.mjs`.
 */

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const HERE = dirname(fileURLToPath(import.meta.url));
const OUT = join(HERE, "../../apps/odeon/src/serve/demo");
const VOICES = {
  A: { name: "ada", voice: "en-gb+f3", speed: "158", pitch: "52" },
  T: { name: "tomas", voice: "en-us+m3", speed: "150", pitch: "38" },
};
const RATE = 48_000;
const PAUSE = Math.round(0.7 * RATE);

const folder = mkdtempSync(join(tmpdir(), "odeon-demo-"));
try {
  const lines = readFileSync(join(HERE, "script.txt"), "utf8")
    .trim()
    .split("\n")
    .map((line) => ({ who: line[0], text: line.slice(3) }));
  const spoken = lines.map(({ who, text }) => ({ who, samples: say(VOICES[who], text) }));
  const total = spoken.reduce((sum, { samples }) => sum + samples.length + PAUSE, 0);
  for (const who of Object.keys(VOICES)) encode(VOICES[who].name, track(spoken, who, total));
  process.stdout.write(`${(total / RATE).toFixed(0)} s of conversation\n`);
} finally {
  rmSync(folder, { recursive: true });
}

function say({ voice, speed, pitch }, text) {
  const wav = join(folder, "line.wav");
  const raw = join(folder, "line.raw");
  execFileSync("espeak-ng", ["-v", voice, "-s", speed, "-p", pitch, "-w", wav, text]);
  execFileSync("ffmpeg", [
    "-v",
    "error",
    "-y",
    "-i",
    wav,
    "-af",
    "loudnorm=I=-18:TP=-3,highpass=f=70",
    "-ar",
    String(RATE),
    "-ac",
    "1",
    "-f",
    "s16le",
    raw,
  ]);
  const bytes = readFileSync(raw);
  return new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

function track(spoken, who, total) {
  const out = new Int16Array(total);
  let at = 0;
  for (const line of spoken) {
    if (line.who === who) out.set(line.samples, at);
    at += line.samples.length + PAUSE;
  }
  return out;
}

function encode(name, samples) {
  const raw = join(folder, `${name}.raw`);
  writeFileSync(raw, Buffer.from(samples.buffer));
  const args = [
    "-f",
    "s16le",
    "-ar",
    String(RATE),
    "-ac",
    "1",
    "-i",
    raw,
    "-c:a",
    "libopus",
    "-b:a",
    "24k",
    "-application",
    "voip",
    "-frame_duration",
    "20",
    "-bitexact",
    "-map_metadata",
    "-1",
  ];
  execFileSync("ffmpeg", ["-v", "error", "-y", ...args, join(OUT, `${name}.ogg`)]);
}
