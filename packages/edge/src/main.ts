/** The edge: serves listeners. It knows the log and HTTP, and nothing of WebRTC or codecs. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { Duplex } from "node:stream";
import { TLSSocket } from "node:tls";
import { Fault } from "@odeon/core/shared/fault";
import type { WallTime } from "@odeon/core/shared/units";
import type { LogReader } from "@odeon/log/log";
import { Keys } from "./doors/keys.ts";
import type { Edge, EdgeLogger } from "./edge.ts";
import { answer, assertMethod, type Call } from "./http/call.ts";
import { HouseLink } from "./link/house-link.ts";
import { Pages } from "./pages/pages.ts";
import { forwardedOf, plainAddress, readTrusted } from "./relay/forwarded.ts";
import { Relay } from "./relay/relay.ts";
import { serveFile } from "./replay/serve.ts";
import { RecordingShelf } from "./replay/shelf.ts";
import { handle, type Others } from "./route.ts";

/** What an edge needs to run. */
export interface EdgeOptions {
  /** Stable over restarts, e.g. `edge-0`. */
  readonly id: string;
  /** Unix socket on which the house is found. */
  readonly house: string;
  /** Unix socket of the house's HTTP API. */
  readonly api: string;
  readonly log: LogReader;
  readonly host: string;
  readonly port: number;
  readonly tls?: { readonly cert: Buffer | string; readonly key: Buffer | string };
  /** Whether other edges listen on the same port. */
  readonly reusePort: boolean;
  /** The folder of the built pages. */
  readonly pages: string;
  /** PEM of the certificate authority that phones on this network take. */
  readonly authority?: Buffer;
  /** Addresses and CIDR ranges of proxies whose forwarded headers are believed. */
  readonly trustedProxies: readonly string[];
  readonly now: () => WallTime;
  readonly signal: AbortSignal;
  readonly logger: EdgeLogger;
}

/** A running edge. */
export interface RunningEdge {
  readonly port: number;
  readonly close: () => Promise<void>;
}

/** Milliseconds for which the house is waited for before this edge listens without it. */
const PATIENCE_MS = 1_500;
const HEADERS_MS = 10_000;
/** Milliseconds within which a whole request, its body too, must have come; answers may last for ever. */
const REQUEST_MS = 30_000;
const KEEP_ALIVE_MS = 65_000;
const HEADER_LIMIT = 8_192;

/** Runs an edge; resolves when it listens. @throws Fault `setting_invalid` for a proxy that is no address; the error of `listen` */
export async function runEdge(options: EdgeOptions): Promise<RunningEdge> {
  const { now, logger, signal, log } = options;
  const clock = (): number => performance.now();
  const keys = new Keys(now);
  let sockets = 0;
  const ending = new AbortController();
  const end = AbortSignal.any([signal, ending.signal]);
  const link = new HouseLink({ socket: options.house, id: options.id, keys, now, clock, signal: end }, () => sockets);
  const edge: Edge = { channels: link.channels, keys, log, now, clock, synced: () => link.synced };
  const relay = new Relay(options.api);
  const others = makeOthers(options, { relay, link });
  const failed = (error: unknown, path: string): void => logger.error({ err: error, path }, "a request failed");
  const listener = (request: IncomingMessage, response: ServerResponse): void => handle(edge, others, { request, response, failed });
  const settings = { maxHeaderSize: HEADER_LIMIT, headersTimeout: HEADERS_MS, requestTimeout: REQUEST_MS, keepAliveTimeout: KEEP_ALIVE_MS };
  const server: Server =
    options.tls === undefined
      ? createServer(settings, listener)
      : createTlsServer({ ...settings, ...options.tls, ALPNProtocols: ["http/1.1"] }, listener);
  server.on("clientError", refuseClient);
  server.on("connection", (socket) => {
    sockets += 1;
    socket.once("close", () => {
      sockets -= 1;
    });
  });
  await Promise.race([link.told, sleep(PATIENCE_MS)]);
  await listen(server, options);
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : options.port;
  logger.info({ port, synced: link.synced }, "the edge listens");
  const close = async (): Promise<void> => {
    ending.abort();
    for (const channel of link.channels.values()) channel.close();
    relay.close();
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
    await log.close();
  };
  signal.addEventListener("abort", () => void close());
  return { port, close };
}

function makeOthers(options: EdgeOptions, rooms: { readonly relay: Relay; readonly link: HouseLink }): Others {
  const pages = new Pages(options.pages, options.authority ?? null);
  const shelf = new RecordingShelf(options.log);
  const isTrusted = readTrusted(options.trustedProxies);
  const warned = new Set<string>();
  const forwarded = ({ request }: Call): ReturnType<typeof forwardedOf> => {
    const address = request.socket.remoteAddress ?? "";
    const trusted = isTrusted(address);
    if (!trusted && request.headers["x-forwarded-for"] !== undefined && warned.size < 100 && !warned.has(address)) {
      warned.add(address);
      options.logger.warn({ peer: plainAddress(address) }, "a forwarded header from a peer that is not in ODEON_TRUSTED_PROXIES is replaced");
    }
    return forwardedOf(request.headers, { address, trusted, tls: request.socket instanceof TLSSocket });
  };
  return {
    page: (edge, call) => pages.serve(call, (id) => !edge.synced() || edge.channels.has(id)),
    file: (edge, call) => serveFile(edge, call, shelf),
    relay: (_, call) => rooms.relay.serve(call, forwarded(call)),
    health: (_, call) => serveHealth(call, rooms.link),
  };
}

/** Liveness and readiness, to this machine only: not through a proxy. */
function serveHealth(call: Call, link: HouseLink): void {
  assertMethod(call, "GET", "HEAD");
  const address = plainAddress(call.request.socket.remoteAddress ?? "");
  const isLocal = (address === "::1" || address.startsWith("127.")) && call.request.headers["x-forwarded-for"] === undefined;
  if (!isLocal) throw new Fault("route_not_found", "there is nothing at this address");
  const isReady = call.path === "/healthz" || (link.synced && link.connected);
  answer(call, { status: isReady ? 200 : 503, type: "text/plain; charset=utf-8", cache: "no-store", pieces: [isReady ? "ok\n" : "not ready\n"] });
}

/** What is no HTTP is told so in HTTP, and the connection is closed. */
function refuseClient(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable || error.code === "ECONNRESET") {
    socket.destroy();
    return;
  }
  const status =
    error.code === "HPE_HEADER_OVERFLOW"
      ? "431 Request Header Fields Too Large"
      : error.code === "ERR_HTTP_REQUEST_TIMEOUT"
        ? "408 Request Timeout"
        : "400 Bad Request";
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function listen(server: Server, { host, port, reusePort }: EdgeOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port, reusePort, backlog: 4_096 }, () => resolve());
  });
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds).unref());
}
