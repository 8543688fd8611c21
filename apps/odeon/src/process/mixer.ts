/** The mixer's process. */

import { setPriority } from "node:os";
import { runMixer } from "@odeon/mixer/main";
import { type Start, socketPaths } from "../supervisor/child.ts";
import { openLogger } from "./logger.ts";
import type { Room } from "./room.ts";

/** Before everything else on the machine, where the system lets it: a late tick is heard by everybody. */
const NICENESS = -10;

/** Runs the mixer until `signal` aborts. */
export async function run(start: Start, signal: AbortSignal): Promise<Room> {
  const sockets = socketPaths(start.sockets);
  const log = openLogger(start);
  try {
    setPriority(NICENESS);
  } catch {
    log.info({}, "the mixer runs at usual priority: only root may raise it");
  }
  await runMixer({ socket: sockets.mixer, house: sockets.house, id: start.id, signal, log });
  return { port: null, stop: () => Promise.resolve() };
}
