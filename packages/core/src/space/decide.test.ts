import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Fault } from "../shared/fault.ts";
import { ms, wallTime } from "../shared/units.ts";
import type { SpaceCommand } from "./command.ts";
import { decide, LAPSE_MS, nextWake, REOPEN_MS, STAGE_LIMIT, UNDO_MS } from "./decide.ts";
import { evolve, partWritten } from "./evolve.ts";
import type { Life, Space, SpaceSettings } from "./space.ts";

const settings: SpaceSettings = {
  title: "An evening",
  description: "",
  startsAt: wallTime(10_000_000),
  zone: "Europe/Paris",
  capacity: null,
  record: true,
  visibility: "unlisted",
  replay: "at_once",
  doorsBefore: ms(600_000),
};
const create: SpaceCommand = { ask: "create", id: "s", settings, demo: false };

/** Every step that a life may take; anything else is a defect. */
const LEGAL: Readonly<Record<Life["is"], readonly Life["is"][]>> = {
  scheduled: ["doors", "cancelled", "lapsed"],
  doors: ["live", "cancelled", "lapsed"],
  live: ["ending"],
  ending: ["live", "ended"],
  ended: ["live"],
  cancelled: [],
  lapsed: ["scheduled"],
};

function run(space: Space | null, command: SpaceCommand, now: number): Space {
  const next = decide(space, command, wallTime(now)).reduce<Space | null>((folded, event) => evolve(folded, event), space);
  if (next === null) throw new Error("no Space");
  return next;
}

const lived = (...commands: readonly SpaceCommand[]): Space =>
  commands.reduce<Space>((space, command) => run(space, command, 1_000), run(null, create, 0));

const person = fc.constantFrom("p1", "p2", "p3");
const command: fc.Arbitrary<SpaceCommand> = fc.oneof(
  fc.constantFrom<SpaceCommand>(
    { ask: "open_doors" },
    { ask: "go_live" },
    { ask: "end" },
    { ask: "undo_end" },
    { ask: "reopen" },
    { ask: "cancel" },
    { ask: "tick" },
    { ask: "panic" },
    { ask: "pause" },
  ),
  person.map(
    (participant): SpaceCommand => ({
      ask: "join",
      participant,
      name: `Name ${participant}`,
      role: participant === "p1" ? "host" : "speaker",
      consent: "1",
      guest: participant === "p3" ? "link" : null,
    }),
  ),
  person.map((participant): SpaceCommand => ({ ask: "admit", participant })),
  fc
    .record({ participant: person, place: fc.constantFrom("green" as const, "stage" as const), self: fc.boolean() })
    .map((rest): SpaceCommand => ({ ask: "place", ...rest })),
  fc.oneof(person, fc.constant("everyone" as const)).map((participant): SpaceCommand => ({ ask: "mute", participant })),
  person.map((participant): SpaceCommand => ({ ask: "allow", participant })),
  person.map((participant): SpaceCommand => ({ ask: "remove", participant })),
  fc.boolean().map((on): SpaceCommand => ({ ask: "slate", on })),
  fc.integer({ min: -5, max: 20_000_000 }).map((at): SpaceCommand => ({ ask: "change", settings: { startsAt: wallTime(at) } })),
);

describe("any order of commands, at any times", () => {
  test("takes only legal steps; what is decided always changes something; a fold of the events alone gives the same state; parts never fall", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(command, fc.nat(30_000_000)), { maxLength: 60 }), (steps) => {
        let space = run(null, create, 0);
        const log = [...decide(null, create, wallTime(0))];
        let now = 0;
        for (const [step, pause] of steps) {
          now += pause;
          const before = space;
          try {
            for (const event of decide(space, step, wallTime(now))) {
              const next = evolve(space, event);
              expect(next, `${event.type} is decided and then ignored`).not.toBe(space);
              if (next === null) throw new Error("lost");
              if (next.life.is !== space.life.is) expect(LEGAL[space.life.is]).toContain(next.life.is);
              space = next;
              log.push(event);
            }
          } catch (error) {
            expect(error).toBeInstanceOf(Fault);
            expect(space).toBe(before);
          }
          expect(space.nextPart).toBeGreaterThanOrEqual(before.nextPart);
        }
        expect(log.reduce<Space | null>((folded, event) => evolve(folded, event), null)).toEqual(space);
        for (const event of log) expect(evolve(space, event)).not.toBeNull();
      }),
      { numRuns: 300 },
    );
  });

  test("nobody is on stage who was not let on, and nobody who was removed", () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 40 }), (steps) => {
        let space = run(null, create, 0);
        const admitted = new Set<string>();
        for (const step of steps) {
          try {
            const next = run(space, step, 5);
            if (step.ask === "admit") admitted.add(step.participant);
            // A guest's own link is the host's yes, given beforehand.
            if (step.ask === "join" && next?.guests.get("link") === step.participant) admitted.add(step.participant);
            if (step.ask === "place" && next !== space && step.place === "stage" && step.participant !== "p1") {
              expect(step.self).toBe(true);
              expect(admitted.has(step.participant)).toBe(true);
            }
            space = next;
          } catch (error) {
            expect(error).toBeInstanceOf(Fault);
          }
        }
        for (const one of space.participants.values()) if (one.removed) expect(one.place).toBe("green");
      }),
    );
  });
});

