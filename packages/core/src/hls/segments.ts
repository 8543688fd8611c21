/** Where parts lie among segments: a pure function of the run table, so that every edge, also a new one, gives the same numbers. */

import { PART_MS, PARTS_PER_HLS_PART, PARTS_PER_SEGMENT } from "../shared/program.ts";

/** A stretch of the program without a break in its clock; `startsAt` is milliseconds since 1970. */
export interface Run {
  readonly firstPart: number;
  readonly startsAt: number;
}

/** Everything a live playlist depends on. `next` is the number of the first part that does not exist yet. */
export interface LiveEdge {
  readonly runs: readonly Run[];
  readonly next: number;
  readonly ended: boolean;
}

/** One media segment; `to` is exclusive and, for the segment in progress, where it will end. */
export interface Segment {
  /** Its Media Sequence Number. */
  readonly number: number;
  readonly from: number;
  readonly to: number;
  /** Wall time of its first sample, milliseconds since 1970. */
  readonly startsAt: number;
  /** Runs that began before its own. */
  readonly discontinuities: number;
  /** The first of its run, and not of the first run. */
  readonly discontinuous: boolean;
}

/** The segment with a Media Sequence Number; null when none of its parts exists. */
export function segmentAt(edge: LiveEdge, number: number): Segment | null {
  let before = 0;
  for (const [i, run] of edge.runs.entries()) {
    const runEnd = edge.runs[i + 1]?.firstPart ?? (edge.ended ? edge.next : Number.POSITIVE_INFINITY);
    const count = Math.ceil((runEnd - run.firstPart) / PARTS_PER_SEGMENT);
    if (number < before + count) {
      const from = run.firstPart + (number - before) * PARTS_PER_SEGMENT;
      if (number < 0 || from >= edge.next) return null;
      const startsAt = run.startsAt + (from - run.firstPart) * PART_MS;
      return {
        number,
        from,
        to: Math.min(from + PARTS_PER_SEGMENT, runEnd),
        startsAt,
        discontinuities: i,
        discontinuous: i > 0 && number === before,
      };
    }
    before += count;
  }
  return null;
}

/** The newest segment of which a part exists; null before the first part. */
export function newestSegment(edge: LiveEdge): Segment | null {
  let before = 0;
  let newest: number | null = null;
  for (const [i, run] of edge.runs.entries()) {
    const runEnd = Math.min(edge.runs[i + 1]?.firstPart ?? edge.next, edge.next);
    if (runEnd <= run.firstPart) continue;
    before += Math.ceil((runEnd - run.firstPart) / PARTS_PER_SEGMENT);
    newest = before - 1;
  }
  return newest === null ? null : segmentAt(edge, newest);
}

/** Whether all of a segment's parts exist. */
export function isComplete(edge: LiveEdge, segment: Segment): boolean {
  return segment.to <= edge.next;
}

/** The parts of partial segment `index`; `to` is exclusive. */
export function partialAt(segment: Segment, index: number): { readonly from: number; readonly to: number } {
  const from = segment.from + index * PARTS_PER_HLS_PART;
  return { from, to: Math.min(from + PARTS_PER_HLS_PART, segment.to) };
}

/** How many partial segments a segment has when it is complete. */
export function countPartials(segment: Segment): number {
  return Math.ceil((segment.to - segment.from) / PARTS_PER_HLS_PART);
}

/** How many of a segment's partial segments exist as a whole. */
export function countReady(edge: LiveEdge, segment: Segment): number {
  if (isComplete(edge, segment)) return countPartials(segment);
  return Math.floor(Math.max(0, edge.next - segment.from) / PARTS_PER_HLS_PART);
}
