/** Tickets, the doors' state and leaving. */

import { text } from "node:stream/consumers";
import { Fault } from "@odeon/core/shared/fault";
import { channelOf, type Edge } from "../edge.ts";
import { answer, assertMethod, type Call } from "../http/call.ts";
import { EPOCH } from "./keys.ts";

const LEAVE_LIMIT = 1_024;

/** `POST /api/v1/spaces/:id/tickets` → 201 `{ticket, invited, pass}`. While nobody waits everyone is invited. @throws Fault `space_not_found` */
export function serveTicket(edge: Edge, call: Call): void {
  assertMethod(call, "POST");
  const channel = channelOf(edge, call.names[3]);
  call.request.resume();
  const ticket = edge.keys.fresh();
  const body = { ticket: edge.keys.write(channel.id, ticket), invited: true, pass: edge.keys.pass(channel.id, ticket) };
  answer(call, { status: 201, type: "application/json; charset=utf-8", cache: "no-store", pieces: [JSON.stringify(body)] });
}

/** `GET /spaces/:id/doors`: the same for everybody. */
export function serveDoors(edge: Edge, call: Call): void {
  assertMethod(call, "GET", "HEAD");
  const { space } = channelOf(edge, call.names[1]);
  const open = space.life === "doors" || space.life === "live" || space.life === "ending";
  const body = { epoch: EPOCH, open, invited: "all", listening: space.state.listening, waiting: 0, pollMs: 2_000 };
  answer(call, { type: "application/json; charset=utf-8", cache: "public, max-age=1", pieces: [JSON.stringify(body)] });
}

/** `POST /spaces/:id/leave` with the pass as body or `?pass=`: frees the seat at once. 204, whoever asks. */
export async function serveLeave(edge: Edge, call: Call): Promise<void> {
  assertMethod(call, "POST");
  const channel = channelOf(edge, call.names[1]);
  const length = Number(call.request.headers["content-length"] ?? 0);
  if (!(length <= LEAVE_LIMIT)) throw new Fault("body_too_large", `a pass has at most ${LEAVE_LIMIT} bytes`);
  const pass = call.query.get("pass") ?? (length > 0 ? await text(call.request) : "").trim();
  const ticket = edge.keys.read(channel.id, pass);
  if (ticket !== null) {
    channel.seats.leave(ticket.id);
    for (const listener of [...channel.listeners]) if (listener.pass === pass) listener.close();
  }
  if (!call.response.destroyed) call.response.writeHead(204, { "cache-control": "no-store" }).end();
}
