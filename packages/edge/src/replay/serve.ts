/** The replay: the log's parts as finished HLS and as one file. */

import { once } from "node:events";
import { formatDateTime } from "@odeon/core/hls/date-time";
import { type Extent, isGiven, replaySegments } from "@odeon/core/replay/extent";
import { contentDisposition } from "@odeon/core/replay/file-name";
import { replayMain, replayMedia } from "@odeon/core/replay/playlist";
import { readRange } from "@odeon/core/replay/range";
import { Fault } from "@odeon/core/shared/fault";
import { isRendition, PARTS_PER_SEGMENT, RENDITIONS, type Rendition } from "@odeon/core/shared/program";
import { decodePartRecord } from "@odeon/log/part-record";
import { channelOf, type Edge } from "../edge.ts";
import { answer, assertMethod, type Call, parseNumber } from "../http/call.ts";
import type { Channel } from "../ring/channel.ts";
import { readRecording } from "./recording.ts";
import { extentKey, type RecordingShelf } from "./shelf.ts";

const PLAYLIST = "application/vnd.apple.mpegurl";
/** What a host takes down is gone within 2 s: caches ask again each time. */
const CACHE = "no-cache";

/** `GET /spaces/:id/replay/…`. @throws Fault `replay_hidden`, `replay_not_ready`, `rendition_unknown`, `route_not_found` */
export async function serveReplay(edge: Edge, call: Call): Promise<void> {
  assertMethod(call, "GET", "HEAD");
  const [, id, , first = "", name] = call.names;
  const channel = channelOf(edge, id);
  const extent = extentOf(channel);
  const etag = `"${extentKey(extent)}-${channel.runs.length}"`;
  if (name === undefined && isFresh(call, etag)) return notModified(call, etag);
  if (name === undefined && first === "main.m3u8") return answer(call, { type: PLAYLIST, cache: CACHE, pieces: [replayMain()], headers: { etag } });
  const rendition = name === undefined ? first.replace(/\.m3u8$/, "") : first;
  if (!isRendition(rendition)) throw new Fault("rendition_unknown", `renditions are ${RENDITIONS.join(", ")}`);
  if (name === undefined)
    return answer(call, {
      type: PLAYLIST,
      cache: CACHE,
      pieces: [replayMedia(replaySegments(extent, channel.runs), rendition, formatDateTime)],
      headers: { etag },
    });
  const type = rendition === "aac-64k" ? "audio/mp4" : "video/mp4";
  const own = `"${rendition}-${name}"`;
  if (name === "init.mp4") return answer(call, { type, cache: CACHE, pieces: [await findInit(edge, channel, rendition)], headers: { etag: own } });
  const wanted = readSegmentName(name);
  if (!isGiven(extent, wanted) || wanted.to - wanted.from > PARTS_PER_SEGMENT) throw new Fault("part_gone", "the replay has no such segment");
  if (isFresh(call, own)) return notModified(call, own);
  const records = await edge.log.parts(channel.id, wanted.from, wanted.to);
  answer(call, { type, cache: CACHE, pieces: records.map(({ body }) => decodePartRecord(body).renditions[rendition]), headers: { etag: own } });
}

/** `GET /spaces/:id/replay.m4a`, whole or one range of it. @throws Fault `replay_hidden`, `replay_not_ready`, `range_invalid` */
export async function serveFile(edge: Edge, call: Call, shelf: RecordingShelf): Promise<void> {
  assertMethod(call, "GET", "HEAD");
  const channel = channelOf(edge, call.names[1]);
  const { request, response } = call;
  const extent = extentOf(channel);
  const key = extentKey(extent);
  const etag = `"${key}"`;
  if (isFresh(call, etag)) return notModified(call, etag);
  const recording = await shelf.get(channel.id, extent, key);
  const { "if-range": ifRange, range: header } = request.headers;
  const range = ifRange === undefined || ifRange === etag ? readRange(header, recording.size) : "whole";
  if (range === "unsatisfiable") {
    response.setHeader("content-range", `bytes */${recording.size}`);
    throw new Fault("range_invalid", `the file has ${recording.size} bytes`);
  }
  const { from, to } = range === "whole" ? { from: 0, to: recording.size } : range;
  response.writeHead(range === "whole" ? 200 : 206, {
    "content-type": "audio/mp4",
    "content-length": to - from,
    "content-disposition": contentDisposition(channel.space.title, "m4a"),
    "accept-ranges": "bytes",
    "cache-control": CACHE,
    etag,
    "x-content-type-options": "nosniff",
    ...(range === "whole" ? {} : { "content-range": `bytes ${from}-${to - 1}/${recording.size}` }),
  });
  if (request.method === "HEAD") {
    response.end();
    return;
  }
  for await (const piece of readRecording(edge.log, channel.id, recording, { from, to })) {
    // Taken down meanwhile: what is not sent yet is not sent.
    if (response.destroyed || channel.replay === null || extentKey(channel.replay) !== key) {
      response.destroy();
      return;
    }
    if (!response.write(piece)) await Promise.race([once(response, "drain"), once(response, "close")]);
  }
  response.end();
}

function extentOf(channel: Channel): Extent {
  const { replay, space } = channel;
  if (replay !== null) return replay;
  const willCome = space.life !== "ended" || (space.replay === "after_review" && space.record);
  if (willCome && space.replay !== "never") throw new Fault("replay_not_ready", "there is no replay yet");
  throw new Fault("replay_hidden", "there is no replay of this Space");
}

/** A segment is called after its parts: `from-to.m4s`. */
function readSegmentName(name: string): { readonly from: number; readonly to: number } {
  const [, from, to] = /^(\d{1,15})-(\d{1,15})\.m4s$/.exec(name) ?? [];
  if (from === undefined || to === undefined) throw new Fault("route_not_found", "there is nothing at this address");
  return { from: parseNumber(from, "a part"), to: parseNumber(to, "a part") };
}

/** From memory, else from the log: an edge that started after the end was never told. */
async function findInit(edge: Edge, channel: Channel, rendition: Rendition): Promise<Uint8Array> {
  const here = channel.init(RENDITIONS.indexOf(rendition));
  if (here !== null) return here.raw;
  const [record] = await edge.log.read(channel.id, { kind: "init", after: 0, limit: 1 });
  if (record === undefined) throw new Fault("replay_not_ready", "the recording has no beginning yet");
  const length = new DataView(record.body.buffer, record.body.byteOffset, record.body.byteLength).getUint32(0, true);
  return rendition === "aac-64k" ? record.body.subarray(4 + length) : record.body.subarray(4, 4 + length);
}

function isFresh(call: Call, etag: string): boolean {
  return call.request.headers["if-none-match"]?.split(/\s*,\s*/).includes(etag) ?? false;
}

function notModified(call: Call, etag: string): void {
  call.response.writeHead(304, { etag, "cache-control": CACHE }).end();
}
