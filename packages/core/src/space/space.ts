/** A Space: what it is at an instant, and the events of which that is the fold. */

import type { Ms, WallTime } from "../shared/units.ts";

/** Who may do what on a stage. */
export type Role = "host" | "cohost" | "speaker";

/** Whether lists show the Space. */
export type Visibility = "unlisted" | "listed";
/** When the replay becomes public. */
export type ReplayPolicy = "at_once" | "after_review" | "never";

/** What an organiser chooses; all of it may change until the Space ends, except `record` while live. */
export interface SpaceSettings {
  readonly title: string;
  readonly description: string;
  /** The announced start; null when nothing is announced. */
  readonly startsAt: WallTime | null;
  /** IANA zone of the host, shown beside the reader's own where it differs. */
  readonly zone: string;
  /** Most listeners; null means what the house holds. */
  readonly capacity: number | null;
  readonly record: boolean;
  readonly visibility: Visibility;
  readonly replay: ReplayPolicy;
  /** The doors open this long before `startsAt`; 0 means by hand. */
  readonly doorsBefore: Ms;
}

/** The Space's life. */
export type Life =
  | { readonly is: "scheduled" }
  | { readonly is: "doors"; readonly openedAt: WallTime }
  | { readonly is: "live"; readonly since: WallTime }
  /** Microphones are closed and the slate plays; `undoUntil` is when it becomes `ended`. */
  | { readonly is: "ending"; readonly since: WallTime; readonly undoUntil: WallTime }
  | { readonly is: "ended"; readonly at: WallTime; readonly duration: Ms }
  | { readonly is: "cancelled"; readonly at: WallTime }
  | { readonly is: "lapsed"; readonly at: WallTime };

/** Where a person stands. `knocking` waits for the host's yes before the green room's door. */
export type Place = "green" | "stage";

/** A person with a speaker's or host's link, as the log knows them. */
export interface Participant {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly place: Place;
  /** Muted by a host; belongs to the person and outlives connections. */
  readonly hostMuted: boolean;
  /** The host allowed this person to go on air; going on is the person's own press. */
  readonly admitted: boolean;
  readonly removed: boolean;
  readonly consentAt: WallTime;
}

/** A stretch of the program without a break in its clock. */
export interface ProgramRun {
  readonly firstPart: number;
  /** The wall time of the first sample of `firstPart`. */
  readonly startsAt: WallTime;
}

/** A stretch of silent parts written after an outage; `to` is exclusive. */
export interface Gap {
  readonly from: number;
  readonly to: number;
}

/** What the public address of the replay gives. Numbers are parts; `to` is exclusive. */
export interface ReplayCut {
  readonly from: number;
  readonly to: number;
  readonly hidden: boolean;
  readonly reviewed: boolean;
  /** Passages cut out between `from` and `to`. */
  readonly cuts: readonly Gap[];
}

/** A note from the host to everyone. */
export interface Announcement {
  readonly id: string;
  readonly text: string;
  readonly by: string;
  readonly at: WallTime;
}

/** Everything that is known of a Space: a fold of its log. */
export interface Space {
  readonly id: string;
  readonly createdAt: WallTime;
  readonly settings: SpaceSettings;
  readonly life: Life;
  readonly late: { readonly until: WallTime | null; readonly reason: string } | null;
  readonly announcement: Announcement | null;
  readonly participants: ReadonlyMap<string, Participant>;
  readonly runs: readonly ProgramRun[];
  readonly gaps: readonly Gap[];
  /** The number the next part will bear. */
  readonly nextPart: number;
  readonly cut: ReplayCut | null;
  /** Ids of revoked links (the `jti` of their tokens). */
  readonly revoked: ReadonlySet<string>;
  /** Named links that were opened: the link's id and the person of the device that was first. */
  readonly guests: ReadonlyMap<string, string>;
  readonly slate: boolean;
  readonly demo: boolean;
}

/** What happened in a Space. Past tense; each is one record of the log. */
export type SpaceEvent =
  | { readonly type: "created"; readonly at: WallTime; readonly id: string; readonly settings: SpaceSettings; readonly demo: boolean }
  | { readonly type: "changed"; readonly at: WallTime; readonly settings: Partial<SpaceSettings> }
  | { readonly type: "doors_opened"; readonly at: WallTime }
  | { readonly type: "went_live"; readonly at: WallTime; readonly run: ProgramRun }
  | { readonly type: "ending_begun"; readonly at: WallTime; readonly undoUntil: WallTime; readonly part: number }
  | { readonly type: "ending_undone"; readonly at: WallTime }
  | { readonly type: "ended"; readonly at: WallTime; readonly parts: number }
  | { readonly type: "reopened"; readonly at: WallTime; readonly run: ProgramRun }
  | { readonly type: "paused"; readonly at: WallTime; readonly run: ProgramRun }
  | { readonly type: "cancelled"; readonly at: WallTime }
  | { readonly type: "lapsed"; readonly at: WallTime }
  | { readonly type: "delayed"; readonly at: WallTime; readonly until: WallTime | null; readonly reason: string }
  | { readonly type: "announced"; readonly at: WallTime; readonly id: string; readonly text: string; readonly by: string }
  | {
      readonly type: "joined";
      readonly at: WallTime;
      readonly participant: string;
      readonly name: string;
      readonly role: Role;
      readonly consent: string;
      /** The named link that now belongs to this person; null where they have to knock. */
      readonly guest: string | null;
    }
  | { readonly type: "admitted"; readonly at: WallTime; readonly participant: string }
  | { readonly type: "placed"; readonly at: WallTime; readonly participant: string; readonly place: Place }
  | { readonly type: "muted"; readonly at: WallTime; readonly participant: string }
  | { readonly type: "allowed"; readonly at: WallTime; readonly participant: string }
  | { readonly type: "removed"; readonly at: WallTime; readonly participant: string }
  | { readonly type: "role_given"; readonly at: WallTime; readonly participant: string; readonly role: Role }
  | { readonly type: "slated"; readonly at: WallTime; readonly on: boolean }
  | { readonly type: "gap_filled"; readonly at: WallTime; readonly from: number; readonly to: number }
  | { readonly type: "replay_cut"; readonly at: WallTime; readonly cut: ReplayCut }
  | { readonly type: "link_revoked"; readonly at: WallTime; readonly jti: string }
  | { readonly type: "capacity_set"; readonly at: WallTime; readonly capacity: number | null };
