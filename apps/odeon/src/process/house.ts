/** The house's process: the one writer of the log. */

import { readFileSync } from "node:fs";
import { wallTime } from "@odeon/core/shared/units";
import { runHouse } from "@odeon/house/main";
import { openSqliteLog } from "@odeon/log/sqlite/sqlite-log";
import { takeCode } from "../sign-in/codes.ts";
import type { FromChild } from "../supervisor/child.ts";
import { type Start, socketPaths } from "../supervisor/child.ts";
import { openLogger } from "./logger.ts";
import { listenOps } from "./ops.ts";
import { PAGES } from "./pages-folder.ts";
import type { Room } from "./room.ts";
import { makeStagePages } from "./stage-pages.ts";

/** Runs the house until it is told to stop. */
export async function run(start: Start, signal: AbortSignal): Promise<Room> {
  const sockets = socketPaths(start.sockets);
  const { settings } = start;
  const logger = openLogger(start);
  const log = await openSqliteLog(`${start.data}/log`);
  const pem = start.stageTls ?? (settings.tlsCert === null || settings.tlsKey === null ? null : { cert: settings.tlsCert, key: settings.tlsKey });
  const tls = pem === null ? {} : { tls: { cert: readFileSync(pem.cert), key: readFileSync(pem.key) } };
  const house = await runHouse({
    log,
    socket: sockets.house,
    api: sockets.api,
    ...(settings.stagePort === null
      ? {}
      : { stagePort: { host: settings.host, port: settings.stagePort, pages: makeStagePages(PAGES, start.publicUrl), ...tls } }),
    url: start.publicUrl,
    stageUrl: start.stageUrl,
    keys: start.keys,
    operatorTokenHash: start.operatorTokenHash,
    signInCodes: { take: (code: string) => takeCode(start.data, code, Date.now()) },
    onDemo: (demo: { readonly space: string; readonly links: { readonly host: string; readonly speaker: string } }) => {
      process.send?.({ type: "demo", ...demo } satisfies FromChild);
    },
    now: () => wallTime(Date.now()),
    signal,
    logger,
  });
  if (settings.opsPort !== 0) listenOps({ port: settings.opsPort, house, logger, signal });
  return {
    port: null,
    countLive: () => house.countLive(),
    stop: async () => {
      await house.close();
      await log.close();
    },
  };
}
