/** The desk as Server-Sent Events: a whole snapshot whenever it changed, at most four times a second. */

import type { Room } from "../rooms/room.ts";
import { type Api, describe } from "./api.ts";
import { listenLink } from "./spaces.ts";

const LEAST_MS = 250;
const BEAT_MS = 5_000;
/** Desks open at one Space. */
const MOST = 200;

/** Adds the route. */
export function addEvents(api: Api): void {
  const open = new Map<string, number>();
  api.app.get("/api/v1/spaces/:id/events", describe("The desk, live (text/event-stream)"), async (request, reply) => {
    const { id } = request.params as { readonly id: string };
    const grant = await api.authorise(request, id, "speaker");
    const room = api.house.room(id);
    const count = (open.get(id) ?? 0) + 1;
    reply.hijack();
    if (count > MOST) {
      reply.raw.writeHead(503, { "retry-after": "5" }).end();
      return;
    }
    open.set(id, count);
    const { participant } = request.query as { readonly participant?: string };
    const revoked = (): boolean => room.space.revoked.has(grant.jti);
    const last = Number(request.headers["last-event-id"]);
    stream(reply.raw, {
      room,
      first: Number.isSafeInteger(last) ? last + 1 : 1,
      read: () =>
        revoked()
          ? null
          : { ...room.desk({ role: grant.role, participant: participant ?? null }), listen: listenLink(api, room), invitedAs: grant.guest },
    });
    reply.raw.on("close", () => open.set(id, (open.get(id) ?? 1) - 1));
  });
}

function stream(
  out: import("node:http").ServerResponse,
  options: { readonly room: Room; readonly first: number; readonly read: () => unknown },
): void {
  let id = options.first;
  let last = "";
  let timer: NodeJS.Timeout | null = null;
  out.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store", "x-accel-buffering": "no" });
  const send = (): void => {
    timer = null;
    const desk = options.read();
    if (desk === null) {
      out.end();
      return;
    }
    // Who does not read is cut: the page connects again and gets the newest snapshot.
    if (out.writableLength > 1 << 20) {
      out.destroy();
      return;
    }
    const text = JSON.stringify(desk);
    if (text !== last) out.write(`id: ${id++}\nevent: desk\ndata: ${text}\n\n`);
    last = text;
  };
  const unwatch = options.room.watch(() => {
    timer ??= setTimeout(send, LEAST_MS);
  });
  const beat = setInterval(() => {
    out.write(": here\n\n");
    send();
  }, BEAT_MS);
  send();
  out.on("close", () => {
    unwatch();
    clearInterval(beat);
    if (timer !== null) clearTimeout(timer);
  });
}
