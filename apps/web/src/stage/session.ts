/** The speaker's connection as a pure machine: what is, what happened, what to do next. The clock and the dice are passed in. */

import type { Instant } from "@odeon/core/shared/units";

/** Why a connection was lost. */
export type Loss = "failed" | "silent" | "network" | "drain" | "unreachable" | "busy" | "slow";

/** The connection between this page and the stage. */
export type Link =
  /** Not asked for. */
  | { readonly is: "off" }
  /** An offer is on its way or the paths are being tried. */
  | { readonly is: "opening"; readonly attempt: number; readonly since: Instant; readonly again: boolean }
  /** Sound flows; `pongAt` is the last sign of life from the stage. */
  | { readonly is: "open"; readonly since: Instant; readonly pongAt: Instant }
  /** Lost; the next attempt is made at `until`. */
  | { readonly is: "waiting"; readonly attempt: number; readonly until: Instant; readonly why: Loss; readonly again: boolean }
  /** The house said no, and asking again would not change that. */
  | { readonly is: "refused"; readonly code: string; readonly detail: string }
  /** Ended on purpose, by either side. */
  | { readonly is: "closed"; readonly reason: "left" | "removed" | "moved" | "ended" };

/** What happened to the connection. */
export type LinkEvent =
  | { readonly type: "wanted" }
  /** The data channel is open. */
  | { readonly type: "connected" }
  | { readonly type: "ponged" }
  | { readonly type: "lost"; readonly why: Loss }
  /** `retryAfter` in seconds, when the house said when to come back. */
  | { readonly type: "refused"; readonly status: number; readonly code: string; readonly detail: string; readonly retryAfter: number | null }
  | { readonly type: "closed"; readonly reason: "left" | "removed" | "moved" | "ended" }
  /** Time has passed. */
  | { readonly type: "ticked" };

/** The next state, and what the page does about it: makes a fresh connection, shuts the one there is, or nothing. */
export interface Step {
  readonly link: Link;
  readonly effect: "open" | "shut" | null;
}

/** Milliseconds without a pong after which the connection is made again. */
export const SILENT_MS = 2_500;
/** Milliseconds that one attempt may take. */
export const OPENING_MS = 8_000;
/** Milliseconds of the longest wait between attempts. */
export const LONGEST_WAIT_MS = 5_000;
const FIRST_WAIT_MS = 250;

/**
 * Decides what follows from `event`.
 *
 * Total: an event that does not fit the state (a late answer of a connection that is gone) changes nothing.
 *
 * @param random 0 to 1, drawn for this step; spreads the attempts of many pages
 */
export function step(link: Link, event: LinkEvent, now: Instant, random: number): Step {
  switch (event.type) {
    case "wanted":
      return isTrying(link) ? stay(link) : { link: { is: "opening", attempt: 0, since: now, again: false }, effect: "open" };
    case "connected":
      return link.is === "opening" ? stay({ is: "open", since: now, pongAt: now }) : stay(link);
    case "ponged":
      return link.is === "open" ? stay({ ...link, pongAt: now }) : stay(link);
    case "lost":
      return lose(link, { why: event.why, now, random, retryAfter: null });
    case "refused":
      return refuse(link, event, now, random);
    case "closed":
      return link.is === "off" || link.is === "closed" ? stay(link) : { link: { is: "closed", reason: event.reason }, effect: "shut" };
    case "ticked":
      return tick(link, now, random);
  }
}

/** Whether the page works on being connected, or is. */
export function isTrying(link: Link): link is Extract<Link, { is: "opening" | "open" | "waiting" }> {
  return link.is === "opening" || link.is === "open" || link.is === "waiting";
}

function stay(link: Link): Step {
  return { link, effect: null };
}

interface Lost {
  readonly why: Loss;
  readonly now: Instant;
  readonly random: number;
  readonly retryAfter: number | null;
}

/** After an open connection the first attempt follows at once; after failed ones the wait doubles. */
function lose(link: Link, { why, now, random, retryAfter }: Lost): Step {
  if (link.is !== "opening" && link.is !== "open") return stay(link);
  if (link.is === "open") return { link: { is: "waiting", attempt: 0, until: later(now, random * FIRST_WAIT_MS), why, again: true }, effect: "shut" };
  const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(link.attempt + 1, 10));
  const least = retryAfter === null ? 0 : Math.min(30, Math.max(0, retryAfter)) * 1_000;
  const until = later(now, Math.max(least, wait * (0.5 + random / 2)));
  return { link: { is: "waiting", attempt: link.attempt + 1, until, why, again: link.again }, effect: "shut" };
}

function refuse(link: Link, event: Extract<LinkEvent, { type: "refused" }>, now: Instant, random: number): Step {
  if (link.is !== "opening") return stay(link);
  const passing = event.status >= 500 || event.status === 429 || event.status === 408;
  if (passing) return lose(link, { why: "busy", now, random, retryAfter: event.retryAfter });
  return { link: { is: "refused", code: event.code, detail: event.detail }, effect: "shut" };
}

function tick(link: Link, now: Instant, random: number): Step {
  if (link.is === "open" && now - link.pongAt > SILENT_MS) return lose(link, { why: "silent", now, random, retryAfter: null });
  if (link.is === "opening" && now - link.since > OPENING_MS) return lose(link, { why: "slow", now, random, retryAfter: null });
  if (link.is === "waiting" && now >= link.until)
    return { link: { is: "opening", attempt: link.attempt, since: now, again: link.again }, effect: "open" };
  return stay(link);
}

function later(now: Instant, by: number): Instant {
  return (now + by) as Instant;
}
