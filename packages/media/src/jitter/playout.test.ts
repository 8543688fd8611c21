import { Fault } from "@odeon/core/shared/fault";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readOpusPacket } from "../rtp/opus-packet.ts";
import { parseRtp, type RtpPacket, unwrap, writeRtp } from "../rtp/packet.ts";
import { type OpusDecoder, Playout } from "./playout.ts";

const HERTZ = 300;
/** A CELT packet of one 20 ms frame whose body says which sample it begins with. */
function packet(index: number, options: { readonly sequence?: number; readonly timestamp?: number } = {}): RtpPacket {
  const payload = new Uint8Array(9);
  payload[0] = 31 << 3;
  new DataView(payload.buffer).setFloat64(1, index * 960);
  return {
    payloadType: 111,
    sequence: (options.sequence ?? index) & 0xffff,
    timestamp: (options.timestamp ?? index * 960) >>> 0,
    ssrc: 1,
    marker: false,
    payload,
  };
}

/** Decodes to a sine of the packet's own time; conceals by going on with it. */
class SineDecoder implements OpusDecoder {
  #at = 0;
  decode(payload: Uint8Array, out: Float32Array): number {
    this.#at = new DataView(payload.buffer, payload.byteOffset).getFloat64(1);
    return this.conceal(out, 960);
  }
  fec(_: Uint8Array, out: Float32Array, samples: number): number {
    return this.conceal(out, samples);
  }
  conceal(out: Float32Array, samples: number): number {
    for (let i = 0; i < samples; i++) out[i] = 0.5 * Math.sin((2 * Math.PI * HERTZ * (this.#at + i)) / 48_000);
    this.#at += samples;
    return samples;
  }
  reset(): void {
    this.#at = 0;
  }
}

/** The largest jump in the slope between samples; a click is one over about 0.1. */
function roughness(block: Float32Array, last: readonly [number, number]): number {
  let [a, b] = last;
  let most = 0;
  for (const c of block) {
    most = Math.max(most, Math.abs(c - 2 * b + a));
    [a, b] = [b, c];
  }
  return most;
}

describe("a microphone's clock", () => {
  test.each([200, -200])(
    "of %d ppm is followed for two hours: the depth stays, nothing clicks, nothing is concealed",
    (ppm) => {
      const playout = new Playout(new SineDecoder());
      const out = new Float32Array(960);
      const interval = 20 / (1 + ppm / 1e6);
      const depths: number[] = [];
      let sent = 0;
      let worst = 0;
      let silent = 0;
      let last: [number, number] = [0, 0];
      for (let tick = 0; tick < 2 * 3_600 * 50; tick++) {
        for (; sent * interval <= tick * 20; sent++) playout.push(packet(sent), sent * interval + ((sent * 7919) % 5));
        // Two hours of blocks are pushed and read; every hundredth is looked at closely.
        const heard = playout.read(out);
        if (tick > 500 && !heard) silent += 1;
        if (tick > 500 && tick % 50 < 2) worst = Math.max(worst, tick % 50 === 1 ? roughness(out, last) : 0);
        last = [out[958] ?? 0, out[959] ?? 0];
        if (tick > 3_000 && tick % 15_000 === 0) depths.push(playout.stats().depthMs);
      }
      expect(Math.max(...depths) - Math.min(...depths)).toBeLessThan(8);
      expect(silent).toBe(0);
      expect(worst).toBeLessThan(0.01);
      expect(playout.stats().loss).toBe(0);
    },
    240_000,
  );
});

describe("whatever the network does", () => {
  test("any loss, reorder, duplicate and wrap: every read gives 20 ms, bounded and without a click", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 65_535 }),
        fc.integer({ min: 0, max: 2 ** 32 - 1 }),
        fc.array(fc.record({ lost: fc.integer({ min: 0, max: 9 }), delay: fc.integer({ min: 0, max: 90 }), twice: fc.boolean() }), {
          minLength: 30,
          maxLength: 120,
        }),
        (sequence, timestamp, fates) => {
          const playout = new Playout(new SineDecoder());
          const out = new Float32Array(960);
          const arrivals = fates.flatMap(({ lost, delay, twice }, i) => {
            if (lost === 0) return [];
            const one = { at: i * 20 + delay, packet: packet(i, { sequence: sequence + i, timestamp: timestamp + i * 960 }) };
            return twice ? [one, { ...one, at: one.at + 15 }] : [one];
          });
          arrivals.sort((a, b) => a.at - b.at);
          let next = 0;
          for (let tick = 0; tick < fates.length + 20; tick++) {
            for (; next < arrivals.length && (arrivals[next]?.at ?? 0) <= tick * 20; next++) {
              const arrival = arrivals[next];
              if (arrival !== undefined) playout.push(arrival.packet, arrival.at);
            }
            playout.read(out);
            expect(out.every((sample) => Math.abs(sample) <= 0.6)).toBe(true);
          }
          expect(playout.stats().depthMs).toBeLessThan(700);
        },
      ),
      { numRuns: 60 },
    );
  });

  test("a minute of nothing is silence, and what comes after it is heard at once", () => {
    const playout = new Playout(new SineDecoder());
    const out = new Float32Array(960);
    const tick = (n: number, send: boolean): boolean => {
      if (send) playout.push(packet(n), n * 20);
      return playout.read(out);
    };
    for (let n = 0; n < 100; n++) tick(n, true);
    let heard = 0;
    for (let n = 100; n < 3_100; n++) heard += tick(n, false) ? 1 : 0;
    expect(heard).toBeLessThan(15);
    expect(Math.max(...out.map(Math.abs))).toBe(0);
    const back = Array.from({ length: 10 }, (_, i) => tick(3_100 + i, true));
    expect(back.lastIndexOf(false)).toBeLessThan(4);
  });

  test("DTX, a jump in time without a hole in the numbers, is silence and not loss", () => {
    const playout = new Playout(new SineDecoder());
    const out = new Float32Array(960);
    let sequence = 0;
    for (let n = 0; n < 600; n++) {
      const talking = n % 100 < 50 || n % 20 === 0;
      if (talking) playout.push(packet(n, { sequence: sequence++ }), n * 20);
      playout.read(out);
    }
    expect(playout.stats().loss).toBeLessThan(0.08);
  });

  test("another source (a new SSRC) is taken at once", () => {
    const playout = new Playout(new SineDecoder());
    const out = new Float32Array(960);
    for (let n = 0; n < 50; n++) {
      playout.push(packet(n), n * 20);
      playout.read(out);
    }
    const heard = Array.from({ length: 20 }, (_, i) => {
      playout.push({ ...packet(i), ssrc: 2 }, 1_000 + i * 20);
      return playout.read(out);
    });
    expect(heard.lastIndexOf(false)).toBeLessThan(5);
  });
});

