/** What everybody may know of a Space. */

import { PART_MS } from "@odeon/core/shared/program";
import { programMs } from "@odeon/core/space/evolve";
import type { Life, Space } from "@odeon/core/space/space";
import type { PublicSpace, PublicState, PublicTexts } from "@odeon/wire/state";

/** What is known of a Space beside its log: who is connected, who is heard, how many listen. */
export interface Moment {
  readonly now: number;
  readonly part: number;
  readonly speaking: ReadonlySet<string>;
  readonly away: ReadonlySet<string>;
  readonly selfMuted: ReadonlySet<string>;
  readonly left: ReadonlySet<string>;
  readonly listening: number;
  readonly unique: number;
  readonly confirmed: boolean;
  readonly textsVersion: number;
  readonly waveform: readonly number[];
}

/** The snapshot that rides along with the sound. */
export function publicState(space: Space, moment: Moment): PublicState {
  const stage = [...space.participants.values()]
    .filter((person) => person.place === "stage" && !person.removed && !moment.left.has(person.id))
    .map((person) => ({
      id: person.id,
      role: person.role,
      speaking: moment.speaking.has(person.id),
      muted: person.hostMuted || moment.selfMuted.has(person.id),
      away: moment.away.has(person.id),
    }));
  return {
    v: 1,
    part: moment.part,
    at: moment.now,
    life: space.life.is,
    since: sinceOf(space),
    listening: moment.listening,
    unique: moment.unique,
    waiting: 0,
    stage,
    slate: space.slate,
    recording: space.settings.record && moment.confirmed,
    texts: moment.textsVersion,
    cadence: 1,
  };
}

/** Names and long texts of a Space. */
export function publicTexts(space: Space, version: number): PublicTexts {
  const names = [...space.participants.values()].filter((person) => person.place === "stage").map((person) => [person.id, person.name] as const);
  const { title, description } = space.settings;
  return { v: version, title, description, names: Object.fromEntries(names), announcement: space.announcement, late: space.late };
}

/** What `GET /api/v1/spaces/:id` answers. */
export function publicSpace(space: Space, moment: Moment): PublicSpace {
  const { settings, life } = space;
  return {
    id: space.id,
    title: settings.title,
    description: settings.description,
    life: life.is,
    startsAt: settings.startsAt,
    zone: settings.zone,
    doorsAt: settings.startsAt === null || settings.doorsBefore === 0 ? null : settings.startsAt - settings.doorsBefore,
    since: sinceOf(space),
    endedAt: life.is === "ended" ? life.at : null,
    duration: life.is === "ended" ? life.duration : space.runs.length > 0 ? programMs(space) : null,
    record: settings.record,
    replay: settings.replay,
    replayReady: isReplayReady(space),
    visibility: settings.visibility,
    demo: space.demo,
    state: publicState(space, moment),
    texts: publicTexts(space, moment.textsVersion),
    waveform: life.is === "ended" ? moment.waveform : [],
    gaps: gapsOfReplay(space),
    now: moment.now,
  };
}

/** Whether the replay can be played by anyone. */
export function isReplayReady(space: Space): boolean {
  const { cut, settings, life } = space;
  if (life.is !== "ended" || cut === null || !settings.record || cut.hidden || cut.from >= cut.to) return false;
  return settings.replay === "at_once" || (settings.replay === "after_review" && cut.reviewed);
}

function gapsOfReplay(space: Space): PublicSpace["gaps"] {
  const from = space.cut?.from ?? space.runs[0]?.firstPart ?? 0;
  const to = space.cut?.to ?? space.nextPart;
  return space.gaps
    .map((gap) => ({ from: Math.max(gap.from, from), to: Math.min(gap.to, to) }))
    .filter((gap) => gap.from < gap.to)
    .map((gap) => ({ from: ((gap.from - from) * PART_MS) / 1_000, to: ((gap.to - from) * PART_MS) / 1_000 }));
}

function sinceOf(space: Space): number | null {
  const since: Readonly<Record<Life["is"], () => number | null>> = {
    scheduled: () => space.settings.startsAt,
    doors: () => space.settings.startsAt,
    live: () => (space.life.is === "live" ? space.life.since : null),
    ending: () => (space.life.is === "ending" ? space.life.since : null),
    ended: () => (space.life.is === "ended" ? space.life.at : null),
    cancelled: () => (space.life.is === "cancelled" ? space.life.at : null),
    lapsed: () => space.settings.startsAt,
  };
  return since[space.life.is]();
}
