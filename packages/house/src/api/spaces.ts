/** Making, reading, changing and removing Spaces; signing in; the demonstration. */

import { randomUUID } from "node:crypto";
import { Fault } from "@odeon/core/shared/fault";
import { ms, type WallTime, wallTime } from "@odeon/core/shared/units";
import type { SpaceSettings } from "@odeon/core/space/space";
import type { SettingsBody } from "@odeon/wire/api/bodies";
import type { Room } from "../rooms/room.ts";
import { type Api, describe } from "./api.ts";

const DOORS_BEFORE = ms(600_000);

/** Adds the routes. */
export function addSpaces(api: Api): void {
  const { app, house, tokens } = api;

  app.post("/api/v1/sign-in", describe("Exchanges a one-use sign-in code for an operator's token", "signIn"), async (request) => {
    const { code } = request.body as { readonly code: string };
    if (!api.takeSignInCode(code))
      throw new Fault("sign_in_used", "this sign-in link has been used or is too old; “npx odeon sign-in” makes another");
    return { token: await tokens.make({ role: "operator", space: null, jti: randomUUID(), guest: null }) };
  });

  app.get("/api/v1/me", describe("What the caller's token is for"), async (request) => {
    const { role, space } = await tokens.read(request.headers.authorization);
    return { role, space };
  });

  app.post("/api/v1/spaces", describe("Makes a Space", "createSpace"), async (request, reply) => {
    await api.authorise(request, null, "operator");
    const room = await house.create(readSettings(request.body as SettingsBody), false);
    return reply
      .code(201)
      .header("location", `/api/v1/spaces/${room.space.id}`)
      .send(await made(api, room));
  });

  app.post("/api/v1/demo", describe("Starts a demonstration: a Space that is live, with two voices", "empty"), async (request, reply) => {
    await api.authorise(request, null, "operator");
    const settings = readSettings({
      title: "An evening at the Odeon",
      description: "A demonstration: two voices made by a machine, on a real stage.",
      record: true,
    });
    const room = await house.create(settings, true);
    const answer = await made(api, room);
    await room.ask({ ask: "go_live" });
    api.startDemo({ space: room.space.id, links: { host: answer.links.host, speaker: (await linksOf(api, room, "host")).link } });
    return reply.code(201).send(answer);
  });

  app.get("/api/v1/spaces", { schema: { summary: "Listed Spaces; an operator sees all" } }, async (request, reply) => {
    const all = request.headers.authorization !== undefined && (await tokens.read(request.headers.authorization)).role === "operator";
    const rooms = house.rooms().filter((room) => all || room.space.settings.visibility === "listed");
    if (!all) reply.header("cache-control", "public, max-age=1");
    return { spaces: rooms.map((room) => room.public()).sort((a, b) => (b.startsAt ?? b.now) - (a.startsAt ?? a.now)) };
  });

  app.get("/api/v1/spaces/:id", { schema: { summary: "The public state of a Space" } }, (request, reply) => {
    const room = house.room((request.params as { readonly id: string }).id);
    return reply.header("cache-control", "public, max-age=1").send(room.public());
  });

  app.patch("/api/v1/spaces/:id", describe("Changes a Space's settings", "changeSpace"), async (request) => {
    const { id } = request.params as { readonly id: string };
    await api.authorise(request, id, "host");
    const room = house.room(id);
    await room.ask({ ask: "change", settings: readChange(request.body as SettingsBody) });
    return room.public();
  });

  app.delete("/api/v1/spaces/:id", describe("Removes a Space with its recording"), async (request, reply) => {
    const { id } = request.params as { readonly id: string };
    await api.authorise(request, id, "operator");
    await house.remove(id);
    return reply.code(204).send();
  });
}

/** A new link of a role, with its id. @param guest whom it is for, where it is one person's own */
export async function linksOf(
  api: Api,
  room: Room,
  role: "host" | "speaker",
  guest: string | null = null,
): Promise<{ readonly id: string; readonly token: string; readonly link: string; readonly listen: string }> {
  const jti = randomUUID();
  const token = await api.tokens.make({ role, space: room.space.id, jti, guest });
  return { id: jti, token, link: `${api.stageUrl}/stage/${room.space.id}#token=${token}`, listen: listenLink(api, room) };
}

/** The link of everyone who listens. */
export function listenLink(api: Api, room: Room): string {
  return `${api.url}/s/${room.space.id}`;
}

async function made(
  api: Api,
  room: Room,
): Promise<{
  readonly space: unknown;
  readonly links: { readonly listen: string; readonly host: string; readonly speaker: string };
  readonly tokens: unknown;
}> {
  const [host, speaker] = await Promise.all([linksOf(api, room, "host"), linksOf(api, room, "speaker")]);
  return {
    space: room.public(),
    links: { listen: listenLink(api, room), host: host.link, speaker: speaker.link },
    tokens: { host: host.token, speaker: speaker.token },
  };
}

function readSettings(body: SettingsBody): SpaceSettings {
  return {
    title: "",
    description: "",
    startsAt: null,
    zone: "UTC",
    capacity: null,
    record: true,
    visibility: "unlisted",
    replay: "at_once",
    doorsBefore: DOORS_BEFORE,
    ...readChange(body),
  };
}

function readChange(body: SettingsBody): Partial<SpaceSettings> {
  const { startsAt, doorsBefore, ...rest } = body;
  return {
    ...rest,
    ...(startsAt === undefined ? {} : { startsAt: readTime(startsAt) }),
    ...(doorsBefore === undefined ? {} : { doorsBefore: ms(doorsBefore) }),
  };
}

/** Milliseconds since 1970, or an RFC 3339 date-time. @throws Fault `time_invalid` */
export function readTime(value: number | string | null): WallTime | null {
  if (value === null) return null;
  const time = typeof value === "number" ? value : Date.parse(value);
  if (!Number.isFinite(time)) throw new Fault("time_invalid", "a time is milliseconds since 1970 or like 2026-12-24T20:00:00Z");
  return wallTime(time);
}
