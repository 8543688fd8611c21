/**
 * Low-latency HLS: playlists that wait, segments and partial segments.
 *
 * @see draft-pantos-hls-rfc8216bis section 6.2
 */

import { noteRequest } from "@odeon/core/audience/audience";
import { hasWholeSegment, multivariantPlaylist, TARGET_DURATION } from "@odeon/core/hls/playlist";
import { decideReload } from "@odeon/core/hls/reload";
import { countPartials, isComplete, partialAt, segmentAt } from "@odeon/core/hls/segments";
import { Fault } from "@odeon/core/shared/fault";
import { isRendition, RENDITIONS, type Rendition } from "@odeon/core/shared/program";
import { assertOnAir, channelOf, type Edge, seatOf } from "../edge.ts";
import { answer, assertMethod, type Call, parseNumber, readNumber, refuse } from "../http/call.ts";
import { findParts } from "../parts/find.ts";
import { sendMedia, serveInit } from "../parts/serve.ts";
import type { Channel } from "../ring/channel.ts";

const TYPE = "application/vnd.apple.mpegurl";
const TARGET_MS = TARGET_DURATION * 1_000;

/** `GET /spaces/:id/hls/main.m3u8`: turns the ticket into a pass and names the playlists under it. @throws Fault as {@link assertOnAir} */
export function serveMain(edge: Edge, call: Call): void {
  assertMethod(call, "GET", "HEAD");
  const channel = channelOf(edge, call.names[1]);
  assertOnAir(channel);
  const ticket = edge.keys.admit(channel.id, call.query.get("ticket"));
  const pass = edge.keys.pass(channel.id, ticket);
  if (call.request.method === "GET") noteRequest(channel.seats.take(ticket.id, edge.clock()), 0, edge.clock());
  answer(call, { type: TYPE, cache: "no-store", pieces: [multivariantPlaylist((rendition) => `../p/${pass}/hls/${rendition}.m3u8`)] });
}

/** `GET /spaces/:id/p/:pass/hls/…`. @throws Fault `pass_unknown`, `rendition_unknown`, `query_invalid`, `part_gone`, `route_not_found` */
export function serveHls(edge: Edge, call: Call): void | Promise<void> {
  assertMethod(call, "GET", "HEAD");
  const [, id, , pass, , first = "", name] = call.names;
  const channel = channelOf(edge, id);
  const seat = seatOf(edge, channel, pass);
  assertOnAir(channel);
  noteRequest(seat, 0, edge.clock());
  if (name === undefined) return servePlaylist(edge, channel, call, renditionOf(first.replace(/\.m3u8$/, ""), first.endsWith(".m3u8")));
  const rendition = renditionOf(first, true);
  if (name === "init.mp4") return serveInit(channel, call, rendition);
  const match = /^(\d{1,12})(?:\.(\d{1,2}))?\.m4s$/.exec(name);
  if (match === null) throw new Fault("route_not_found", "there is nothing at this address");
  const [, segment = "", partial] = match;
  const wanted = { number: parseNumber(segment, "a segment's number"), partial: partial === undefined ? null : Number(partial) };
  const send = (parts: readonly Uint8Array[]): void => {
    // A partial segment and the segment that holds it are the same sound.
    noteRequest(seat, wanted.partial === null && parts.length > 3 ? 0 : parts.length, edge.clock());
    sendMedia(call, rendition, parts);
  };
  return serveMedia(edge, channel, call, { ...wanted, rendition, send });
}

function renditionOf(name: string, isPlace: boolean): Rendition {
  if (isPlace && isRendition(name)) return name;
  throw new Fault("rendition_unknown", `renditions are ${RENDITIONS.join(", ")}`);
}

function servePlaylist(edge: Edge, channel: Channel, call: Call, rendition: Rendition): void {
  const query = { number: readNumber(call.query, "_HLS_msn"), part: readNumber(call.query, "_HLS_part") };
  const skip = call.query.get("_HLS_skip");
  if (skip !== null && skip !== "YES" && skip !== "v2") throw new Fault("query_invalid", "_HLS_skip is YES or v2");
  if (decideReload(channel.edge, query) === "refuse") throw new Fault("query_invalid", "_HLS_msn and _HLS_part are too far ahead, or one is missing");
  const blocking = query.number !== null;
  const send = (): void => {
    // A playlist that was waited for never changes for that query; another is good for half a target duration.
    const cache = blocking ? `public, max-age=${6 * TARGET_DURATION}` : "public, max-age=1";
    answer(call, { type: TYPE, cache, pieces: [channel.playlist(rendition, skip !== null)] });
  };
  channel.holds.add({
    // The first playlist waits for one whole segment; a reload for what it asks, three target durations at most.
    deadline: edge.clock() + (blocking ? 3 * TARGET_MS : TARGET_MS),
    attempt: () => {
      if (call.response.destroyed) return true;
      const { edge: live } = channel;
      const ready = blocking ? decideReload(live, query) !== "hold" : live.ended || hasWholeSegment(live);
      if (ready) send();
      return ready;
    },
    expire: () => {
      if (!blocking && channel.ring.next > 0) send();
      else refuse(call, new Fault("house_away", "no sound comes from the stage; try again in a second", { retryAfter: 1 }));
    },
  });
}

interface Wanted {
  readonly number: number;
  readonly partial: number | null;
  readonly rendition: Rendition;
  readonly send: (parts: readonly Uint8Array[]) => void;
}

function serveMedia(edge: Edge, channel: Channel, call: Call, wanted: Wanted): void | Promise<void> {
  const range = rangeOf(channel, wanted);
  if (range !== null) return findParts(edge, channel, range, wanted.rendition).then(wanted.send);
  if (!isNext(channel, wanted)) throw new Fault("part_too_early", "this segment is not due", { retryAfter: 1 });
  channel.holds.add({
    deadline: edge.clock() + 3 * TARGET_MS,
    attempt: () => {
      if (call.response.destroyed) return true;
      const here = rangeOf(channel, wanted);
      if (here !== null) {
        findParts(edge, channel, here, wanted.rendition)
          .then(wanted.send)
          .catch((error: unknown) => refuse(call, error instanceof Fault ? error : new Fault("internal", "something went wrong on our side")));
      } else if (channel.edge.ended) refuse(call, new Fault("part_gone", "the Space ended before this segment"));
      else return false;
      return true;
    },
    expire: () => refuse(call, new Fault("house_away", "no sound comes from the stage; try again in a second", { retryAfter: 1 })),
  });
}

/** The parts of a segment or partial segment; null when they do not all exist. */
function rangeOf(channel: Channel, wanted: Wanted): { readonly from: number; readonly to: number } | null {
  const { edge } = channel;
  const segment = segmentAt(edge, wanted.number);
  if (segment === null) return null;
  if (wanted.partial === null) return isComplete(edge, segment) ? segment : null;
  if (wanted.partial >= countPartials(segment)) return null;
  const partial = partialAt(segment, wanted.partial);
  return partial.to <= edge.next ? partial : null;
}

/** Whether what is wanted is on its way: the rest of the segment in progress, or the beginning of the next. */
function isNext(channel: Channel, wanted: Wanted): boolean {
  const { edge } = channel;
  if (edge.ended) return false;
  const partial = wanted.partial ?? 0;
  const segment = segmentAt(edge, wanted.number);
  if (segment !== null) return partial < countPartials(segment);
  return partial === 0 && (wanted.number === 0 || segmentAt(edge, wanted.number - 1) !== null);
}
