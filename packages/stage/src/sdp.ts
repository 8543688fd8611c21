/**
 * What an offer says, read before the WebRTC library sees it.
 *
 * @see RFC 8866 (SDP), RFC 8829 section 5.8 (JSEP), RFC 7587 section 7 (Opus)
 */

import { Fault } from "@odeon/core/shared/fault";

/** The largest offer that is read: 64 kB. */
export const SDP_LIMIT = 65_536;

/** The offer's sound section. */
export interface Offer {
  readonly audioMid: string;
  readonly opusPayloadType: number;
}

/**
 * Reads an offer.
 *
 * @throws Fault `sdp_too_large`, `sdp_malformed`, `sdp_no_audio`, `sdp_no_opus`
 */
export function readOffer(sdp: string): Offer {
  if (sdp.length > SDP_LIMIT) throw new Fault("sdp_too_large", "an offer has at most 64 kB");
  if (!/^v=0\r?\n/.test(sdp) || !/^a=fingerprint:/m.test(sdp) || !/^a=ice-ufrag:/m.test(sdp)) throw new Fault("sdp_malformed", "not a WebRTC offer");
  const sections = sdp.split(/^(?=m=)/m).slice(1);
  if (sections.length > 16) throw new Fault("sdp_malformed", "more than 16 media sections");
  const audio = sections.find((section) => /^m=audio [1-9]/.test(section));
  if (audio === undefined) throw new Fault("sdp_no_audio", "the offer has no sound");
  const opusPayloadType = Number(/^a=rtpmap:(\d{1,3}) opus\/48000(?:\/2)?\s*$/im.exec(audio)?.[1] ?? Number.NaN);
  if (!(opusPayloadType >= 0 && opusPayloadType <= 127)) throw new Fault("sdp_no_opus", "the offer has no Opus at 48 kHz");
  const audioMid = /^a=mid:([\w+./-]{1,32})\s*$/m.exec(audio)?.[1];
  if (audioMid === undefined) throw new Fault("sdp_malformed", "the sound section has no mid");
  return { audioMid, opusPayloadType };
}

/**
 * Adds host candidates at further addresses to an answer: the same port at `addresses`, for sections that have a host candidate.
 *
 * The sockets are bound to every interface, so what arrives there is heard; the library only does not say so.
 */
export function addCandidates(sdp: string, addresses: readonly string[]): string {
  return sdp.replace(/^a=candidate:\S+ 1 UDP \d+ (\S+) (\d+) typ host[^\r\n]*(\r?\n)/im, (line, known: string, port: string, end: string) => {
    const more = addresses.filter((address) => address !== known && !sdp.includes(` ${address} ${port} typ host`));
    return line + more.map((address, i) => `a=candidate:${9_000 + i} 1 UDP ${2_113_937_000 - i} ${address} ${port} typ host${end}`).join("");
  });
}
