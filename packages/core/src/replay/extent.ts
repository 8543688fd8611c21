/** What a replay consists of: stretches of parts, cut into segments. */

import { PART_MS, PARTS_PER_SEGMENT } from "../shared/program.ts";

/** Part numbers from `from` up to but not including `to`. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** What the public address of a replay gives. */
export interface Extent extends Stretch {
  /** Passages cut out, ascending. */
  readonly cuts: readonly Stretch[];
}

/** Where the program's clock began anew; `startsAt` is milliseconds since 1970. */
export interface ClockRun {
  readonly firstPart: number;
  readonly startsAt: number;
}

/** One segment of a replay. */
export interface ReplaySegment extends Stretch {
  readonly startsAt: number;
  /** Time or clock jumps before it. */
  readonly discontinuous: boolean;
}

/** The parts that are given, as stretches without a hole. */
export function keptStretches(extent: Extent): readonly Stretch[] {
  const kept: Stretch[] = [];
  let from = extent.from;
  for (const cut of extent.cuts.filter((one) => one.to > one.from)) {
    const end = Math.min(cut.from, extent.to);
    if (end > from) kept.push({ from, to: end });
    from = Math.max(from, cut.to);
  }
  if (extent.to > from) kept.push({ from, to: extent.to });
  return kept;
}

/** Whether all parts of `wanted` are given. */
export function isGiven(extent: Extent, wanted: Stretch): boolean {
  return wanted.from < wanted.to && keptStretches(extent).some((stretch) => stretch.from <= wanted.from && wanted.to <= stretch.to);
}

/** The segments of a replay: at most 12 parts each, none across a cut or a new clock. */
export function replaySegments(extent: Extent, runs: readonly ClockRun[]): readonly ReplaySegment[] {
  const segments: ReplaySegment[] = [];
  for (const stretch of keptStretches(extent)) {
    for (const piece of splitAtRuns(stretch, runs)) {
      for (let from = piece.from; from < piece.to; from += PARTS_PER_SEGMENT) {
        const startsAt = piece.startsAt + (from - piece.from) * PART_MS;
        segments.push({
          from,
          to: Math.min(from + PARTS_PER_SEGMENT, piece.to),
          startsAt,
          discontinuous: from === piece.from && segments.length > 0,
        });
      }
    }
  }
  return segments;
}

function splitAtRuns(stretch: Stretch, runs: readonly ClockRun[]): readonly (Stretch & { readonly startsAt: number })[] {
  const pieces = runs.map((run, i) => {
    const from = Math.max(stretch.from, run.firstPart);
    return { from, to: Math.min(stretch.to, runs[i + 1]?.firstPart ?? stretch.to), startsAt: run.startsAt + (from - run.firstPart) * PART_MS };
  });
  const known = pieces.filter((piece) => piece.from < piece.to);
  return known.length > 0 ? known : [{ ...stretch, startsAt: 0 }];
}
