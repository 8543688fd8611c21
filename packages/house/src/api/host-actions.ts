/** What a host may do to a Space. Every action may carry an `Idempotency-Key`. */

import { Fault } from "@odeon/core/shared/fault";
import { PART_MS } from "@odeon/core/shared/program";
import { cleanName } from "@odeon/core/shared/text";
import type { SpaceCommand } from "@odeon/core/space/command";
import type { ReplayCut, Role, Space } from "@odeon/core/space/space";
import type { BODIES } from "@odeon/wire/api/bodies";
import type { FastifyRequest } from "fastify";
import { makeId } from "../house.ts";
import type { Room } from "../rooms/room.ts";
import { type Api, describe } from "./api.ts";
import { Idempotency } from "./idempotency.ts";
import { linksOf, readTime } from "./spaces.ts";

interface Action {
  readonly path: string;
  readonly summary: string;
  readonly body: keyof typeof BODIES;
  readonly command: (body: never, space: Space) => SpaceCommand;
}

const ACTIONS: readonly Action[] = [
  { path: "doors", summary: "Opens the doors", body: "empty", command: () => ({ ask: "open_doors" }) },
  { path: "live", summary: "Goes live", body: "empty", command: () => ({ ask: "go_live" }) },
  {
    path: "end",
    summary: "Ends the Space, with 10 s to undo",
    body: "end",
    command: (body: { readonly undo?: boolean }) => ({ ask: body.undo === true ? "undo_end" : "end" }),
  },
  { path: "reopen", summary: "Goes on at the same link, within 30 minutes of the end", body: "empty", command: () => ({ ask: "reopen" }) },
  { path: "cancel", summary: "Cancels a Space that has not begun", body: "empty", command: () => ({ ask: "cancel" }) },
  {
    path: "delay",
    summary: "Says that it begins late, and why",
    body: "delay",
    command: (body: { readonly until: number | string | null; readonly reason: string }) => ({
      ask: "delay",
      until: readTime(body.until),
      reason: body.reason,
    }),
  },
  {
    path: "announcements",
    summary: "Says something to everyone in writing",
    body: "announcement",
    command: (body: { readonly text: string }) => ({ ask: "announce", id: makeId(), text: body.text, by: "the host" }),
  },
  {
    path: "audience",
    summary: "Limits the audience",
    body: "audience",
    command: (body: { readonly limit: number | null }) => ({ ask: "set_capacity", capacity: body.limit }),
  },
  { path: "mute", summary: "Mutes a person or everyone", body: "mute", command: muteOf },
  {
    path: "allow",
    summary: "Lets a muted person open their own microphone again",
    body: "participant",
    command: (body: { readonly participant: string }) => ({ ask: "allow", participant: body.participant }),
  },
  {
    path: "admit",
    summary: "Lets a person go on stage: their own press brings them on",
    body: "participant",
    command: (body: { readonly participant: string }) => ({ ask: "admit", participant: body.participant }),
  },
  {
    path: "stepdown",
    summary: "Takes a person back to the green room",
    body: "participant",
    command: (body: { readonly participant: string }) => ({ ask: "place", participant: body.participant, place: "green", self: false }),
  },
  {
    path: "remove",
    summary: "Removes a person",
    body: "participant",
    command: (body: { readonly participant: string }) => ({ ask: "remove", participant: body.participant }),
  },
  {
    path: "roles",
    summary: "Gives a person a role",
    body: "role",
    command: (body: { readonly participant: string; readonly role: Role }) => ({ ask: "give_role", ...body }),
  },
  {
    path: "slate",
    summary: "Cuts to music, or back to the stage",
    body: "slate",
    command: (body: { readonly on: boolean }) => ({ ask: "slate", on: body.on }),
  },
  { path: "panic", summary: "Cuts to music and mutes everyone", body: "empty", command: () => ({ ask: "panic" }) },
  { path: "replay", summary: "Trims, cuts, hides or releases the replay; the recording stays whole", body: "replay", command: replayOf },
];

/** Adds the routes. */
export function addHostActions(api: Api): void {
  const repeats = new Idempotency();
  const act = async (request: FastifyRequest, work: (room: Room) => Promise<void>): Promise<unknown> => {
    const { id } = request.params as { readonly id: string };
    const grant = await api.authorise(request, id, "host");
    const room = api.house.room(id);
    const key = request.headers["idempotency-key"];
    return repeats.run(
      typeof key === "string" ? key.slice(0, 200) : null,
      `${grant.jti} ${request.url}`,
      request.body,
      performance.now(),
      async () => {
        await work(room);
        return room.public();
      },
    );
  };

  for (const { path, summary, body, command } of ACTIONS) {
    api.app.post(`/api/v1/spaces/:id/${path}`, { ...describe(summary, body), preValidation: defaultBody }, (request) =>
      act(request, (room) => room.ask(command(request.body as never, room.space))),
    );
  }

  api.app.post("/api/v1/spaces/:id/links", describe("Makes a link of a role, or revokes one", "links"), async (request, reply) => {
    const { id } = request.params as { readonly id: string };
    await api.authorise(request, id, "host");
    const room = api.house.room(id);
    const { role, revoke, name } = request.body as { readonly role: "host" | "speaker"; readonly revoke?: string; readonly name?: string };
    if (revoke !== undefined) await room.ask({ ask: "revoke_link", jti: revoke });
    return reply.code(201).send(await linksOf(api, room, role, role === "speaker" && name !== undefined ? cleanName(name) : null));
  });
}

/** An action without a body is one with an empty body. */
function defaultBody(request: FastifyRequest, _: unknown, done: () => void): void {
  request.body ??= {};
  done();
}

function muteOf(body: { readonly participant?: string; readonly everyone?: true }): SpaceCommand {
  const participant = body.everyone === true ? "everyone" : body.participant;
  if (participant === undefined) throw new Fault("body_malformed", "mute needs a participant or everyone");
  return { ask: "mute", participant };
}

interface ReplayBody {
  readonly fromMs?: number;
  readonly toMs?: number;
  readonly hidden?: boolean;
  readonly reviewed?: boolean;
  readonly cuts?: readonly { readonly fromMs: number; readonly toMs: number }[];
}

function replayOf(body: ReplayBody, space: Space): SpaceCommand {
  if (space.cut === null) throw new Fault("space_not_ended", "the replay is cut after the end");
  const first = space.runs[0]?.firstPart ?? 0;
  const part = (at: number): number => first + Math.round(at / PART_MS);
  const cut: ReplayCut = {
    from: body.fromMs === undefined ? space.cut.from : part(body.fromMs),
    to: body.toMs === undefined ? space.cut.to : Math.min(space.nextPart, part(body.toMs)),
    hidden: body.hidden ?? space.cut.hidden,
    reviewed: body.reviewed ?? space.cut.reviewed,
    cuts: body.cuts === undefined ? space.cut.cuts : body.cuts.map(({ fromMs, toMs }) => ({ from: part(fromMs), to: part(toMs) })),
  };
  return { ask: "cut_replay", cut };
}
