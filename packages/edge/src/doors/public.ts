/** The public state of Spaces, answered by the edge itself: the crowd asks for it every second. */

import { channelOf, type Edge } from "../edge.ts";
import { answer, assertMethod, type Call } from "../http/call.ts";

const TYPE = "application/json; charset=utf-8";
const CACHE = "public, max-age=1";

/** `GET /api/v1/spaces/:id` without authority. @throws Fault `space_not_found` */
export function servePublic(edge: Edge, call: Call): void {
  assertMethod(call, "GET", "HEAD");
  answer(call, { type: TYPE, cache: CACHE, pieces: [channelOf(edge, call.names[3]).body()] });
}

/** `GET /api/v1/spaces` without authority: the listed ones. */
export function serveListed(edge: Edge, call: Call): void {
  assertMethod(call, "GET", "HEAD");
  const listed = [...edge.channels.values()].filter((channel) => channel.listed);
  const ordered = listed.sort((a, b) => (b.space.startsAt ?? b.space.now) - (a.space.startsAt ?? a.space.now));
  const pieces = ordered.flatMap((channel, i) => (i === 0 ? [channel.body()] : [",", channel.body()]));
  answer(call, { type: TYPE, cache: CACHE, pieces: ['{"spaces":[', ...pieces, "]}"] });
}
