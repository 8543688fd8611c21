/** `GET /spaces/:id/live.mp4`: the push stream. */

import type { Socket } from "node:net";
import { Fault } from "@odeon/core/shared/fault";
import { isRendition, RENDITIONS } from "@odeon/core/shared/program";
import { assertOnAir, channelOf, type Edge } from "../edge.ts";
import { assertMethod, type Call, readNumber } from "../http/call.ts";
import { PushSession } from "./session.ts";

/**
 * Opens a stream. `from=N` goes on at exactly part N: from memory, else from the log; a number that is forgotten or far ahead means the nearest
 * part there is. Without `from` the newest three parts come at once.
 *
 * @throws Fault `space_not_live`, `space_ended`, `space_cancelled`, `rendition_unknown`, `query_invalid`
 */
export function serveStream(edge: Edge, call: Call): void {
  assertMethod(call, "GET", "HEAD");
  const { request, response, query } = call;
  const channel = channelOf(edge, call.names[1]);
  const rendition = query.get("rendition") ?? RENDITIONS[0];
  if (!isRendition(rendition)) throw new Fault("rendition_unknown", `renditions are ${RENDITIONS.join(", ")}`);
  const from = readNumber(query, "from");
  assertOnAir(channel);
  const { end } = channel;
  if (end !== null && (from === null || from > end.last)) throw new Fault("space_ended", "this Space has ended");
  const ticket = edge.keys.admit(channel.id, query.get("ticket"));
  response.writeHead(200, {
    "content-type": rendition === "aac-64k" ? "audio/mp4" : "video/mp4",
    "cache-control": "no-store, no-transform",
    "x-accel-buffering": "no",
    "x-content-type-options": "nosniff",
  });
  if (request.method === "HEAD") {
    response.end();
    return;
  }
  const start = (socket: Socket): void => {
    // The head goes out with the first bytes.
    socket.cork();
    response.flushHeaders();
    const seat = channel.seats.take(ticket.id, edge.clock());
    const session = new PushSession({
      channel,
      log: edge.log,
      clock: edge.clock,
      response,
      socket,
      framed: response.chunkedEncoding,
      rendition: RENDITIONS.indexOf(rendition),
      from,
      cadence: 1,
      pass: edge.keys.pass(channel.id, ticket),
      seat,
    });
    response.once("close", () => session.release());
    socket.uncork();
  };
  // A pipelined request has no connection before the answers in front of it are sent.
  if (response.socket === null) response.once("socket", start);
  else start(response.socket);
}
