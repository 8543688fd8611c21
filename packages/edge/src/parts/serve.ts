/** `GET /spaces/:id/p/:pass/parts/:rendition/:number`: one part, waiting for it if it is next. */

import { noteRequest } from "@odeon/core/audience/audience";
import { Fault } from "@odeon/core/shared/fault";
import { isRendition, RENDITIONS, type Rendition } from "@odeon/core/shared/program";
import { assertOnAir, channelOf, type Edge, seatOf } from "../edge.ts";
import { answer, assertMethod, type Call, parseNumber, refuse } from "../http/call.ts";
import type { Channel } from "../ring/channel.ts";
import { type Found, findParts } from "./find.ts";

/** Milliseconds for which the next part is waited for. */
const WAIT_MS = 5_000;
/** How far ahead of the newest part a request may wait: a player asks for the one after the next while that is on its way. */
const AHEAD = 2;
/** Parts never change; the hour keeps caches from outliving a replay that was taken down. */
export const IMMUTABLE = "public, max-age=3600, immutable";

/**
 * Answers one part, or `init.mp4`.
 *
 * @throws Fault `pass_unknown`, `rendition_unknown`, `query_invalid`, `part_too_early`, `part_gone`, `space_ended`
 */
export function servePart(edge: Edge, call: Call): void | Promise<void> {
  assertMethod(call, "GET", "HEAD");
  const [, id, , pass, , rendition = "", name = ""] = call.names;
  const channel = channelOf(edge, id);
  if (!isRendition(rendition)) throw new Fault("rendition_unknown", `renditions are ${RENDITIONS.join(", ")}`);
  const seat = seatOf(edge, channel, pass);
  assertOnAir(channel);
  if (name === "init.mp4") return serveInit(channel, call, rendition);
  const number = parseNumber(name, "a part's number");
  const { ring } = channel;
  if (channel.end !== null && number > channel.end.last) throw new Fault("space_ended", "this Space has ended before that part");
  if (number > ring.next + AHEAD) throw new Fault("part_too_early", `part ${number} is not due; the next is ${ring.next}`, { retryAfter: 1 });
  const send = (found: Found): void => {
    noteRequest(seat, 1, edge.clock());
    sendMedia(call, rendition, found);
  };
  if (number < ring.next) return findParts(edge, channel, { from: number, to: number + 1 }, rendition).then(send);
  channel.holds.add({
    deadline: edge.clock() + WAIT_MS,
    attempt: () => {
      if (call.response.destroyed) return true;
      const part = ring.get(number);
      if (part !== undefined) send([part.chunks[RENDITIONS.indexOf(rendition)]?.raw ?? new Uint8Array()]);
      else if (channel.end !== null && number > channel.end.last) refuse(call, new Fault("space_ended", "this Space has ended before that part"));
      else return false;
      return true;
    },
    expire: () => refuse(call, new Fault("house_away", "no sound comes from the stage; try again in a second", { retryAfter: 1 })),
  });
}

/** Answers a rendition's init segment. @throws Fault `part_too_early` before the program began */
export function serveInit(channel: Channel, call: Call, rendition: Rendition): void {
  const init = channel.init(RENDITIONS.indexOf(rendition));
  if (init === null) throw new Fault("part_too_early", "the program has not begun", { retryAfter: 1 });
  sendMedia(call, rendition, [init.raw]);
}

/** Answers media that never changes. */
export function sendMedia(call: Call, rendition: Rendition, pieces: readonly Uint8Array[]): void {
  answer(call, {
    type: rendition === "aac-64k" ? "audio/mp4" : "video/mp4",
    cache: IMMUTABLE,
    pieces,
    headers: { "x-content-type-options": "nosniff" },
  });
}
