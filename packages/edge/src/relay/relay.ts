/** Everything that an edge does not answer itself goes to the house, as it comes. */

import { Agent, request as askHouse, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import { Fault } from "@odeon/core/shared/fault";
import { type Call, refuse } from "../http/call.ts";
import type { Forwarded } from "./forwarded.ts";

/** Bytes of a body that are passed on; the house's own limit is below it. */
const BODY_LIMIT = 1 << 20;
/** Requests in flight to the house; more wait in line here. */
const MOST_AT_ONCE = 512;
/** @see RFC 9110 section 7.6.1 */
const HOP_BY_HOP = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "expect",
]);

/** Relays requests to the house over its Unix socket. */
export class Relay {
  readonly #socketPath: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: MOST_AT_ONCE, keepAliveMsecs: 10_000 });

  constructor(socketPath: string) {
    this.#socketPath = socketPath;
  }

  /**
   * Passes a request on and streams the answer back, unbuffered. Who goes away takes the other side along.
   *
   * @throws Fault `body_too_large`
   */
  serve(call: Call, forwarded: Forwarded): void {
    const { request, response } = call;
    if (Number(request.headers["content-length"] ?? 0) > BODY_LIMIT) {
      response.setHeader("connection", "close");
      throw new Fault("body_too_large", `a body has at most ${BODY_LIMIT} bytes`);
    }
    const upstream = askHouse({
      socketPath: this.#socketPath,
      agent: this.#agent,
      method: request.method ?? "GET",
      path: request.url ?? "/",
      headers: { ...endToEnd(request.headers), ...forwarded },
      setHost: false,
    });
    upstream.on("response", (incoming) => passBack(call, incoming));
    upstream.on("error", (cause) => {
      if (response.headersSent) response.destroy();
      else refuse(call, new Fault("house_away", "the house is away for a moment; try again in a second", { cause, retryAfter: 1 }));
    });
    response.once("close", () => upstream.destroy());
    passBody(call, upstream);
  }

  close(): void {
    this.#agent.destroy();
  }
}

function passBody(call: Call, upstream: ReturnType<typeof askHouse>): void {
  const { request, response } = call;
  let size = 0;
  request.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size > BODY_LIMIT) {
      request.pause();
      if (!response.headersSent) response.setHeader("connection", "close");
      refuse(call, new Fault("body_too_large", `a body has at most ${BODY_LIMIT} bytes`));
      upstream.destroy();
      return;
    }
    if (!upstream.write(chunk)) {
      request.pause();
      upstream.once("drain", () => request.resume());
    }
  });
  request.once("end", () => upstream.end());
  request.once("error", () => upstream.destroy());
}

function passBack({ response, request }: Call, incoming: IncomingMessage): void {
  if (response.destroyed || response.headersSent) {
    incoming.destroy();
    return;
  }
  response.writeHead(incoming.statusCode ?? 502, endToEnd(incoming.headers));
  // The house answered before the body was read: it wants no more of it.
  if (!request.complete) request.resume();
  response.flushHeaders();
  incoming.on("error", () => response.destroy());
  incoming.once("aborted", () => response.destroy());
  incoming.pipe(response);
}

/** Without what belongs to one connection only, also what `Connection` names. */
function endToEnd(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const named = new Set((headers.connection ?? "").toLowerCase().split(/\s*,\s*/));
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name) && !named.has(name) && name !== "forwarded"));
}
