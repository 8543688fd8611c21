/** The stage's process. */

import { runStage } from "@odeon/stage/main";
import { type Start, socketPaths } from "../supervisor/child.ts";
import { openLogger } from "./logger.ts";
import type { Room } from "./room.ts";

/** Runs the stage until `signal` aborts. */
export async function run(start: Start, signal: AbortSignal): Promise<Room> {
  const sockets = socketPaths(start.sockets);
  const { udpPorts, publicIp, turn } = start.settings;
  await runStage({
    house: sockets.house,
    mixers: [sockets.mixer],
    id: start.id,
    ...(udpPorts === null ? {} : { udpPort: udpPorts }),
    ...(publicIp === null ? {} : { publicIp }),
    turn: [...turn],
    signal,
    log: openLogger(start),
  });
  return { port: null, stop: () => Promise.resolve() };
}
