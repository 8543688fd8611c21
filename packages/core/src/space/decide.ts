/** Decides what is asked of a Space: events, or a refusal that changes nothing. */

import { Fault, type FaultCode } from "../shared/fault.ts";
import { PART_MS } from "../shared/program.ts";
import { cleanBody, cleanLine, cleanName, cleanTitle } from "../shared/text.ts";
import { type WallTime, wallTime } from "../shared/units.ts";
import type { SpaceCommand } from "./command.ts";
import type { Life, Participant, ProgramRun, Space, SpaceEvent, SpaceSettings } from "./space.ts";

/** People who can be heard at once. */
export const STAGE_LIMIT = 13;
/** Milliseconds within which an end can be taken back. */
export const UNDO_MS = 10_000;
/** Milliseconds after the end during which the Space can go on at the same link. */
export const REOPEN_MS = 30 * 60_000;
/** Milliseconds after the announced start after which a Space that never began did not take place. */
export const LAPSE_MS = 12 * 3_600_000;
/** Milliseconds between the decision and the first sample of a run, so that the mixer makes its first part whole. */
export const RUN_LEAD_MS = 250;
/** People with a link who are remembered in one Space. */
const PEOPLE_LIMIT = 1_000;

type Ask<Name extends SpaceCommand["ask"]> = Extract<SpaceCommand, { ask: Name }>;

/**
 * Decides `command` at `now`.
 *
 * @returns the events that happen, in order; none when there is nothing to do
 * @throws Fault when it is refused: then nothing changes
 */
export function decide(space: Space | null, command: SpaceCommand, now: WallTime): readonly SpaceEvent[] {
  if (command.ask === "create") {
    if (space !== null) throw new Fault("internal", `${command.id} exists`);
    return [{ type: "created", at: now, id: command.id, settings: checkSettings(command.settings) as SpaceSettings, demo: command.demo }];
  }
  if (space === null) throw new Fault("space_not_found", "there is no such Space");
  return decideLife(space, command, now) ?? decidePeople(space, command, now) ?? decideRest(space, command, now);
}

/** When `tick` next has something to do; null while nothing is due ever. */
export function nextWake(space: Space): WallTime | null {
  const { life, settings } = space;
  if (life.is === "ending") return life.undoUntil;
  if (settings.startsAt === null || (life.is !== "scheduled" && life.is !== "doors")) return null;
  if (life.is === "scheduled" && settings.doorsBefore > 0) return wallTime(settings.startsAt - settings.doorsBefore);
  return wallTime(settings.startsAt + LAPSE_MS);
}

function decideLife(space: Space, command: SpaceCommand, now: WallTime): readonly SpaceEvent[] | null {
  switch (command.ask) {
    case "open_doors":
      assertNotOver(space.life);
      return space.life.is === "scheduled" ? [{ type: "doors_opened", at: now }] : [];
    case "go_live":
      return goLive(space, now);
    case "end":
      return end(space, now);
    case "undo_end":
      return undoEnd(space, now);
    case "reopen":
      return reopen(space, now);
    case "pause":
      return space.life.is === "live" || space.life.is === "ending" ? [{ type: "paused", at: now, run: newRun(space, now) }] : [];
    case "cancel":
      return cancel(space, now);
    case "tick":
      return tick(space, now);
    default:
      return null;
  }
}

function newRun(space: Space, now: WallTime): ProgramRun {
  return { firstPart: space.nextPart, startsAt: wallTime(now + RUN_LEAD_MS) };
}

function goLive(space: Space, now: WallTime): readonly SpaceEvent[] {
  if (space.life.is === "live" || space.life.is === "ending") throw new Fault("space_already_live", "it is live already");
  assertNotOver(space.life);
  const doors: readonly SpaceEvent[] = space.life.is === "scheduled" ? [{ type: "doors_opened", at: now }] : [];
  return [...doors, { type: "went_live", at: now, run: newRun(space, now) }];
}

function end(space: Space, now: WallTime): readonly SpaceEvent[] {
  if (space.life.is === "ending" || space.life.is === "ended") throw new Fault("space_ended", "it has ended already");
  if (space.life.is !== "live") throw new Fault("space_not_live", "it is not live");
  return [{ type: "ending_begun", at: now, undoUntil: wallTime(now + UNDO_MS), part: space.nextPart }];
}

function undoEnd({ life }: Space, now: WallTime): readonly SpaceEvent[] {
  if (life.is === "live") return [];
  if (life.is !== "ending" || now >= life.undoUntil) throw new Fault("undo_expired", "the ten seconds are over; it can be reopened");
  return [{ type: "ending_undone", at: now }];
}

