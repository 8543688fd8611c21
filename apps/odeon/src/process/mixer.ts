/** The mixer's process. */

import { runMixer } from "@odeon/mixer/main";
import { type Start, socketPaths } from "../supervisor/child.ts";
import { openLogger } from "./logger.ts";
import type { Room } from "./room.ts";

/** Runs the mixer until `signal` aborts. */
export async function run(start: Start, signal: AbortSignal): Promise<Room> {
  const sockets = socketPaths(start.sockets);
  await runMixer({ socket: sockets.mixer, house: sockets.house, id: start.id, signal, log: openLogger(start) });
  return { port: null, stop: () => Promise.resolve() };
}
