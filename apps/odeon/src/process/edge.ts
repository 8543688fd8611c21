/** An edge's process. */

import { readFileSync } from "node:fs";
import { setPriority } from "node:os";
import { wallTime } from "@odeon/core/shared/units";
import { runEdge } from "@odeon/edge/main";
import { openSqliteReader } from "@odeon/log/sqlite/sqlite-reader";
import { type Start, socketPaths } from "../supervisor/child.ts";
import { openLogger } from "./logger.ts";
import { PAGES } from "./pages-folder.ts";
import type { Room } from "./room.ts";

/** Edges yield to the mixer's tick: one step of niceness for each of the ten that a crowd may cost. */
const NICENESS = 5;

/** Runs one edge until it is told to stop. */
export async function run(start: Start, signal: AbortSignal): Promise<Room> {
  setPriority(0, NICENESS);
  const sockets = socketPaths(start.sockets);
  const { host, port, tlsCert, tlsKey, trustedProxies } = start.settings;
  const edge = await runEdge({
    id: start.id,
    house: sockets.house,
    api: sockets.api,
    log: openSqliteReader(`${start.data}/log`),
    host,
    port,
    ...(tlsCert === null || tlsKey === null ? {} : { tls: { cert: readFileSync(tlsCert), key: readFileSync(tlsKey) } }),
    reusePort: true,
    pages: PAGES,
    ...(start.authority === null ? {} : { authority: readFileSync(start.authority) }),
    trustedProxies: [...trustedProxies],
    now: () => wallTime(Date.now()),
    signal,
    logger: openLogger(start),
  });
  return { port: edge.port, stop: () => edge.close() };
}