describe("bytes from the network", () => {
  test("arbitrary ones are refused with a Fault, or read; what is written is read back", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.nat(127), fc.nat(65_535), fc.nat(2 ** 32 - 1), (bytes, payloadType, sequence, timestamp) => {
        try {
          parseRtp(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(Fault);
        }
        const written = { payloadType, sequence, timestamp, ssrc: 7, marker: true, payload: bytes };
        expect(parseRtp(writeRtp(written))).toEqual(written);
        const opus = readOpusPacket(bytes);
        if (opus !== null) expect(opus.samples).toBeLessThanOrEqual(5_760);
      }),
      { numRuns: 1_000 },
    );
  });

  test("RFC 3550 appendix A.1: numbers that wrap go on growing", () => {
    expect(unwrap(65_530, 3, 2 ** 16)).toBe(65_539);
    expect(unwrap(65_539, 65_535, 2 ** 16)).toBe(65_535);
    expect(unwrap(null, 9, 2 ** 16)).toBe(9);
  });

  test("RFC 6716 section 3.4: frames of more than 120 ms, odd pairs and lengths past the end are refused", () => {
    expect(readOpusPacket(Uint8Array.of())).toBeNull();
    expect(readOpusPacket(Uint8Array.of((1 << 3) | 1, 1, 2, 3))).toBeNull();
    expect(readOpusPacket(Uint8Array.of((3 << 3) | 3, 0x03))).toBeNull();
    expect(readOpusPacket(Uint8Array.of((1 << 3) | 2, 251))).toBeNull();
    expect(readOpusPacket(Uint8Array.of(31 << 3, 1))).toEqual({ samples: 960, mayCarryFec: false, silent: true });
  });
});
