/** The Space's public state as it rides along with the sound (`emsg`) and as the cached API answers it. */

import type { Role } from "@odeon/core/space/space";

/** One person on stage, short: the name is in {@link PublicTexts}. */
export interface StageFigure {
  readonly id: string;
  readonly role: Role;
  /** Heard in this part. */
  readonly speaking: boolean;
  readonly muted: boolean;
  /** The connection is lost and the house waits for it. */
  readonly away: boolean;
}

/** The public life of a Space, as pages know it. */
export type PublicLife = "scheduled" | "doors" | "live" | "ending" | "ended" | "cancelled" | "lapsed";

/**
 * A full snapshot, at most 1 kB as JSON. Times are milliseconds since 1970.
 *
 * `part` is the part before which it is sent: it is true when that part is heard. -1 while there is no program.
 */
export interface PublicState {
  readonly v: 1;
  readonly part: number;
  readonly at: number;
  readonly life: PublicLife;
  /** Start of the live stretch, the announced start, or the end, whichever belongs to `life`; null when none is known. */
  readonly since: number | null;
  /** Seats whose last two writes drained, or that requested within 12 s. */
  readonly listening: number;
  /** Passes that received at least 10 s. */
  readonly unique: number;
  readonly waiting: number;
  readonly stage: readonly StageFigure[];
  readonly slate: boolean;
  /** False while parts go out unconfirmed, or when the Space is not recorded. */
  readonly recording: boolean;
  /** The version of the texts that belong to this snapshot. */
  readonly texts: number;
  /** Parts joined in one write to this listener. */
  readonly cadence: 1 | 2 | 3 | 6;
}

/** Names and long texts, sent once when they change and at the start of every stream. */
export interface PublicTexts {
  readonly v: number;
  readonly title: string;
  readonly description: string;
  readonly names: Readonly<Record<string, string>>;
  readonly announcement: { readonly id: string; readonly text: string; readonly by: string; readonly at: number } | null;
  readonly late: { readonly until: number | null; readonly reason: string } | null;
}

/** What `GET /api/v1/spaces/:id` answers. Times are milliseconds since 1970. */
export interface PublicSpace {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly life: PublicLife;
  readonly startsAt: number | null;
  /** The host's IANA zone. */
  readonly zone: string;
  readonly doorsAt: number | null;
  readonly since: number | null;
  readonly endedAt: number | null;
  /** Milliseconds of replay or of the live stretch so far. */
  readonly duration: number | null;
  readonly record: boolean;
  readonly replay: "at_once" | "after_review" | "never";
  /** Whether the replay can be played now. */
  readonly replayReady: boolean;
  readonly visibility: "unlisted" | "listed";
  readonly demo: boolean;
  readonly state: PublicState;
  readonly texts: PublicTexts;
  /** 0 to 100, one value for each second of replay, at most 600 values; empty until the end. */
  readonly waveform: readonly number[];
  /** Stretches of the replay, in seconds from its start, that were lost in an outage. */
  readonly gaps: readonly { readonly from: number; readonly to: number }[];
  /** The server's wall time, so that a page can correct its own clock. */
  readonly now: number;
}