function reopen(space: Space, now: WallTime): readonly SpaceEvent[] {
  if (space.life.is !== "ended") throw new Fault("space_not_ended", "it has not ended");
  if (now - space.life.at > REOPEN_MS) throw new Fault("reopen_expired", "it ended more than 30 minutes ago");
  return [{ type: "reopened", at: now, run: newRun(space, now) }];
}

function cancel({ life }: Space, now: WallTime): readonly SpaceEvent[] {
  if (life.is === "cancelled") return [];
  if (life.is !== "scheduled" && life.is !== "doors") throw new Fault(overCode(life), "only a Space that has not begun can be cancelled");
  return [{ type: "cancelled", at: now }];
}

function tick(space: Space, now: WallTime): readonly SpaceEvent[] {
  const due = nextWake(space);
  if (due === null || now < due) return [];
  if (space.life.is === "ending") return [{ type: "ended", at: now, parts: space.nextPart }];
  const { startsAt } = space.settings;
  if (startsAt !== null && now >= startsAt + LAPSE_MS) return [{ type: "lapsed", at: now }];
  return [{ type: "doors_opened", at: now }];
}

function decidePeople(space: Space, command: SpaceCommand, now: WallTime): readonly SpaceEvent[] | null {
  switch (command.ask) {
    case "join":
      return join(space, command, now);
    case "admit": {
      const person = assertPerson(space, command.participant);
      return person.admitted || person.place === "stage" ? [] : [{ type: "admitted", at: now, participant: person.id }];
    }
    case "place":
      return place(space, command, now);
    case "mute":
      return mute(space, command, now);
    case "allow":
      return assertPerson(space, command.participant).hostMuted ? [{ type: "allowed", at: now, participant: command.participant }] : [];
    case "remove":
      return space.participants.get(command.participant)?.removed === true
        ? []
        : [{ type: "removed", at: now, participant: assertPerson(space, command.participant).id }];
    case "give_role":
      return assertPerson(space, command.participant).role === command.role
        ? []
        : [{ type: "role_given", at: now, participant: command.participant, role: command.role }];
    case "panic":
      return [
        ...(space.slate ? [] : [{ type: "slated", at: now, on: true } as const]),
        ...mute(space, { ask: "mute", participant: "everyone" }, now),
      ];
    default:
      return null;
  }
}

function join(space: Space, command: Ask<"join">, now: WallTime): readonly SpaceEvent[] {
  if (space.life.is === "cancelled") throw new Fault("space_cancelled", "it was cancelled");
  const known = space.participants.get(command.participant);
  if (known?.removed === true) throw new Fault("participant_removed", "the host has removed you from this Space");
  if (command.consent.trim() === "") throw new Fault("consent_missing", "being recorded must be agreed to first");
  if (known === undefined && space.participants.size >= PEOPLE_LIMIT) throw new Fault("stage_full", "too many people have used this link");
  const name = cleanName(command.name);
  if (known !== undefined && known.name === name) return [];
  // A named link belongs to the first device that opens it; another one knocks like everybody.
  const guest = known === undefined && command.guest !== null && !space.guests.has(command.guest) ? command.guest : null;
  const consent = cleanLine(command.consent).slice(0, 40);
  return [{ type: "joined", at: now, participant: command.participant, name, role: command.role, consent, guest }];
}

function place(space: Space, command: Ask<"place">, now: WallTime): readonly SpaceEvent[] {
  const person = assertPerson(space, command.participant);
  if (person.place === command.place) return [];
  if (command.place === "stage") {
    const mayGoOn = command.self && (person.admitted || person.role !== "speaker");
    if (!mayGoOn) throw new Fault("participant_not_ready", "going on stage is the person's own press, after the host's yes");
    const onStage = [...space.participants.values()].filter((other) => other.place === "stage").length;
    if (onStage >= STAGE_LIMIT) throw new Fault("stage_full", `${STAGE_LIMIT} people are on stage`);
  }
  return [{ type: "placed", at: now, participant: person.id, place: command.place }];
}

function mute(space: Space, command: Ask<"mute">, now: WallTime): readonly SpaceEvent[] {
  const people =
    command.participant === "everyone"
      ? [...space.participants.values()].filter((person) => !person.removed)
      : [assertPerson(space, command.participant)];
  return people
    .filter((person) => !person.hostMuted && (command.participant !== "everyone" || person.place === "stage"))
    .map((person) => ({ type: "muted", at: now, participant: person.id }));
}

