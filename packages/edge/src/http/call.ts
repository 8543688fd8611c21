/** One request as the edge's rooms see it, and the ways to answer it. */

import type { IncomingMessage, ServerResponse } from "node:http";
import { STATUS_CODES } from "node:http";
import { Fault } from "@odeon/core/shared/fault";

/** A request with its address taken apart. */
export interface Call {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The path without its query. */
  readonly path: string;
  /** The path's names between slashes. */
  readonly names: readonly string[];
  readonly query: URLSearchParams;
}

/** The longest address that is read. */
const URL_LIMIT = 4_096;

/**
 * Takes a request's address apart.
 *
 * @throws Fault `query_invalid` for an address that is too long or is none
 */
export function readCall(request: IncomingMessage, response: ServerResponse): Call {
  const url = request.url ?? "/";
  if (url.length > URL_LIMIT) throw new Fault("query_invalid", `an address has at most ${URL_LIMIT} characters`);
  if (!url.startsWith("/")) throw new Fault("query_invalid", "an address begins with a slash");
  const mark = url.indexOf("?");
  const path = mark < 0 ? url : url.slice(0, mark);
  return { request, response, path, names: path.slice(1).split("/"), query: new URLSearchParams(mark < 0 ? "" : url.slice(mark + 1)) };
}

/**
 * A whole number in the query, null where it is absent.
 *
 * @throws Fault `query_invalid`
 */
export function readNumber(query: URLSearchParams, name: string): number | null {
  const text = query.get(name);
  return text === null ? null : parseNumber(text, name);
}

/**
 * A whole number of at most 15 digits.
 *
 * @throws Fault `query_invalid`
 */
export function parseNumber(text: string, name: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new Fault("query_invalid", `${name} is a whole number`);
  return Number(text);
}

/**
 * Refuses any other method.
 *
 * @throws Fault `method_not_allowed`
 */
export function assertMethod(call: Call, ...allowed: readonly string[]): void {
  if (allowed.includes(call.request.method ?? "")) return;
  call.response.setHeader("allow", allowed.join(", "));
  throw new Fault("method_not_allowed", `this address answers ${allowed.join(" and ")}`);
}

/** An answer that is there as a whole. */
export interface Answer {
  readonly status?: number;
  readonly type: string;
  readonly cache: string;
  readonly pieces: readonly (Uint8Array | string)[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** Answers in one write, with its length; HEAD gets the same head. */
export function answer(call: Call, { status = 200, type, cache, pieces, headers = {} }: Answer): void {
  const { response, request } = call;
  if (response.destroyed || response.headersSent) return;
  const length = pieces.reduce((sum, piece) => sum + (typeof piece === "string" ? Buffer.byteLength(piece) : piece.length), 0);
  response.writeHead(status, { "content-type": type, "content-length": length, "cache-control": cache, ...headers });
  if (request.method !== "HEAD") {
    response.cork();
    for (const piece of pieces) response.write(piece);
    response.uncork();
  }
  response.end();
}

/** Answers a refusal as an RFC 9457 problem document; what has begun already is cut off, so that nobody takes it for whole. */
export function refuse(call: Pick<Call, "response" | "request" | "path">, fault: Fault): void {
  const { response, request, path } = call;
  if (response.destroyed) return;
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const { status, code, message } = fault;
  const body = JSON.stringify({
    type: `https://github.com/odeon/odeon/blob/main/docs/errors.md#${code}`,
    title: STATUS_CODES[status] ?? "Error",
    status,
    detail: message,
    code,
    instance: path,
  });
  const retry = fault.retryAfter ?? (status === 503 ? 1 : undefined);
  response.writeHead(status, {
    "content-type": "application/problem+json",
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    ...(retry === undefined ? {} : { "retry-after": String(retry) }),
  });
  response.end(request.method === "HEAD" ? undefined : body);
}