const refusal = (space: Space | null, step: SpaceCommand, now = 2_000): string => {
  try {
    decide(space, step, wallTime(now));
  } catch (error) {
    if (error instanceof Fault) return error.code;
    throw error;
  }
  return "decided";
};

describe("the host's actions", () => {
  test("two hosts going live at once: the second is told so and nothing changes", () => {
    expect(refusal(lived({ ask: "go_live" }), { ask: "go_live" })).toBe("space_already_live");
  });

  test("ending twice is refused; within 10 s it is undone, after that reopened for 30 minutes", () => {
    const ending = lived({ ask: "go_live" }, { ask: "end" });
    expect(refusal(ending, { ask: "end" })).toBe("space_ended");
    expect(run(ending, { ask: "undo_end" }, 1_000 + UNDO_MS - 1).life.is).toBe("live");
    expect(refusal(ending, { ask: "undo_end" }, 1_000 + UNDO_MS)).toBe("undo_expired");
    expect(decide(ending, { ask: "tick" }, wallTime(1_000 + UNDO_MS - 1))).toEqual([]);
    const ended = run(ending, { ask: "tick" }, 1_000 + UNDO_MS);
    expect(ended.life.is).toBe("ended");
    const again = run(ended, { ask: "reopen" }, 20_000);
    expect([again.life.is, again.runs.length]).toEqual(["live", 2]);
    expect(refusal(ended, { ask: "reopen" }, 1_000 + UNDO_MS + REOPEN_MS + 1)).toBe("reopen_expired");
  });

  test("doors open by themselves 10 minutes before the start; what has not begun 12 h after it did not take place, and can be rescheduled", () => {
    const space = lived();
    expect(nextWake(space)).toBe(10_000_000 - 600_000);
    const doors = run(space, { ask: "tick" }, 10_000_000 - 600_000);
    expect(doors.life.is).toBe("doors");
    const lapsed = run(doors, { ask: "tick" }, 10_000_000 + LAPSE_MS);
    expect(lapsed.life.is).toBe("lapsed");
    expect(run(lapsed, { ask: "change", settings: { startsAt: wallTime(99_000_000) } }, 60_000_000).life.is).toBe("scheduled");
  });

  test("mute belongs to the person: joining again keeps it", () => {
    const join: SpaceCommand = { ask: "join", participant: "p1", name: "Ada", role: "speaker", consent: "1", guest: null };
    const muted = lived(join, { ask: "mute", participant: "p1" }, join);
    expect(muted.participants.get("p1")?.hostMuted).toBe(true);
  });

  test(`the stage holds ${STAGE_LIMIT}`, () => {
    const people = Array.from({ length: STAGE_LIMIT + 1 }, (_, i) => `h${i}`);
    const joins = people.map(
      (participant): SpaceCommand => ({ ask: "join", participant, name: participant, role: "host", consent: "1", guest: null }),
    );
    const places = people.slice(0, STAGE_LIMIT).map((participant): SpaceCommand => ({ ask: "place", participant, place: "stage", self: true }));
    expect(refusal(lived(...joins, ...places), { ask: "place", participant: `h${STAGE_LIMIT}`, place: "stage", self: true })).toBe("stage_full");
  });

  test("the replay is cut inside what was recorded, and its length follows", () => {
    let space = lived({ ask: "go_live" });
    for (let number = 0; number < 100; number++) space = partWritten(space, number);
    space = run(run(space, { ask: "end" }, 3_000), { ask: "tick" }, 3_000 + UNDO_MS);
    const cut = { from: 10, to: 60, hidden: false, reviewed: true, cuts: [{ from: 20, to: 30 }] };
    const after = run(space, { ask: "cut_replay", cut }, 20_000);
    expect(after.life).toMatchObject({ is: "ended", duration: 40 * 320 });
    for (const wrong of [
      { ...cut, to: 101 },
      { ...cut, from: 60 },
      { ...cut, cuts: [{ from: 5, to: 12 }] },
      { ...cut, from: 0.5 },
    ]) {
      expect(refusal(space, { ask: "cut_replay", cut: wrong }, 20_000)).toBe("time_invalid");
    }
  });

  test("consent comes before anything else", () => {
    expect(refusal(lived(), { ask: "join", participant: "p", name: "Ada", role: "speaker", consent: " ", guest: null })).toBe("consent_missing");
  });
});

test("a guest's own link lets the first device in without knocking, and no other", () => {
  const join = (participant: string, guest: string | null): SpaceCommand => ({
    ask: "join",
    participant,
    name: participant,
    role: "speaker",
    consent: "1",
    guest,
  });
  let space = lived();
  for (const command of [join("first", "link"), join("second", "link"), join("third", null)]) space = run(space, command, 2_000);
  expect([...space.participants.values()].filter(({ admitted }) => admitted).map(({ id }) => id)).toEqual(["first"]);
  expect(run(space, { ask: "place", participant: "first", place: "stage", self: true }, 2_000).participants.get("first")?.place).toBe("stage");
  expect(refusal(space, { ask: "place", participant: "second", place: "stage", self: true })).toBe("participant_not_ready");
});