function decideRest(space: Space, command: SpaceCommand, now: WallTime): readonly SpaceEvent[] {
  switch (command.ask) {
    case "change": {
      assertChangeable(space, command.settings);
      const settings = checkSettings(command.settings);
      return Object.keys(settings).length === 0 ? [] : [{ type: "changed", at: now, settings }];
    }
    case "delay":
      assertNotOver(space.life);
      if (command.until !== null && command.until <= now) throw new Fault("time_invalid", "the new start is in the past");
      return [{ type: "delayed", at: now, until: command.until, reason: cleanBody(command.reason, 280) }];
    case "announce":
      return [{ type: "announced", at: now, id: command.id, text: cleanBody(command.text, 500), by: cleanLine(command.by).slice(0, 200) }];
    case "slate":
      return space.slate === command.on ? [] : [{ type: "slated", at: now, on: command.on }];
    case "fill_gap":
      return command.from < command.to ? [{ type: "gap_filled", at: now, from: command.from, to: command.to }] : [];
    case "cut_replay":
      return [{ type: "replay_cut", at: now, cut: checkCut(space, command.cut) }];
    case "revoke_link":
      return space.revoked.has(command.jti) ? [] : [{ type: "link_revoked", at: now, jti: command.jti }];
    case "set_capacity":
      return [{ type: "capacity_set", at: now, capacity: checkCapacity(command.capacity) }];
    default:
      throw new Fault("internal", `${command.ask} is not decided here`);
  }
}

function checkCut(space: Space, cut: Ask<"cut_replay">["cut"]): Ask<"cut_replay">["cut"] {
  if (space.life.is !== "ended") throw new Fault("space_not_ended", "the replay is cut after the end");
  const first = space.runs[0]?.firstPart ?? 0;
  const whole = [cut.from, cut.to, ...cut.cuts.flatMap(({ from, to }) => [from, to])].every(Number.isSafeInteger);
  if (!whole || cut.from < first || cut.to > space.nextPart || cut.from >= cut.to)
    throw new Fault("time_invalid", "the replay has at least one part, inside what was recorded");
  const ordered = cut.cuts.every(({ from, to }, i) => from < to && from >= (cut.cuts[i - 1]?.to ?? cut.from) && to <= cut.to);
  if (!ordered || cut.cuts.length > 100) throw new Fault("time_invalid", "passages that are cut follow one another inside the replay");
  return cut;
}

function checkSettings(settings: Partial<SpaceSettings>): Partial<SpaceSettings> {
  const { startsAt, capacity, zone, doorsBefore } = settings;
  if (startsAt !== undefined && startsAt !== null && !(Number.isSafeInteger(startsAt) && startsAt > 0 && startsAt < 8.64e15))
    throw new Fault("time_invalid", "startsAt is not a time");
  if (zone !== undefined && !/^[A-Za-z0-9_+\-/]{1,64}$/.test(zone)) throw new Fault("setting_invalid", "zone is an IANA name like Europe/Paris");
  if (doorsBefore !== undefined && !(doorsBefore >= 0 && doorsBefore <= 86_400_000))
    throw new Fault("setting_invalid", "doors open at most a day before");
  return {
    ...settings,
    ...(settings.title === undefined ? {} : { title: cleanTitle(settings.title) }),
    ...(settings.description === undefined ? {} : { description: cleanBody(settings.description, 5_000) }),
    ...(capacity === undefined ? {} : { capacity: checkCapacity(capacity) }),
  };
}

function checkCapacity(capacity: number | null): number | null {
  if (capacity !== null && !(Number.isSafeInteger(capacity) && capacity >= 1 && capacity <= 100_000_000))
    throw new Fault("setting_invalid", "capacity is a whole number from 1");
  return capacity;
}

function assertChangeable(space: Space, settings: Partial<SpaceSettings>): void {
  const begun = space.life.is === "live" || space.life.is === "ending" || space.life.is === "ended";
  if (begun && settings.record !== undefined && settings.record !== space.settings.record)
    throw new Fault("space_already_live", "whether it is recorded is settled before it begins");
  if (begun && settings.startsAt !== undefined) throw new Fault("space_already_live", "it has begun");
}

function assertPerson(space: Space, id: string): Participant {
  const person = space.participants.get(id);
  if (person === undefined || person.removed) throw new Fault("participant_not_found", "nobody here has that id");
  return person;
}

function assertNotOver(life: Life): void {
  if (life.is === "ending" || life.is === "ended" || life.is === "cancelled" || life.is === "lapsed") throw new Fault(overCode(life), "it is over");
}

function overCode(life: Life): FaultCode {
  if (life.is === "cancelled") return "space_cancelled";
  return life.is === "live" ? "space_already_live" : "space_ended";
}

/** The part that is on air at `now`, by the newest run's clock. */
export function partAt(space: Space, now: WallTime): number {
  const run = space.runs.at(-1);
  return run === undefined ? 0 : run.firstPart + Math.max(0, Math.floor((now - run.startsAt) / PART_MS));
}
