/** Coming to the stage: browsers' own call and WHIP for encoders. */

import { Fault } from "@odeon/core/shared/fault";
import type { Place } from "@odeon/core/space/space";
import type { FastifyReply } from "fastify";
import { makeId } from "../house.ts";
import type { Room } from "../rooms/room.ts";
import { type Api, describe } from "./api.ts";

interface JoinBody {
  readonly sdp: string;
  readonly name: string;
  readonly consent: { readonly version: string; readonly agreed: boolean };
  readonly participant?: string | null;
  readonly secret?: string | null;
}

const SDP_LIMIT = 65_536;

/** Adds the routes. */
export function addStage(api: Api): void {
  const { app, house, tokens } = api;

  app.post("/api/v1/spaces/:id/stage", describe("A participant's own call: an SDP offer, answered", "join"), async (request, reply) => {
    const { id } = request.params as { readonly id: string };
    const grant = await api.authorise(request, id, "speaker");
    const body = request.body as JoinBody;
    if (body.sdp.length > SDP_LIMIT) throw new Fault("sdp_too_large", "an offer has at most 64 kB");
    if (!body.consent.agreed) throw new Fault("consent_missing", "being recorded must be agreed to first");
    const room = house.room(id);
    const participant = knownParticipant(api, id, body) ?? makeId();
    const role = grant.role === "speaker" ? "speaker" : "host";
    await room.ask({
      ask: "join",
      participant,
      name: body.name,
      role,
      consent: body.consent.version,
      guest: grant.guest === null ? null : grant.jti,
    });
    const sdp = await house.offer(id, participant, "participant", body.sdp);
    const person = room.space.participants.get(participant);
    return reply
      .code(201)
      .header("location", `/api/v1/spaces/${id}/stage/${participant}`)
      .send({
        participant: { id: participant, name: person?.name, role: person?.role, place: person?.place },
        secret: tokens.secretOf(id, participant),
        sdp,
      });
  });

  app.delete(
    "/api/v1/spaces/:id/stage/:participant",
    { ...describe("Leaves the stage", "leave"), attachValidation: true },
    async (request, reply) => {
      const { id, participant } = request.params as { readonly id: string; readonly participant: string };
      const grant = await api.authorise(request, id, "speaker");
      const { secret } = (request.body ?? {}) as { readonly secret?: string | null };
      assertSelf(api, { space: id, participant, secret: secret ?? null, isHost: grant.role !== "speaker" });
      await leave(api, house.room(id), participant);
      return reply.code(204).send();
    },
  );

  app.post("/api/v1/spaces/:id/place", describe("Goes on stage (the person's own press) or back to the green room", "place"), async (request) => {
    const { id } = request.params as { readonly id: string };
    const grant = await api.authorise(request, id, "speaker");
    const { participant, place, secret } = request.body as { readonly participant: string; readonly place: Place; readonly secret?: string | null };
    const self = typeof secret === "string" && tokens.isSecretOf(id, participant, secret);
    if (!self && grant.role === "speaker") throw new Fault("role_insufficient", "only the person or a host may do this");
    const room = house.room(id);
    await room.ask({ ask: "place", participant, place, self });
    return room.public();
  });

  app.post(
    "/whip/:id",
    { schema: { summary: "An encoder's offer (RFC 9725)", consumes: ["application/sdp"], security: [{ bearer: [] }] } },
    async (request, reply) => {
      const { id } = request.params as { readonly id: string };
      const grant = await api.authorise(request, id, "speaker");
      if (typeof request.body !== "string") throw new Fault("media_type_unsupported", "the body is an SDP offer as application/sdp");
      if (request.body.length > SDP_LIMIT) throw new Fault("sdp_too_large", "an offer has at most 64 kB");
      const room = house.room(id);
      const participant = makeId();
      await room.ask({
        ask: "join",
        participant,
        name: "Encoder",
        role: grant.role === "speaker" ? "speaker" : "host",
        consent: "whip",
        guest: null,
      });
      const sdp = await house.offer(id, participant, "whip", request.body);
      if (grant.role !== "speaker") await room.ask({ ask: "place", participant, place: "stage", self: true });
      return reply.code(201).type("application/sdp").header("location", `/whip/${id}/${participant}`).header("etag", `"${participant}"`).send(sdp);
    },
  );

  app.delete("/whip/:id/:participant", { schema: { summary: "Ends an encoder's session", security: [{ bearer: [] }] } }, async (request, reply) => {
    const { id, participant } = request.params as { readonly id: string; readonly participant: string };
    await api.authorise(request, id, "speaker");
    await leave(api, house.room(id), participant);
    return reply.code(200).send();
  });

  // RFC 9725 section 4.3: trickle ICE and restarts are not offered here.
  app.patch("/whip/:id/:participant", { schema: { summary: "Not offered" } }, (_, reply: FastifyReply) => {
    reply.header("allow", "DELETE");
    throw new Fault("method_not_allowed", "the answer holds every candidate: there is nothing to patch");
  });
}

function knownParticipant(api: Api, space: string, body: JoinBody): string | null {
  if (typeof body.participant !== "string" || typeof body.secret !== "string") return null;
  if (!api.tokens.isSecretOf(space, body.participant, body.secret)) throw new Fault("token_invalid", "this is not that person's secret");
  return body.participant;
}

function assertSelf(
  api: Api,
  who: { readonly space: string; readonly participant: string; readonly secret: string | null; readonly isHost: boolean },
): void {
  if (who.isHost || (who.secret !== null && api.tokens.isSecretOf(who.space, who.participant, who.secret))) return;
  throw new Fault("role_insufficient", "only the person or a host may do this");
}

async function leave(api: Api, room: Room, participant: string): Promise<void> {
  await room.ask({ ask: "place", participant, place: "green", self: true });
  room.person(participant, { is: "left" });
  api.house.closePerson(room.space.id, participant, "left");
}
