/** How often the page asks how things stand, so that it is quick where it matters and a crowd stays cheap: pure. */

import type { PublicSpace } from "@odeon/wire/state";

/** What the delay depends on. */
export interface Watch {
  readonly space: PublicSpace | null;
  /** The stream tells what is true: asking adds nothing. */
  readonly streams: boolean;
  readonly hidden: boolean;
  /** Failures in a row. */
  readonly failures: number;
  /** The house's wall time. */
  readonly now: number;
}

const NEAR_MS = 90_000;
const FAR_MS = 15 * 60_000;

/** Milliseconds until the next question, jittered by a quarter either way. @param random 0 to 1 */
export function nextAsk(watch: Watch, random: number): number {
  const base = watch.failures > 0 ? Math.min(15_000, 1_500 * 2 ** (watch.failures - 1)) : calm(watch);
  return Math.round(base * (watch.hidden && watch.failures === 0 ? 2 : 1) * (0.75 + random / 2));
}

function calm({ space, streams, now }: Watch): number {
  if (space === null) return 2_000;
  if (streams) return 20_000;
  switch (space.life) {
    case "scheduled":
    case "doors":
      return beforeStart(space, now);
    case "live":
      return 4_000;
    case "ending":
      return 1_500;
    case "ended":
      if (space.replayReady) return 30_000;
      return now - (space.endedAt ?? 0) < 60_000 ? 1_200 : 15_000;
    default:
      return 30_000;
  }
}

function beforeStart({ life, startsAt, texts }: PublicSpace, now: number): number {
  const start = texts.late?.until ?? startsAt;
  if (life === "doors") return 2_000;
  if (start === null) return 4_000;
  const left = start - now;
  if (left > FAR_MS) return 5_000;
  return left < NEAR_MS ? 2_000 : 3_500;
}
