/**
 * The one table of states: what a listener's page says, for every Space, house, person and device. Keys lead into the pages' catalogue.
 */

/** How the Space stands, as a page can know it. */
export type SpaceFace =
  | "unknown"
  | "unannounced"
  | "scheduled"
  | "postponed"
  | "doors"
  /** A minute past the announced start, and nobody has begun. */
  | "overdue"
  | "live"
  /** The slate plays and nobody is on stage. */
  | "host_gone"
  /** The slate plays over the people on stage: panic, or the host's choice. */
  | "held"
  | "ending"
  | "replay"
  /** Over, and the host has not looked at the recording yet. */
  | "in_review"
  /** Over, recorded for nobody. */
  | "no_replay"
  /** Over; there was a recording and the host took it away. */
  | "removed"
  | "cancelled"
  | "lapsed";

/** How the house stands. `silent`: the stage is reconnecting; `away`: it does not answer; `full`: it has no seat. */
export type HouseFace = "well" | "silent" | "away" | "full";

/** What the person does. `late`: hears from where they paused. */
export type PersonFace = "idle" | "armed" | "connecting" | "playing" | "stalled" | "paused" | "paused_long" | "let_go" | "late";

/** What the device allows. */
export type DeviceFace = "ready" | "offline" | "refused" | "unsupported" | "other_tab" | "forgetful";

/** All that the words depend on. */
export interface Faces {
  readonly space: SpaceFace;
  readonly house: HouseFace;
  readonly person: PersonFace;
  readonly device: DeviceFace;
}

/** What the one button does. */
export type Press =
  | "listen"
  | "arm"
  | "disarm"
  | "pause"
  | "stop"
  | "continue"
  | "go_live"
  | "tap_again"
  | "listen_here"
  | "replay"
  | "pause_replay"
  | "try_again"
  | "front_page";

/** Every headline. */
export type HeadlineKey = `head_${SpaceFace}`;
/** Every sentence. */
export type SentenceKey =
  | `say_${SpaceFace}`
  | `say_${"armed" | "connecting" | "playing" | "stalled" | "paused" | "paused_long" | "let_go" | "late"}`
  | `say_house_${"silent" | "away" | "full"}`
  | `say_${"offline" | "offline_playing" | "refused" | "unsupported" | "other_tab" | "forgetful" | "replay_playing"}`;
/** Every button's words. */
export type ButtonKey = `press_${Press}`;
/** What a screen reader is told: the headline and the sentence in one breath, or less where it would only repeat. */
export type ReaderKey = HeadlineKey | SentenceKey;

/** What is said. */
export interface Words {
  readonly headline: HeadlineKey;
  readonly sentence: SentenceKey;
  readonly button: ButtonKey;
  readonly press: Press;
  readonly screenReader: readonly ReaderKey[];
}

/** Every value of each face, for tests and pictures. */
export const FACES = {
  space: [
    "unknown",
    "unannounced",
    "scheduled",
    "postponed",
    "doors",
    "overdue",
    "live",
    "host_gone",
    "held",
    "ending",
    "replay",
    "in_review",
    "no_replay",
    "removed",
    "cancelled",
    "lapsed",
  ],
  house: ["well", "silent", "away", "full"],
  person: ["idle", "armed", "connecting", "playing", "stalled", "paused", "paused_long", "let_go", "late"],
  device: ["ready", "offline", "refused", "unsupported", "other_tab", "forgetful"],
} as const satisfies { readonly [Face in keyof Faces]: readonly Faces[Face][] };

type Kind = "before" | "sounding" | "replay" | "over";

const KINDS: Readonly<Record<SpaceFace, Kind>> = {
  unknown: "over",
  unannounced: "before",
  scheduled: "before",
  postponed: "before",
  doors: "before",
  overdue: "before",
  live: "sounding",
  host_gone: "sounding",
  held: "sounding",
  ending: "sounding",
  replay: "replay",
  in_review: "over",
  no_replay: "over",
  removed: "over",
  cancelled: "over",
  lapsed: "over",
};

/** Chooses the words. Total: there is no combination without a headline, a sentence, a button and words for the ear. */
export function wordsFor(faces: Faces): Words {
  const headline: HeadlineKey = `head_${faces.space}`;
  const sentence = sentenceFor(faces);
  const press = pressFor(faces);
  return { headline, sentence, press, button: `press_${press}`, screenReader: [headline, sentence] };
}

function sentenceFor(faces: Faces): SentenceKey {
  const kind = KINDS[faces.space];
  if (kind === "over") return `say_${faces.space}`;
  return (
    deviceSentence(faces) ??
    houseSentence(faces) ??
    personSentence(faces, kind) ??
    (faces.device === "forgetful" ? "say_forgetful" : `say_${faces.space}`)
  );
}

function deviceSentence({ device, person }: Faces): SentenceKey | null {
  if (device === "unsupported" || device === "other_tab" || device === "refused") return `say_${device}`;
  if (device === "offline") return isSounding(person) ? "say_offline_playing" : "say_offline";
  return null;
}

function houseSentence({ house, space, person }: Faces): SentenceKey | null {
  if (house === "away" || house === "full") return `say_house_${house}`;
  return house === "silent" && KINDS[space] === "sounding" && isSounding(person) ? "say_house_silent" : null;
}

function personSentence({ person, space }: Faces, kind: Kind): SentenceKey | null {
  if (kind === "replay") return isSounding(person) ? "say_replay_playing" : null;
  if (kind === "before") return person === "idle" ? null : "say_armed";
  // What the stage says comes before what the player does: a slate, an ending.
  if (space !== "live" && (person === "playing" || person === "late")) return null;
  return person === "idle" ? null : `say_${person}`;
}

function pressFor(faces: Faces): Press {
  const kind = KINDS[faces.space];
  if (kind === "over") return "front_page";
  if (faces.device === "unsupported") return "try_again";
  if (faces.device === "other_tab") return "listen_here";
  if (faces.device === "refused") return "tap_again";
  if (kind === "replay") return isSounding(faces.person) ? "pause_replay" : "replay";
  if (kind === "before") return faces.person === "idle" ? "arm" : "disarm";
  return LIVE_PRESS[faces.person];
}

const LIVE_PRESS: Readonly<Record<PersonFace, Press>> = {
  idle: "listen",
  armed: "stop",
  connecting: "stop",
  playing: "pause",
  stalled: "pause",
  late: "pause",
  paused: "listen",
  paused_long: "continue",
  let_go: "go_live",
};

function isSounding(person: PersonFace): boolean {
  return person === "playing" || person === "stalled" || person === "late" || person === "connecting";
}
