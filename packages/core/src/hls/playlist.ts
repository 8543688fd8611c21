/**
 * Playlists as text: a pure function of the live edge, so everybody gets the same bytes.
 *
 * @see draft-pantos-hls-rfc8216bis section 4
 */

import { BANDWIDTH, CODECS, PART_MS, PARTS_PER_HLS_PART, PARTS_PER_SEGMENT, type Rendition } from "../shared/program.ts";
import { formatDateTime } from "./date-time.ts";
import { countPartials, countReady, isComplete, type LiveEdge, newestSegment, partialAt, type Segment, segmentAt } from "./segments.ts";

/** Seconds; the nearest whole number to every segment's 3.84 s. */
export const TARGET_DURATION = 4;
/** Seconds of a partial segment. */
export const PART_TARGET = (PARTS_PER_HLS_PART * PART_MS) / 1_000;
/** Seconds from the end within which nothing is skipped: six target durations. */
export const CAN_SKIP_UNTIL = 24;
/** Complete segments that a live playlist lists: 38.4 s. */
export const WINDOW_SEGMENTS = 10;
/** Parts that a live playlist can name, the segment in progress included. */
export const WINDOW_PARTS = (WINDOW_SEGMENTS + 1) * PARTS_PER_SEGMENT;
/** The order in which a multivariant playlist lists the renditions: what every player can play comes first. */
export const HLS_ORDER: readonly Rendition[] = ["aac-64k", "opus-48k", "opus-24k"];

const PART_HOLD_BACK = 3 * PART_TARGET;
const HOLD_BACK = 3 * TARGET_DURATION;
/** Seconds from the end within which partial segments are listed. */
const PARTS_WITHIN = 3 * TARGET_DURATION;
const VERSION = 9;

/** What of a live playlist is asked for. */
export interface PlaylistChoice {
  readonly rendition: Rendition;
  /** Replace what is older than the skip boundary, where the client has it already. */
  readonly skip: boolean;
}

/**
 * The multivariant playlist.
 *
 * @param uri the URI of a rendition's playlist, relative to this one
 * @see draft-pantos-hls-rfc8216bis section 4.4.6.2
 */
export function multivariantPlaylist(uri: (rendition: Rendition) => string): string {
  const streams = HLS_ORDER.flatMap((rendition) => [
    `#EXT-X-STREAM-INF:BANDWIDTH=${BANDWIDTH[rendition]},CODECS="${CODECS[rendition]}"`,
    uri(rendition),
  ]);
  return lines(["#EXTM3U", `#EXT-X-VERSION:${VERSION}`, "#EXT-X-INDEPENDENT-SEGMENTS", ...streams]);
}

/**
 * One rendition's live playlist; URIs are relative to a playlist at `<rendition>.m3u8`.
 *
 * @see draft-pantos-hls-rfc8216bis sections 4.4.3, 4.4.4, 6.2.2 and 6.2.5.1
 */
export function mediaPlaylist(edge: LiveEdge, choice: PlaylistChoice): string {
  const listed = listSegments(edge);
  const first = listed[0];
  const skipped = choice.skip && !edge.ended ? countSkippable(edge, listed) : 0;
  const discontinuities = first === undefined ? 0 : first.discontinuities - (first.discontinuous ? 1 : 0);
  return lines([
    "#EXTM3U",
    `#EXT-X-VERSION:${VERSION}`,
    `#EXT-X-TARGETDURATION:${TARGET_DURATION}`,
    `#EXT-X-PART-INF:PART-TARGET=${PART_TARGET}`,
    `#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,CAN-SKIP-UNTIL=${CAN_SKIP_UNTIL},HOLD-BACK=${HOLD_BACK},PART-HOLD-BACK=${PART_HOLD_BACK}`,
    "#EXT-X-INDEPENDENT-SEGMENTS",
    `#EXT-X-MEDIA-SEQUENCE:${first?.number ?? 0}`,
    ...(discontinuities > 0 ? [`#EXT-X-DISCONTINUITY-SEQUENCE:${discontinuities}`] : []),
    ...(skipped > 0 ? [`#EXT-X-SKIP:SKIPPED-SEGMENTS=${skipped}`] : [`#EXT-X-MAP:URI="${choice.rendition}/init.mp4"`]),
    ...listed.slice(skipped).flatMap((segment) => describeSegment(edge, segment, choice.rendition)),
    ...(edge.ended ? ["#EXT-X-ENDLIST"] : describeEdge(edge, choice.rendition)),
  ]);
}

