/** Which room answers which address. */

import { Fault } from "@odeon/core/shared/fault";
import { serveListed, servePublic } from "./doors/public.ts";
import { serveDoors, serveLeave, serveTicket } from "./doors/serve.ts";
import type { Edge, Serve } from "./edge.ts";
import { serveHls, serveMain } from "./hls/serve.ts";
import { type Call, readCall, refuse } from "./http/call.ts";
import { servePart } from "./parts/serve.ts";
import { serveStream } from "./push/serve.ts";
import { serveReplay } from "./replay/serve.ts";

/** What answers whatever no other room does. */
export interface Others {
  readonly page: Serve;
  readonly file: Serve;
  readonly relay: Serve;
  readonly health: Serve;
}

/** The room that answers. @throws Fault `route_not_found` */
export function route(call: Call, others: Others): Serve {
  const [first] = call.names;
  if (first === "spaces") return routeSpace(call, others);
  if (first === "api") return routeApi(call, others);
  if (first === "whip") return others.relay;
  if (call.path === "/healthz" || call.path === "/readyz") return others.health;
  return others.page;
}

function routeSpace({ names, request, response }: Call, { file }: Others): Serve {
  // Players on other pages may listen too: nothing here depends on who asks.
  response.setHeader("access-control-allow-origin", "*");
  if (request.method === "OPTIONS") return serveOptions;
  const [, , third = "", fourth, fifth] = names;
  if (third === "p" && fifth === "parts" && names.length === 7) return servePart;
  if (third === "p" && fifth === "hls" && (names.length === 6 || names.length === 7)) return serveHls;
  if (third === "replay" && (names.length === 4 || names.length === 5)) return serveReplay;
  if (third === "replay.m4a" && names.length === 3) return file;
  const room = OF_SPACE.get(fourth === undefined ? third : `${third}/${fourth}`);
  return room !== undefined && names.length <= 4 ? room : nothing();
}

const OF_SPACE: ReadonlyMap<string, Serve> = new Map<string, Serve>([
  ["live.mp4", serveStream],
  ["doors", serveDoors],
  ["leave", serveLeave],
  ["hls/main.m3u8", serveMain],
]);

function routeApi({ names, request }: Call, { relay }: Others): Serve {
  const [, version, spaces, id, action] = names;
  if (version !== "v1" || spaces !== "spaces") return relay;
  if (names.length === 5 && action === "tickets") return serveTicket;
  const isRead = request.method === "GET" || request.method === "HEAD";
  if (!isRead || request.headers.authorization !== undefined) return relay;
  if (names.length === 4 && id !== "") return servePublic;
  return names.length === 3 ? serveListed : relay;
}

function nothing(): never {
  throw new Fault("route_not_found", "there is nothing at this address");
}

function serveOptions(_: Edge, { response }: Call): void {
  response
    .writeHead(204, {
      "access-control-allow-methods": "GET, HEAD, POST",
      "access-control-allow-headers": "range, content-type",
      "access-control-max-age": "86400",
    })
    .end();
}

/** Answers one request, whatever it is: refusals become problem documents, bugs are logged and answered 500. */
export function handle(
  edge: Edge,
  others: Others,
  parts: { readonly request: Call["request"]; readonly response: Call["response"]; readonly failed: (error: unknown, path: string) => void },
): void {
  const { request, response, failed } = parts;
  const path = (request.url ?? "/").split("?", 1)[0] ?? "/";
  const stop = (error: unknown): void => {
    if (!(error instanceof Fault)) failed(error, path);
    refuse({ request, response, path }, error instanceof Fault ? error : new Fault("internal", "something went wrong on our side; it is in the log"));
  };
  request.on("error", () => undefined);
  response.on("error", () => undefined);
  try {
    const call = readCall(request, response);
    const answered = route(call, others)(edge, call);
    if (answered !== undefined) answered.catch(stop);
  } catch (error) {
    stop(error);
  }
}
