/**
 * Reads a sound file, whatever FFmpeg decodes, as 20 ms Opus packets: for rehearsals, hold music and tests.
 *
 * A file read this way needs no FFmpeg on the machine: node-av brings its libraries.
 */

import { Encoder as OpusEncoder } from "@evan/opus";
import { Fault } from "@odeon/core/shared/fault";
import { SAMPLE_RATE, TICK_SAMPLES } from "@odeon/core/shared/program";
import { Decoder, Demuxer, FilterAPI } from "node-av/api";
import { AV_LOG_QUIET } from "node-av/constants";
import { Log } from "node-av/lib";

const BITRATE = 64_000;
const BLOCK_BYTES = TICK_SAMPLES * 2;

/**
 * Yields the file's first sound stream as Opus packets of 960 samples at 48 kHz mono; the last is padded with silence.
 *
 * Nothing is read ahead of what is asked for but one decoded frame.
 *
 * @throws Fault `setting_invalid` when the file cannot be opened, has no sound or cannot be decoded
 */
export async function* readOpusPackets(file: string): AsyncGenerator<Uint8Array> {
  const encoder = new OpusEncoder({ application: "audio", channels: 1, sample_rate: SAMPLE_RATE });
  encoder.bitrate = BITRATE;
  encoder.complexity = 5;
  for await (const block of readBlocks(file)) yield encoder.encode(block).slice();
}

async function* readBlocks(file: string): AsyncGenerator<Buffer> {
  Log.setLevel(AV_LOG_QUIET);
  await using input = await open(file);
  const stream = input.audio();
  if (stream === undefined) throw new Fault("setting_invalid", `${file} has no sound`);
  using decoder = await Decoder.create(stream);
  using filter = FilterAPI.create(`aresample=${SAMPLE_RATE},aformat=sample_fmts=s16:channel_layouts=mono`);
  let rest = Buffer.alloc(0);
  for await (const frame of filter.frames(decoder.frames(input.packets(stream.index)))) {
    if (frame === null) continue;
    const plane = frame.data?.[0];
    const bytes = plane === undefined ? Buffer.alloc(0) : Buffer.from(plane.subarray(0, frame.nbSamples * 2));
    frame.free();
    rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    let at = 0;
    for (; rest.length - at >= BLOCK_BYTES; at += BLOCK_BYTES) yield rest.subarray(at, at + BLOCK_BYTES);
    rest = rest.subarray(at);
  }
  if (rest.length > 0) yield Buffer.concat([rest, Buffer.alloc(BLOCK_BYTES - rest.length)]);
}

async function open(file: string): Promise<Demuxer> {
  try {
    return await Demuxer.open(file);
  } catch (cause) {
    throw new Fault("setting_invalid", `${file} cannot be read as sound`, { cause });
  }
}
