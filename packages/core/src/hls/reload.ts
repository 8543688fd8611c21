/** Blocking playlist reload. */

import { PARTS_PER_HLS_PART, PARTS_PER_SEGMENT } from "../shared/program.ts";
import { edgePartials, type Partial } from "./playlist.ts";
import { countPartials, countReady, isComplete, type LiveEdge, newestSegment, segmentAt } from "./segments.ts";

/** `_HLS_msn` and `_HLS_part`; null where absent. */
export interface ReloadQuery {
  readonly number: number | null;
  readonly part: number | null;
}

/** Segments past the last whole one that may be asked for. */
const ADVANCE_SEGMENTS = 2;
/** Partial segments past the last one: three divided by the part target, which is below one second. */
const ADVANCE_PARTIALS = 3;
const PARTIALS = PARTS_PER_SEGMENT / PARTS_PER_HLS_PART;

/**
 * Decides what to do with a blocking playlist reload.
 *
 * `hold`: ask again at the next part, and answer 503 once three target durations have passed. `refuse`: 400.
 *
 * @see draft-pantos-hls-rfc8216bis section 6.2.5.2
 */
export function decideReload(live: LiveEdge, query: ReloadQuery): "serve" | "hold" | "refuse" {
  if (query.number === null) return query.part === null ? "serve" : "refuse";
  if (live.ended) return "serve";
  return query.part === null ? decideSegment(live, query.number) : decidePartial(live, { number: query.number, index: query.part });
}

function decideSegment(live: LiveEdge, number: number): "serve" | "hold" | "refuse" {
  const newest = newestSegment(live);
  const lastWhole = newest === null ? -1 : isComplete(live, newest) ? newest.number : newest.number - 1;
  if (number > lastWhole + ADVANCE_SEGMENTS) return "refuse";
  return number <= lastWhole ? "serve" : "hold";
}

function decidePartial(live: LiveEdge, asked: Partial): "serve" | "hold" | "refuse" {
  const wanted = carry(live, asked);
  const { last } = edgePartials(live);
  if (place(wanted) > (last === null ? -1 : place(last)) + ADVANCE_PARTIALS) return "refuse";
  return isReady(live, wanted) ? "serve" : "hold";
}

/** A part number past the end of its segment means the first part of the next one. */
function carry(live: LiveEdge, wanted: Partial): Partial {
  const segment = segmentAt(live, wanted.number);
  const count = segment === null ? PARTIALS : countPartials(segment);
  return wanted.index < count ? wanted : { number: wanted.number + 1, index: 0 };
}

function isReady(live: LiveEdge, { number, index }: Partial): boolean {
  const segment = segmentAt(live, number);
  return segment !== null && index < countReady(live, segment);
}

const place = ({ number, index }: Partial): number => number * PARTIALS + index;
