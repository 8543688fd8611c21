/** What host, speakers and operators see of a stage: the `desk` snapshot of `GET /api/v1/spaces/:id/events`, and the data channel's messages. */

import type { Place, Role } from "@odeon/core/space/space";
import type { PublicSpace } from "./state.ts";

/** One person at the desk. */
export interface DeskPerson {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly place: Place;
  /** The host said yes; the person's own press brings them on. */
  readonly admitted: boolean;
  readonly hostMuted: boolean;
  readonly selfMuted: boolean;
  /** The sound check passed: sound was heard in the green room. */
  readonly checked: boolean;
  readonly connection: "connected" | "away" | "left";
  /** Share of packets lost in the last 5 s, 0 to 1. */
  readonly loss: number;
  /** Round trip of the presence ping in milliseconds; null before the first. */
  readonly rtt: number | null;
  /** A name on stage that looks like this one. */
  readonly resembles: string | null;
}

/** The whole desk, sent when it changed, at most 4 times a second. */
export interface Desk {
  readonly space: PublicSpace;
  /** The link of everyone who listens. */
  readonly listen: string;
  /** Whom the caller's link is for, where it is one person's own. */
  readonly invitedAs: string | null;
  readonly people: readonly DeskPerson[];
  /** Milliseconds since 1970 until which `end` can be undone. */
  readonly undoUntil: number | null;
  readonly reopenUntil: number | null;
  readonly recording: { readonly is: "off" | "ok" | "unconfirmed"; readonly checkedAt: number; readonly detail: string };
  /** The caller's own participant id, when the token names one. */
  readonly you: string | null;
  readonly youAre: "operator" | "host" | "speaker";
  readonly replay: {
    readonly from: number;
    readonly to: number;
    readonly hidden: boolean;
    readonly reviewed: boolean;
    readonly parts: number;
  } | null;
}

/** Client to stage on the data channel labelled `odeon`, once a second: presence. */
export interface Ping {
  readonly ask: "ping";
  readonly n: number;
  /** The microphone is switched off in the page. */
  readonly muted: boolean;
  /** Round trip of the last ping in milliseconds, if known. */
  readonly rtt: number | null;
}

/** Stage to client on the data channel. */
export type StageSignal =
  | { readonly type: "pong"; readonly n: number }
  /** Levels 0 to 1 (RMS, dBFS mapped from -60 to 0) by participant, five times a second. */
  | { readonly type: "levels"; readonly levels: Readonly<Record<string, number>> }
  /** The connection is to be made again at once (drain) or not at all. */
  | { readonly type: "close"; readonly reason: "drain" | "removed" | "moved" | "ended" };
