/** The house's HTTP API: one Fastify server, reached through the edges or on a port of its own. */

import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import swagger from "@fastify/swagger";
import { Fault } from "@odeon/core/shared/fault";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import type { House, HouseLogger } from "../house.ts";
import type { Grant, Tokens } from "../links/tokens.ts";
import type { Api } from "./api.ts";
import { addEvents } from "./events.ts";
import { addHostActions } from "./host-actions.ts";
import { faultOf, problem } from "./problem.ts";
import { addSpaces } from "./spaces.ts";
import { addStage } from "./stage.ts";

const BODY_LIMIT = 262_144;
const BODY_TIMEOUT_MS = 10_000;
/** Node looks only as often as this for requests that do not end, and only where all three are given from the beginning. */
const WATCHED = { requestTimeout: BODY_TIMEOUT_MS, headersTimeout: BODY_TIMEOUT_MS, connectionsCheckingInterval: 1_000 } as const;
const RANK = { operator: 3, host: 2, speaker: 1 } as const;

/** Builds the server; nothing listens yet. */
export async function buildServer(
  options: Omit<Api, "app" | "authorise"> & {
    readonly logger: HouseLogger;
    readonly tls?: { readonly cert: Buffer; readonly key: Buffer };
    /** Answers what is not the API; without it that is refused. */
    readonly pages?: (request: IncomingMessage, response: ServerResponse) => void;
  },
): Promise<FastifyInstance> {
  const app = Fastify({
    bodyLimit: BODY_LIMIT,
    requestTimeout: BODY_TIMEOUT_MS,
    clientErrorHandler: (error, socket) => refuseBytes(error, socket),
    routerOptions: { maxParamLength: 200 },
    forceCloseConnections: true,
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false, allErrors: false } },
    ...(options.tls === undefined ? { http: WATCHED } : { https: { ...options.tls, ...WATCHED } }),
  }) as unknown as FastifyInstance;
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Odeon",
        version: "1",
        description: "Live audio events. Errors are RFC 9457 problem documents with a `code` from docs/errors.md.",
      },
      components: { securitySchemes: { bearer: { type: "http", scheme: "bearer" } } },
    },
  });
  app.addContentTypeParser("application/sdp", { parseAs: "string" }, (_, body, done) => done(null, body));
  app.setErrorHandler((error, request, reply) => refuse(error, request, reply, options.logger));
  app.setNotFoundHandler((request, reply) => {
    const { pages } = options;
    if (pages === undefined || /^\/(api|whip)\//.test(request.url))
      return refuse(new Fault("route_not_found", "there is nothing at this address"), request, reply, options.logger);
    reply.hijack();
    pages(request.raw, reply.raw);
    return reply;
  });
  app.addHook("onSend", (request, reply, _, done) => {
    if (reply.getHeader("cache-control") === undefined) reply.header("cache-control", "no-store");
    if (request.url.startsWith("/api/")) reply.header("x-content-type-options", "nosniff");
    done();
  });
  const api: Api = { ...options, app, authorise: (request, space, role) => authorise(options, request, space, role) };
  addSpaces(api);
  addHostActions(api);
  addStage(api);
  addEvents(api);
  app.get("/api/openapi.json", { schema: { summary: "This description" } }, (_, reply) =>
    reply.header("cache-control", "public, max-age=60").send(app.swagger()),
  );
  await app.ready();
  return app;
}

async function authorise(
  options: { readonly tokens: Tokens; readonly house: House },
  request: FastifyRequest,
  space: string | null,
  role: keyof typeof RANK,
): Promise<Grant> {
  const grant = await options.tokens.read(request.headers.authorization);
  if (space !== null) {
    const room = options.house.room(space);
    if (grant.space !== null && grant.space !== space) throw new Fault("token_foreign", "this link belongs to another Space");
    if (room.space.revoked.has(grant.jti)) throw new Fault("token_revoked", "this link has been revoked");
  }
  if (RANK[grant.role] < RANK[role]) throw new Fault("role_insufficient", `this needs the ${role}'s link`);
  return grant;
}

/** Bytes that are no request, or one that never ends: answered below Fastify, which never saw it. */
function refuseBytes(error: NodeJS.ErrnoException, socket: Socket): void {
  const slow = error.code === "ERR_HTTP_REQUEST_TIMEOUT";
  const fault = slow ? new Fault("body_timeout", "the request did not end within 10 s") : new Fault("body_malformed", "this is not an HTTP request");
  const body = JSON.stringify(problem(fault, "/"));
  if (socket.writable)
    socket.end(
      `HTTP/1.1 ${fault.status} ${slow ? "Request Timeout" : "Bad Request"}\r\ncontent-type: application/problem+json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
    );
}

function refuse(error: unknown, request: FastifyRequest, reply: FastifyReply, logger: HouseLogger): FastifyReply {
  const fault = faultOf(error);
  if (fault === null) logger.error({ err: error, path: request.url.split("?")[0] }, "a request failed");
  const answer = fault ?? new Fault("internal", "something went wrong on our side; it is in the log");
  if (answer.retryAfter !== undefined || answer.status === 503) reply.header("retry-after", String(answer.retryAfter ?? 1));
  return reply
    .code(answer.status)
    .type("application/problem+json")
    .send(problem(answer, request.url.split("?")[0] ?? "/"));
}
