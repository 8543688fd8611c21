/**
 * libopus as a decoder with in-band FEC and concealment, from the WebAssembly that @evan/opus ships.
 *
 * Its own wrapper exposes neither, so the module is loaded directly: `opus_decode(state, data, length, pcm, samples, fec)`.
 */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { OpusDecoder } from "@odeon/media/jitter/playout";

interface Exports {
  readonly memory: WebAssembly.Memory;
  readonly _initialize: () => void;
  readonly malloc: (bytes: number) => number;
  readonly free: (at: number) => void;
  readonly opus_decoder_get_size: (channels: number) => number;
  readonly opus_decoder_init: (state: number, rate: number, channels: number) => number;
  readonly opus_decode: (state: number, data: number, length: number, pcm: number, samples: number, fec: number) => number;
  readonly opus_decoder_ctl_get: (state: number, request: number) => number;
}

const RATE = 48_000;
const MOST_SAMPLES = 5_760;
const MOST_BYTES = 1_500;
const SCALE = 1 / 32_768;

const opus = load();
const packetAt = opus.malloc(MOST_BYTES);
const pcmAt = opus.malloc(MOST_SAMPLES * 2);

/** Decodes one speaker; all of a process's decoders share one module. `close` gives its memory back. */
export class LibOpusDecoder implements OpusDecoder {
  readonly #state: number;

  constructor() {
    this.#state = opus.malloc(opus.opus_decoder_get_size(1));
    this.reset();
  }

  decode(payload: Uint8Array, out: Float32Array): number {
    return this.#run(payload, out, MOST_SAMPLES, 0);
  }

  fec(payload: Uint8Array, out: Float32Array, samples: number): number {
    return this.#run(payload, out, samples, 1);
  }

  conceal(out: Float32Array, samples: number): number {
    return this.#run(null, out, samples, 0);
  }

  reset(): void {
    opus.opus_decoder_init(this.#state, RATE, 1);
  }

  close(): void {
    opus.free(this.#state);
  }

  #run(payload: Uint8Array | null, out: Float32Array, samples: number, fec: number): number {
    const length = payload?.length ?? 0;
    if (length > MOST_BYTES) return 0;
    if (payload !== null) new Uint8Array(opus.memory.buffer, packetAt, length).set(payload);
    const count = opus.opus_decode(this.#state, payload === null ? 0 : packetAt, length, pcmAt, samples, fec);
    if (count <= 0) return 0;
    const pcm = new Int16Array(opus.memory.buffer, pcmAt, count);
    for (let i = 0; i < count; i++) out[i] = (pcm[i] ?? 0) * SCALE;
    return count;
  }
}

function load(): Exports {
  const path = createRequire(import.meta.url).resolve("@evan/opus/wasm/simd.wasm");
  const module = new WebAssembly.Module(readFileSync(path));
  const nothing = (): number => 0;
  const imports: Record<string, Record<string, () => number>> = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    imports[from] ??= {};
    imports[from][name] = nothing;
  }
  const instance = new WebAssembly.Instance(module, imports);
  const exports = instance.exports as unknown as Exports;
  exports._initialize();
  return exports;
}
