/** The house's process: API, lifecycle, sole writer of the log, and the fan-out of parts to edges. */

import { rmSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { WallTime } from "@odeon/core/shared/units";
import type { Log } from "@odeon/log/log";
import { listenLink } from "@odeon/wire/ipc/link";
import type { EdgeToHouse, MixerToHouse, StageToHouse } from "@odeon/wire/ipc/messages";
import { buildServer } from "./api/server.ts";
import { House, type HouseLogger } from "./house.ts";
import { Tokens } from "./links/tokens.ts";

/** What the house needs to run. */
export interface HouseOptions {
  readonly log: Log;
  /** Unix socket on which stage, mixer and edges find it. */
  readonly socket: string;
  /** Unix socket of its HTTP API. */
  readonly api: string;
  /** A port of its own, before which no crowd stands. */
  readonly stagePort?: {
    readonly host: string;
    readonly port: number;
    readonly tls?: { readonly cert: Buffer; readonly key: Buffer };
    /** Answers what is not the API. */
    readonly pages: (request: IncomingMessage, response: ServerResponse) => void;
  };
  /** The public address, without a trailing slash. */
  readonly url: string;
  /** The address of stage and control pages, without a trailing slash. */
  readonly stageUrl: string;
  readonly keys: { readonly token: string; readonly tickets: readonly { readonly id: number; readonly secret: string }[] };
  /** SHA-256 of the operator's token, hex. */
  readonly operatorTokenHash: string;
  readonly signInCodes: { readonly take: (code: string) => boolean };
  readonly onDemo: (demo: { readonly space: string; readonly links: { readonly host: string; readonly speaker: string } }) => void;
  readonly now: () => WallTime;
  readonly signal: AbortSignal;
  readonly logger: HouseLogger;
}

/** A running house. */
export interface RunningHouse {
  readonly countLive: () => number;
  readonly ready: () => boolean;
  readonly metrics: () => string;
  /** Waits for what is not yet in the log. */
  readonly close: () => Promise<void>;
}

const TICK_MS = 250;

/** Runs the house; resolves when it listens. */
export async function runHouse(options: HouseOptions): Promise<RunningHouse> {
  const { log, now, logger, keys, signal } = options;
  const house = new House({ log, now, logger, ticketKeys: keys.tickets });
  await house.restore();
  await listenLink<StageToHouse | MixerToHouse | EdgeToHouse>(options.socket, new Reception(house), signal);
  const shared = {
    house,
    tokens: new Tokens(keys.token, options.operatorTokenHash),
    url: options.url,
    stageUrl: options.stageUrl,
    takeSignInCode: options.signInCodes.take,
    startDemo: options.onDemo,
    logger,
  };
  rmSync(options.api, { force: true });
  const servers = [await buildServer(shared)];
  await servers[0]?.listen({ path: options.api });
  if (options.stagePort !== undefined) {
    const { host, port, tls, pages } = options.stagePort;
    const server = await buildServer({ ...shared, pages, ...(tls === undefined ? {} : { tls }) });
    await server.listen({ host, port });
    servers.push(server);
  }
  const timer = setInterval(() => house.tick(), TICK_MS);
  return {
    countLive: () => house.countLive(),
    ready: () => house.ready(),
    metrics: () => house.metrics(),
    close: async () => {
      clearInterval(timer);
      await Promise.all(servers.map((server) => server.close()));
      await house.close();
    },
  };
}

type Message = StageToHouse | MixerToHouse | EdgeToHouse;
type Peer = Parameters<NonNullable<Parameters<typeof listenLink>[1]["closed"]>>[0];

/** Sorts what arrives by who said hello. */
class Reception {
  readonly #house: House;
  readonly #from = new Map<Peer, "stage" | "mixer" | "edge">();

  constructor(house: House) {
    this.#house = house;
  }

  readonly message = (message: Message, blobs: readonly Uint8Array[], peer: Peer): void => {
    if (message.type === "hello") {
      this.#hello(message.from, peer);
      return;
    }
    const from = this.#from.get(peer);
    if (from === "stage") this.#house.fromStage(message as StageToHouse);
    if (from === "mixer") this.#house.fromMixer(message as MixerToHouse, blobs);
    if (from === "edge") this.#house.fromEdge(peer, message as EdgeToHouse);
  };

  readonly closed = (peer: Peer): void => {
    const from = this.#from.get(peer);
    this.#from.delete(peer);
    if (from === "stage") this.#house.stageClosed(peer);
    if (from === "edge") this.#house.edgeClosed(peer);
  };

  #hello(from: "stage" | "mixer" | "edge", peer: Peer): void {
    this.#from.set(peer, from);
    if (from === "stage") this.#house.stageOpened(peer);
    if (from === "mixer") this.#house.mixerOpened(peer);
    if (from === "edge") this.#house.edgeOpened(peer);
  }
}
