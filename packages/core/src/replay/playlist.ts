/**
 * The replay as HLS: a finished playlist of plain segments.
 *
 * @see draft-pantos-hls-rfc8216bis sections 4.4.3.5 (EXT-X-PLAYLIST-TYPE) and 4.4.3.4 (EXT-X-ENDLIST)
 */

import { BANDWIDTH, CODECS, PART_MS, type Rendition } from "../shared/program.ts";
import type { ReplaySegment } from "./extent.ts";

const ORDER: readonly Rendition[] = ["aac-64k", "opus-48k", "opus-24k"];
/** EXT-X-MAP outside I-frame playlists asks for 6. */
const VERSION = 7;

/** The multivariant playlist; URIs are relative to `replay/main.m3u8`. */
export function replayMain(): string {
  const streams = ORDER.flatMap((rendition) => [
    `#EXT-X-STREAM-INF:BANDWIDTH=${BANDWIDTH[rendition]},CODECS="${CODECS[rendition]}"`,
    `${rendition}.m3u8`,
  ]);
  return lines(["#EXTM3U", `#EXT-X-VERSION:${VERSION}`, "#EXT-X-INDEPENDENT-SEGMENTS", ...streams]);
}

/**
 * One rendition's playlist. A segment's name says which parts it holds, so a trimmed replay never shares a name with other bytes.
 *
 * @param formatDateTime milliseconds since 1970 as RFC 3339
 */
export function replayMedia(segments: readonly ReplaySegment[], rendition: Rendition, formatDateTime: (wall: number) => string): string {
  return lines([
    "#EXTM3U",
    `#EXT-X-VERSION:${VERSION}`,
    "#EXT-X-TARGETDURATION:4",
    "#EXT-X-PLAYLIST-TYPE:VOD",
    "#EXT-X-INDEPENDENT-SEGMENTS",
    "#EXT-X-MEDIA-SEQUENCE:0",
    `#EXT-X-MAP:URI="${rendition}/init.mp4"`,
    ...segments.flatMap((segment) => [
      ...(segment.discontinuous ? ["#EXT-X-DISCONTINUITY"] : []),
      `#EXT-X-PROGRAM-DATE-TIME:${formatDateTime(segment.startsAt)}`,
      `#EXTINF:${((segment.to - segment.from) * PART_MS) / 1_000},`,
      `${rendition}/${segment.from}-${segment.to}.m4s`,
    ]),
    "#EXT-X-ENDLIST",
  ]);
}

const lines = (all: readonly string[]): string => `${all.join("\n")}\n`;