/** The segments a live playlist lists, oldest first; the last may be in progress. */
export function listSegments(edge: LiveEdge): readonly Segment[] {
  const newest = newestSegment(edge);
  if (newest === null) return [];
  const lastComplete = isComplete(edge, newest) ? newest.number : newest.number - 1;
  const segments: Segment[] = [];
  for (let number = Math.max(0, lastComplete - WINDOW_SEGMENTS + 1); number <= newest.number; number++) {
    const segment = segmentAt(edge, number);
    if (segment !== null) segments.push(segment);
  }
  return segments;
}

/** Whether a playlist is worth giving to who comes first: one whole segment, or the end. */
export function hasWholeSegment(edge: LiveEdge): boolean {
  const newest = newestSegment(edge);
  return newest !== null && (newest.number > 0 || isComplete(edge, newest));
}

function describeSegment(edge: LiveEdge, segment: Segment, rendition: Rendition): readonly string[] {
  const ready = countReady(edge, segment);
  if (ready === 0) return [];
  const head = [...(segment.discontinuous ? ["#EXT-X-DISCONTINUITY"] : []), `#EXT-X-PROGRAM-DATE-TIME:${formatDateTime(segment.startsAt)}`];
  const partsListed = !edge.ended && secondsBetween(segment.to, edge.next) < PARTS_WITHIN;
  const parts = partsListed ? Array.from({ length: ready }, (_, i) => describePartial(segment, i, rendition)) : [];
  const whole = isComplete(edge, segment) ? [`#EXTINF:${seconds(segment.from, segment.to)},`, `${rendition}/${segment.number}.m4s`] : [];
  return [...head, ...parts, ...whole];
}

function describePartial(segment: Segment, index: number, rendition: Rendition): string {
  const { from, to } = partialAt(segment, index);
  return `#EXT-X-PART:DURATION=${seconds(from, to)},URI="${rendition}/${segment.number}.${index}.m4s",INDEPENDENT=YES`;
}

/** What comes next, and where the other renditions stand. */
function describeEdge(edge: LiveEdge, rendition: Rendition): readonly string[] {
  const { next, last } = edgePartials(edge);
  const hint = `#EXT-X-PRELOAD-HINT:TYPE=PART,URI="${rendition}/${next.number}.${next.index}.m4s"`;
  if (last === null) return [hint];
  const others = HLS_ORDER.filter((other) => other !== rendition);
  return [hint, ...others.map((other) => `#EXT-X-RENDITION-REPORT:URI="${other}.m3u8",LAST-MSN=${last.number},LAST-PART=${last.index}`)];
}

/** The newest partial segment that exists, and the one that will be next. */
export function edgePartials(edge: LiveEdge): { readonly last: Partial | null; readonly next: Partial } {
  const newest = newestSegment(edge);
  if (newest === null) return { last: null, next: { number: 0, index: 0 } };
  const ready = countReady(edge, newest);
  const before = ready > 0 ? null : segmentAt(edge, newest.number - 1);
  const last =
    ready > 0 ? { number: newest.number, index: ready - 1 } : before === null ? null : { number: before.number, index: countPartials(before) - 1 };
  return { last, next: ready < countPartials(newest) ? { number: newest.number, index: ready } : { number: newest.number + 1, index: 0 } };
}

/** A partial segment's place. */
export interface Partial {
  /** The Media Sequence Number of its segment. */
  readonly number: number;
  readonly index: number;
}

function countSkippable(edge: LiveEdge, listed: readonly Segment[]): number {
  const oldEnough = listed.findIndex((segment) => secondsBetween(segment.to, edge.next) < CAN_SKIP_UNTIL);
  return Math.max(0, oldEnough);
}

const secondsBetween = (from: number, to: number): number => ((to - from) * PART_MS) / 1_000;
const seconds = (from: number, to: number): string => String(secondsBetween(from, to));
const lines = (all: readonly string[]): string => `${all.join("\n")}\n`;
