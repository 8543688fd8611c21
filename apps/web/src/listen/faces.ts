/** From what the page knows to the table of states: pure. */

import type { DeviceFace, HouseFace, PersonFace, SpaceFace } from "@odeon/core/space/words";
import { LONG_PAUSE_MS, type PlayerView } from "@odeon/player/player";
import type { PublicSpace, PublicState } from "@odeon/wire/state";

/** After the announced start plus this the page says that nobody has begun. */
const OVERDUE_MS = 60_000;
/** The recording may take this long to be announced after the end; the contract is a second. */
const REPLAY_DUE_MS = 20_000;

/** How the Space stands at what is heard. @param state true at the ear, or the newest when nothing plays. @param now the house's wall time */
export function faceSpace(space: PublicSpace, state: PublicState, now: number): SpaceFace {
  const life = space.life === "ended" && state.life === "live" && state.part < space.state.part ? state.life : newerLife(space, state);
  switch (life) {
    case "scheduled":
    case "doors":
      return faceBefore(space, life, now);
    case "live":
      if (!state.slate) return "live";
      return state.stage.every((figure) => figure.away) ? "host_gone" : "held";
    case "ending":
      return "ending";
    case "ended":
      return faceEnded(space, now);
    default:
      return life;
  }
}

/** How the person stands. @param now the browser's wall time */
export function facePerson(view: PlayerView, isReplayPlaying: boolean, now: number): PersonFace {
  if (isReplayPlaying) return "playing";
  switch (view.is) {
    case "playing":
      return view.isShifted ? "late" : "playing";
    case "paused":
      if (!view.canContinue) return "let_go";
      return now - (view.pausedAt ?? now) > LONG_PAUSE_MS ? "paused_long" : "paused";
    case "armed":
    case "connecting":
    case "stalled":
      return view.is;
    case "blocked":
      return "connecting";
    default:
      return "idle";
  }
}

/** How the house stands. @param reachable whether its last answer to this page came */
export function faceHouse(view: PlayerView, reachable: boolean): HouseFace {
  const isPlaying = view.is === "playing" || view.is === "stalled" || view.is === "connecting";
  if (isPlaying) return view.is === "playing" && view.network !== "silent" ? "well" : view.network;
  return reachable ? "well" : "away";
}

/** What the device allows. */
export function faceDevice(device: {
  readonly view: PlayerView;
  readonly online: boolean;
  readonly elsewhere: boolean;
  readonly remembers: boolean;
}): DeviceFace {
  if (device.view.is === "unsupported") return "unsupported";
  if (!device.online) return "offline";
  if (device.view.is === "blocked") return "refused";
  if (device.elsewhere) return "other_tab";
  return device.remembers ? "ready" : "forgetful";
}

/** The life that counts: what the stream says while it is ahead, what the API says otherwise. */
function newerLife(space: PublicSpace, state: PublicState): PublicSpace["life"] {
  return state.at > space.state.at ? state.life : space.life;
}

function faceBefore(space: PublicSpace, life: "scheduled" | "doors", now: number): SpaceFace {
  const { late } = space.texts;
  const startsAt = late?.until ?? space.startsAt;
  if (late !== null && (late.until === null || now < late.until)) return "postponed";
  if (startsAt !== null && now > startsAt + OVERDUE_MS) return "overdue";
  if (life === "doors") return "doors";
  return startsAt === null ? "unannounced" : "scheduled";
}

function faceEnded(space: PublicSpace, now: number): SpaceFace {
  if (space.replayReady) return "replay";
  if (!space.record || space.replay === "never") return "no_replay";
  if (space.replay === "after_review") return "in_review";
  return now - (space.endedAt ?? now) < REPLAY_DUE_MS ? "ending" : "removed";
}
