/** Folds what happened into what is. */

import { PART_MS } from "../shared/program.ts";
import { ms } from "../shared/units.ts";
import type { Participant, Space, SpaceEvent } from "./space.ts";

/** Folds one event into `space`. Total: an event that cannot apply (a replayed duplicate) changes nothing. */
export function evolve(space: Space | null, event: SpaceEvent): Space | null {
  if (event.type === "created") return space ?? create(event);
  return space === null ? null : fold(space, event);
}

/** Notes that part `number` is in the log. */
export function partWritten(space: Space, number: number): Space {
  return number < space.nextPart ? space : { ...space, nextPart: number + 1 };
}

/** Parts of the program up to now, in milliseconds of sound. */
export function programMs(space: Space): number {
  return (space.nextPart - firstPartOf(space)) * PART_MS;
}

function firstPartOf(space: Space): number {
  return space.runs[0]?.firstPart ?? 0;
}

function create(event: Extract<SpaceEvent, { type: "created" }>): Space {
  return {
    id: event.id,
    createdAt: event.at,
    settings: event.settings,
    life: { is: "scheduled" },
    late: null,
    announcement: null,
    participants: new Map(),
    runs: [],
    gaps: [],
    nextPart: 0,
    cut: null,
    revoked: new Set(),
    guests: new Map(),
    slate: false,
    demo: event.demo,
  };
}

type Folded = Exclude<SpaceEvent, { type: "created" }>;

function fold(space: Space, event: Folded): Space {
  switch (event.type) {
    case "joined":
    case "admitted":
    case "placed":
    case "muted":
    case "allowed":
    case "removed":
    case "role_given":
      return foldPerson(space, event);
    case "changed":
    case "capacity_set":
    case "delayed":
    case "announced":
    case "slated":
    case "link_revoked":
      return foldSetting(space, event);
    case "gap_filled":
    case "replay_cut":
      return foldRecording(space, event);
    default:
      return foldLife(space, event);
  }
}

function foldLife(
  space: Space,
  event: Extract<
    Folded,
    { type: "doors_opened" | "went_live" | "ending_begun" | "ending_undone" | "ended" | "reopened" | "paused" | "cancelled" | "lapsed" }
  >,
): Space {
  const { life } = space;
  switch (event.type) {
    case "doors_opened":
      return life.is === "scheduled" ? { ...space, life: { is: "doors", openedAt: event.at } } : space;
    case "went_live":
      return isBefore(life) ? { ...space, life: { is: "live", since: event.at }, late: null, runs: [event.run] } : space;
    case "ending_begun":
      return beginEnding(space, event);
    case "ending_undone":
      return life.is === "ending" ? { ...space, life: { is: "live", since: life.since }, cut: null } : space;
    case "ended":
      return life.is === "ending" ? { ...space, life: { is: "ended", at: event.at, duration: ms(lengthOf(space)) }, slate: false } : space;
    case "reopened":
      return life.is === "ended" ? { ...space, life: { is: "live", since: event.at }, runs: [...space.runs, event.run], cut: null } : space;
    case "paused":
      return isOnAir(life) ? { ...space, runs: [...space.runs, event.run] } : space;
    case "cancelled":
      return isBefore(life) ? { ...space, life: { is: "cancelled", at: event.at } } : space;
    case "lapsed":
      return isBefore(life) ? { ...space, life: { is: "lapsed", at: event.at } } : space;
  }
}

function beginEnding(space: Space, event: Extract<Folded, { type: "ending_begun" }>): Space {
  const { life } = space;
  if (life.is !== "live") return space;
  return {
    ...space,
    life: { is: "ending", since: life.since, undoUntil: event.undoUntil },
    cut: { from: firstPartOf(space), to: event.part, hidden: false, reviewed: false, cuts: [] },
  };
}

function isBefore({ is }: Space["life"]): boolean {
  return is === "scheduled" || is === "doors";
}

function isOnAir({ is }: Space["life"]): boolean {
  return is === "live" || is === "ending";
}

function lengthOf(space: Space): number {
  const { cut } = space;
  if (cut === null) return programMs(space);
  return (Math.min(cut.to, space.nextPart) - cut.from) * PART_MS;
}

function foldSetting(
  space: Space,
  event: Extract<Folded, { type: "changed" | "capacity_set" | "delayed" | "announced" | "slated" | "link_revoked" }>,
): Space {
  switch (event.type) {
    case "changed": {
      const revived = space.life.is === "lapsed" && (event.settings.startsAt ?? null) !== null;
      const late = event.settings.startsAt === undefined ? space.late : null;
      return { ...space, settings: { ...space.settings, ...event.settings }, late, ...(revived ? { life: { is: "scheduled" } as const } : {}) };
    }
    case "capacity_set":
      return { ...space, settings: { ...space.settings, capacity: event.capacity } };
    case "delayed":
      return { ...space, late: { until: event.until, reason: event.reason } };
    case "announced":
      return { ...space, announcement: event.text === "" ? null : { id: event.id, text: event.text, by: event.by, at: event.at } };
    case "slated":
      return { ...space, slate: event.on };
    case "link_revoked":
      return { ...space, revoked: new Set([...space.revoked, event.jti]) };
  }
}

function foldRecording(space: Space, event: Extract<Folded, { type: "gap_filled" | "replay_cut" }>): Space {
  if (event.type === "replay_cut") {
    const duration = ms(Math.max(0, event.cut.to - event.cut.from - event.cut.cuts.reduce((sum, cut) => sum + cut.to - cut.from, 0)) * PART_MS);
    return { ...space, cut: event.cut, ...(space.life.is === "ended" ? { life: { ...space.life, duration } } : {}) };
  }
  const last = space.gaps.at(-1);
  if (last !== undefined && event.to <= last.to) return space;
  if (last !== undefined && event.from <= last.to) return { ...space, gaps: [...space.gaps.slice(0, -1), { from: last.from, to: event.to }] };
  return { ...space, gaps: [...space.gaps, { from: event.from, to: event.to }] };
}

function foldPerson(
  space: Space,
  event: Extract<Folded, { type: "joined" | "admitted" | "placed" | "muted" | "allowed" | "removed" | "role_given" }>,
): Space {
  const known = space.participants.get(event.participant);
  if (event.type === "joined") {
    if (known?.removed === true) return space;
    const { name, role, at, guest } = event;
    const isFirst = guest !== null && !space.guests.has(guest);
    const fresh: Participant = {
      id: event.participant,
      name,
      role,
      place: "green",
      hostMuted: false,
      admitted: isFirst,
      removed: false,
      consentAt: at,
    };
    const joined = withPerson(space, known === undefined ? fresh : { ...known, name });
    return isFirst ? { ...joined, guests: new Map([...space.guests, [guest, event.participant]]) } : joined;
  }
  return known === undefined ? space : withPerson(space, changed(known, event));
}

function changed(
  person: Participant,
  event: Extract<Folded, { type: "admitted" | "placed" | "muted" | "allowed" | "removed" | "role_given" }>,
): Participant {
  switch (event.type) {
    case "admitted":
      return { ...person, admitted: true };
    case "placed":
      return { ...person, place: event.place, admitted: event.place === "green" ? false : person.admitted };
    case "muted":
      return { ...person, hostMuted: true };
    case "allowed":
      return { ...person, hostMuted: false };
    case "removed":
      return { ...person, removed: true, place: "green", admitted: false };
    case "role_given":
      return { ...person, role: event.role };
  }
}

function withPerson(space: Space, person: Participant): Space {
  return { ...space, participants: new Map([...space.participants, [person.id, person]]) };
}
