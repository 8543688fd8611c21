import { Fault } from "@odeon/core/shared/fault";
import { instant } from "@odeon/core/shared/units";
import fc from "fast-check";
import { expect, test } from "vitest";
import { GONE_MS, judgePresence, type Seen } from "./presence.ts";
import { addCandidates, readOffer } from "./sdp.ts";

const at = instant;
const seen: Seen = { openedAt: at(0), connectedAt: at(100), pingAt: at(100), mediaAt: at(120), pings: true };

test("who pings every second is here for ever, whatever they say; who stops is gone within 5 s", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1_100, max: 10_000_000 }), fc.option(fc.nat(1_000_000)), (now, mediaAt) => {
      const pinged = { ...seen, pingAt: at(now - 900), mediaAt: mediaAt === null ? null : at(mediaAt) };
      expect(judgePresence(pinged, at(now))).not.toBe("gone");
      expect(judgePresence(pinged, at(now - 900 + GONE_MS + 1))).toBe("gone");
    }),
  );
  expect(GONE_MS).toBeLessThan(5_000);
});

test("an encoder has no pings and stays; a connection without sound is said after 5 s", () => {
  expect(judgePresence({ ...seen, pings: false, pingAt: null }, at(9e9))).toBe("here");
  expect(judgePresence({ ...seen, mediaAt: null, pingAt: at(5_000) }, at(5_101))).toBe("mute_path");
  expect(judgePresence({ ...seen, connectedAt: null }, at(20_001))).toBe("gone");
});

const OFFER = "v=0\r\na=fingerprint:sha-256 AA\r\na=ice-ufrag:x\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\na=rtpmap:111 opus/48000/2\r\n";

test("an offer is read or refused with a Fault, whatever its bytes", () => {
  expect(readOffer(OFFER)).toEqual({ audioMid: "0", opusPayloadType: 111 });
  const refused = (sdp: string): string => {
    try {
      readOffer(sdp);
    } catch (error) {
      if (error instanceof Fault) return error.code;
      throw error;
    }
    return "read";
  };
  expect(refused(OFFER.replace("opus", "PCMU"))).toBe("sdp_no_opus");
  expect(refused(OFFER.replace("m=audio", "m=video"))).toBe("sdp_no_audio");
  expect(refused("hello")).toBe("sdp_malformed");
  expect(refused("v=0\r\n".padEnd(70_000, "a"))).toBe("sdp_too_large");
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), fc.nat(OFFER.length), (noise, where) => {
      refused(noise);
      refused(OFFER.slice(0, where) + noise + OFFER.slice(where));
    }),
  );
});

test("an answer names every address, once", () => {
  const sdp = "m=audio\r\na=candidate:1 1 UDP 2114977791 10.0.0.2 5000 typ host\r\na=end-of-candidates\r\n";
  const more = addCandidates(sdp, ["127.0.0.1", "10.0.0.2"]);
  expect(more.match(/typ host/g)?.length).toBe(2);
  expect(more).toContain(" 127.0.0.1 5000 typ host\r\n");
});
