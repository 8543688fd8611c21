/** FFmpeg's own AAC-LC encoder, frames of 1,024 mono samples at 48 kHz. */

import { SAMPLE_RATE } from "@odeon/core/shared/program";
import { AV_CHANNEL_LAYOUT_MONO, AV_SAMPLE_FMT_FLTP, FF_ENCODER_AAC } from "node-av/constants";
import { Codec, CodecContext, Frame, Packet, Rational } from "node-av/lib";

/** Encodes frames of 1,024 samples, full scale ±1. What is decoded lags by one whole frame. */
export class AacEncoder {
  readonly #context: CodecContext;
  readonly #packet: Packet;
  #pts = 0n;

  /** @param bitrate bits a second */
  constructor(bitrate: number) {
    const codec = Codec.findEncoderByName(FF_ENCODER_AAC);
    if (codec === null) throw new Error("node-av has no AAC encoder");
    const context = new CodecContext();
    context.allocContext3(codec);
    context.sampleRate = SAMPLE_RATE;
    context.sampleFormat = AV_SAMPLE_FMT_FLTP;
    context.channelLayout = AV_CHANNEL_LAYOUT_MONO;
    context.bitRate = BigInt(bitrate);
    context.timeBase = new Rational(1, SAMPLE_RATE);
    // Options before opening: a dictionary passed to open crashes at exit.
    context.setOption("aac_coder", "fast");
    const opened = context.open2Sync(codec, null);
    if (opened < 0) throw new Error(`the AAC encoder does not open (${opened})`);
    this.#context = context;
    this.#packet = new Packet();
    this.#packet.alloc();
  }

  /** Encodes one frame; null while the encoder has nothing to give yet. The packet is the caller's. */
  encode(samples: Float32Array): Uint8Array | null {
    using frame = Frame.fromAudioBuffer(Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength), {
      nbSamples: samples.length,
      format: AV_SAMPLE_FMT_FLTP,
      sampleRate: SAMPLE_RATE,
      channelLayout: AV_CHANNEL_LAYOUT_MONO,
      timeBase: new Rational(1, SAMPLE_RATE),
    });
    frame.pts = this.#pts;
    this.#pts += BigInt(samples.length);
    this.#context.sendFrameSync(frame);
    if (this.#context.receivePacketSync(this.#packet) < 0) return null;
    const bytes = Uint8Array.from(this.#packet.data ?? []);
    this.#packet.unref();
    return bytes;
  }

  close(): void {
    this.#packet.free();
    this.#context.freeContext();
  }
}
