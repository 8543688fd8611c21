/** The operator network's listener: metrics, liveness and readiness, apart from every crowd. */

import { createServer } from "node:http";
import type { Logger } from "pino";

/** What the house tells about itself. */
export interface Observable {
  /** Prometheus text format. */
  metrics(): string;
  ready(): boolean;
}

/** Listens on 127.0.0.1; a taken port is said in the log and nothing else suffers. */
export function listenOps(options: {
  readonly port: number;
  readonly house: Observable;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}): void {
  const { port, house, logger, signal } = options;
  const server = createServer((request, response) => {
    const answer = answerTo(request.url ?? "/", house);
    response.writeHead(answer.status, { "content-type": "text/plain; version=0.0.4; charset=utf-8", "cache-control": "no-store" }).end(answer.body);
  });
  server.on("error", (error) => logger.warn({ port, err: error }, "ODEON_OPS_PORT cannot be listened on: no metrics"));
  server.listen(port, "127.0.0.1");
  signal.addEventListener("abort", () => server.close());
}

/** Decides what one path answers. */
export function answerTo(path: string, house: Observable): { readonly status: number; readonly body: string } {
  if (path === "/metrics") return { status: 200, body: house.metrics() };
  if (path === "/healthz") return { status: 200, body: "ok\n" };
  if (path === "/readyz") return house.ready() ? { status: 200, body: "ready\n" } : { status: 503, body: "not ready\n" };
  return { status: 404, body: "metrics, healthz, readyz\n" };
}
