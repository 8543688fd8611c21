/** Shows what is true at the instant that is heard: snapshots arrive ahead of the sound they belong to. */

/** One thing that becomes true at `time`, in any one unit: samples of the program, or wall time. */
export interface Dated<T> {
  readonly time: number;
  readonly value: T;
}

/** Snapshots in the order of their time, at most {@link SNAPSHOTS}; past that the oldest goes. */
export type Timeline<T> = readonly Dated<T>[];

/** Five minutes of pause at a snapshot every 320 ms is under a thousand. */
const SNAPSHOTS = 1_000;

/** Folds in a snapshot. One with the same time replaces the one before: what came later knows more. */
export function noteSnapshot<T>(timeline: Timeline<T>, snapshot: Dated<T>): Timeline<T> {
  const before = timeline.filter((one) => one.time < snapshot.time);
  const after = timeline.filter((one) => one.time > snapshot.time);
  return [...before, snapshot, ...after].slice(-SNAPSHOTS);
}

/**
 * The snapshot that is true at `heard`: the newest that is not in the future.
 *
 * @returns null while nothing that came is true yet
 */
export function snapshotAt<T>(timeline: Timeline<T>, heard: number): T | null {
  return timeline.findLast((one) => one.time <= heard)?.value ?? null;
}

/** Forgets what can no longer become true, but keeps what is true at `heard`. */
export function forgetBefore<T>(timeline: Timeline<T>, heard: number): Timeline<T> {
  const current = timeline.findLastIndex((one) => one.time <= heard);
  return current <= 0 ? timeline : timeline.slice(current);
}
