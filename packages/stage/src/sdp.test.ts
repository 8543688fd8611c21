import { Fault } from "@odeon/core/shared/fault";
import fc from "fast-check";
import { expect, test } from "vitest";
import { addCandidates, readOffer, SDP_LIMIT } from "./sdp.ts";

const HEAD = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=fingerprint:sha-256 AA:BB\r\na=ice-ufrag:abcd\r\n";
const AUDIO = "m=audio 9 UDP/TLS/RTP/SAVPF 111 0\r\na=mid:0\r\na=rtpmap:111 opus/48000/2\r\na=rtpmap:0 PCMU/8000\r\n";
const VIDEO = "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:1\r\na=rtpmap:96 VP8/90000\r\n";

const codeOf = (sdp: string): string => {
  try {
    readOffer(sdp);
    return "read";
  } catch (error) {
    return error instanceof Fault ? error.code : String(error);
  }
};

test("RFC 7587 section 7: the Opus payload type is found in the sound section, also behind a video section", () => {
  expect(readOffer(HEAD + AUDIO)).toEqual({ audioMid: "0", opusPayloadType: 111 });
  expect(readOffer(HEAD + VIDEO + AUDIO)).toEqual({ audioMid: "0", opusPayloadType: 111 });
});

test("each thing that is missing has its own code", () => {
  expect(codeOf("")).toBe("sdp_malformed");
  expect(codeOf(HEAD.replace("a=fingerprint", "a=nothing") + AUDIO)).toBe("sdp_malformed");
  expect(codeOf(HEAD)).toBe("sdp_no_audio");
  expect(codeOf(HEAD + VIDEO)).toBe("sdp_no_audio");
  expect(codeOf(HEAD + AUDIO.replace("opus/48000/2", "iLBC/8000"))).toBe("sdp_no_opus");
  expect(codeOf(HEAD + VIDEO.replace("VP8/90000", "opus/48000/2") + AUDIO.replace("opus/48000/2", "iLBC/8000"))).toBe("sdp_no_opus");
  expect(codeOf(HEAD + AUDIO.replace("a=mid:0\r\n", ""))).toBe("sdp_malformed");
  expect(codeOf(HEAD + AUDIO + VIDEO.repeat(16))).toBe("sdp_malformed");
  expect(codeOf(HEAD + AUDIO + "a=x\r\n".repeat(SDP_LIMIT))).toBe("sdp_too_large");
});

test("arbitrary text, and an offer with arbitrary damage, is an offer or a Fault", () => {
  const whole = HEAD + AUDIO + VIDEO;
  fc.assert(
    fc.property(fc.nat(whole.length), fc.nat(40), fc.string({ maxLength: 60 }), (at, length, text) => {
      for (const sdp of [text, whole.slice(0, at) + text + whole.slice(at + length)]) {
        const code = codeOf(sdp);
        expect(["read", "sdp_malformed", "sdp_no_audio", "sdp_no_opus", "sdp_too_large"]).toContain(code);
      }
    }),
    { numRuns: 1_000 },
  );
});

test("further addresses are offered once each, at the same port", () => {
  const answer = "a=candidate:1 1 UDP 2114977791 10.0.0.2 50000 typ host\r\na=end-of-candidates\r\n";
  const more = addCandidates(answer, ["10.0.0.2", "203.0.113.7"]);
  expect(more.match(/203\.0\.113\.7 50000 typ host/g)?.length).toBe(1);
  expect(more.match(/10\.0\.0\.2 50000/g)?.length).toBe(1);
  expect(addCandidates(more, ["203.0.113.7"])).toBe(more);
});
