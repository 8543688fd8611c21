/** Who is there: a browser pings every second on its data channel; silence in the sound says nothing. */

import type { Instant } from "@odeon/core/shared/units";

/** Milliseconds without a ping after which a browser is gone. */
export const GONE_MS = 4_000;
/** Milliseconds after connecting within which sound must come, or the page says what is in the way. */
export const MEDIA_MS = 5_000;
/** Milliseconds that connecting may take. */
export const CONNECT_MS = 20_000;

/** What is known of one session. */
export interface Seen {
  readonly openedAt: Instant;
  readonly connectedAt: Instant | null;
  /** The last ping; null before the first, and for encoders, which have no data channel. */
  readonly pingAt: Instant | null;
  readonly mediaAt: Instant | null;
  readonly pings: boolean;
}

/** What follows from it at `now`. */
export type Presence = "connecting" | "here" | "mute_path" | "gone";

/** Judges one session. Encoders (`pings` false) live as long as their transport does. */
export function judgePresence(seen: Seen, now: Instant): Presence {
  if (seen.connectedAt === null) return now - seen.openedAt > CONNECT_MS ? "gone" : "connecting";
  const lastSign = Math.max(seen.connectedAt, seen.pingAt ?? seen.connectedAt);
  if (seen.pings && now - lastSign > GONE_MS) return "gone";
  return seen.mediaAt === null && now - seen.connectedAt > MEDIA_MS ? "mute_path" : "here";
}
