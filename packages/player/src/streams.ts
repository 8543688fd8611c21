/** The two ways through Media Source, as one thing: opens, gives items until something ends it, and says how. */

import { Fault } from "@odeon/core/shared/fault";
import type { Rendition } from "@odeon/core/shared/program";
import { Demuxer, type Item } from "./demux.ts";

/** How a stream ended. */
export type StreamEnd =
  /** The response was complete. */
  | { readonly is: "complete" }
  /** The connection broke; also after an abort. */
  | { readonly is: "cut"; readonly gotByte: boolean }
  | { readonly is: "refused"; readonly status: number; readonly code: string; readonly retryAfter: number | null };

/** What to open. */
export interface StreamOrder {
  /** Origin of the house, without a slash at the end. */
  readonly base: string;
  readonly space: string;
  readonly rendition: Rendition;
  /** The next part wanted; null for the live edge. */
  readonly from: number | null;
  /** A ticket or a pass, whichever is known. */
  readonly pass: string | null;
  readonly signal: AbortSignal;
  readonly onItems: (items: readonly Item[]) => void;
}

/** The endless response. Never throws. */
export async function streamPush(order: StreamOrder): Promise<StreamEnd> {
  const query = new URLSearchParams({ rendition: order.rendition });
  if (order.from !== null) query.set("from", String(order.from));
  if (order.pass !== null) query.set("ticket", order.pass);
  return streamOne(`${spaceUrl(order)}/live.mp4?${query}`, order);
}

/** Parts by number, one request each, the next one asked for while this one is waited for by the edge. Never throws. */
export async function streamParts(order: StreamOrder): Promise<StreamEnd> {
  const pass = order.pass ?? (await takeTicket(order));
  if (pass === null) return { is: "cut", gotByte: false };
  order.onItems([{ is: "pass", pass }]);
  const folder = `${spaceUrl(order)}/p/${encodeURIComponent(pass)}/parts/${order.rendition}`;
  const init = await streamOne(`${folder}/init.mp4`, order);
  if (init.is !== "complete") return init;
  const newest = order.from ?? (await findNewest(order));
  if (newest === null) return { is: "cut", gotByte: false };
  for (let number = newest; ; number++) {
    const end = await streamOne(`${folder}/${number}`, order);
    if (end.is !== "complete") return end;
  }
}

/** A place in line, to be shown as a pass; null when the house does not answer. */
async function takeTicket({ base, space, signal }: StreamOrder): Promise<string | null> {
  const answer = await readJson<{ readonly ticket?: string }>(`${base}/api/v1/spaces/${encodeURIComponent(space)}/tickets`, {
    method: "POST",
    signal,
  });
  return answer?.ticket ?? null;
}

/** The part that is heard at the live edge now; null when the house does not answer. */
async function findNewest({ base, space, signal }: StreamOrder): Promise<number | null> {
  const answer = await readJson<{ readonly state: { readonly part: number } }>(`${base}/api/v1/spaces/${encodeURIComponent(space)}`, { signal });
  return answer === null ? null : Math.max(0, answer.state.part - 1);
}

async function readJson<T>(url: string, init: RequestInit): Promise<T | null> {
  try {
    const response = await fetch(url, { ...init, credentials: "omit" });
    return response.ok ? ((await response.json()) as T) : null;
  } catch {
    return null;
  }
}

async function streamOne(url: string, order: StreamOrder): Promise<StreamEnd> {
  let gotByte = false;
  try {
    const response = await fetch(url, { signal: order.signal, credentials: "omit" });
    if (!response.ok || response.body === null) return await readRefusal(response);
    const demuxer = new Demuxer();
    const reader = response.body.getReader();
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      gotByte = true;
      order.onItems(demuxer.push(read.value));
    }
    return { is: "complete" };
  } catch (error) {
    // A network error, an abort, or bytes that are no stream: whatever comes next begins anew.
    if (error instanceof TypeError || error instanceof DOMException || error instanceof Fault) return { is: "cut", gotByte };
    throw error;
  }
}

async function readRefusal(response: Response): Promise<StreamEnd> {
  const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
  const problem = (await response.json().catch(() => null)) as { readonly code?: unknown } | null;
  const code = typeof problem?.code === "string" ? problem.code : "unreadable";
  return { is: "refused", status: response.status, code, retryAfter: Number.isFinite(seconds) ? seconds * 1_000 : null };
}

function spaceUrl({ base, space }: StreamOrder): string {
  return `${base}/spaces/${encodeURIComponent(space)}`;
}
