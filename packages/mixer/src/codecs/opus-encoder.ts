/** libopus as an encoder of 20 ms mono frames. */

import { Encoder } from "@evan/opus";
import { SAMPLE_RATE, TICK_SAMPLES } from "@odeon/core/shared/program";

/** What an encoder is for: the program, or what one speaker hears. */
export interface OpusEncoderOptions {
  /** Bits a second. */
  readonly bitrate: number;
  /** Carry the packet before, for who loses one. */
  readonly fec: boolean;
}

/** Samples by which what is decoded lags what was encoded. */
export const OPUS_LOOKAHEAD = 312;

/** Encodes blocks of 960 samples, full scale ±1. */
export class OpusEncoder {
  readonly #encoder: Encoder;
  readonly #pcm = new Int16Array(TICK_SAMPLES);

  constructor(options: OpusEncoderOptions) {
    this.#encoder = new Encoder({ application: "audio", channels: 1, sample_rate: SAMPLE_RATE });
    this.#encoder.bitrate = options.bitrate;
    this.#encoder.complexity = 5;
    this.#encoder.vbr = true;
    if (options.fec) {
      this.#encoder.inband_fec = true;
      this.#encoder.packet_loss = 10;
    }
  }

  /** Encodes one block; the packet is the caller's. */
  encode(block: Float32Array): Uint8Array {
    for (let i = 0; i < TICK_SAMPLES; i++) this.#pcm[i] = Math.max(-32_768, Math.min(32_767, Math.round((block[i] ?? 0) * 32_767)));
    return Uint8Array.from(this.#encoder.encode(this.#pcm));
  }
}
