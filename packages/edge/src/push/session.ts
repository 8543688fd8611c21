/** One listener's endless response: a cursor into the ring. */

import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { noteWrite, type Seat } from "@odeon/core/audience/audience";
import { RENDITIONS } from "@odeon/core/shared/program";
import type { LogReader } from "@odeon/log/log";
import { decodePartRecord } from "@odeon/log/part-record";
import type { Channel, Listener } from "../ring/channel.ts";
import { type Chunk, makeChunk } from "../ring/chunk.ts";

/** Milliseconds after which a listener who takes nothing is let go. */
export const STALL_MS = 20_000;
/** Parts read from the log at once for who fell out of the ring. */
const LOG_PARTS = 8;

/** What a session needs. */
export interface SessionOptions {
  readonly channel: Channel;
  readonly log: LogReader;
  readonly clock: () => number;
  readonly response: ServerResponse;
  /** The response's connection. The response frames nothing: chunks are written past it. */
  readonly socket: Socket;
  /** Whether the response is chunked; HTTP/1.0 gets the bytes alone. */
  readonly framed: boolean;
  /** Index in RENDITIONS. */
  readonly rendition: number;
  /** The first part to send; null for the newest few. */
  readonly from: number | null;
  /** Parts joined in one write. */
  readonly cadence: 1;
  readonly pass: string;
  readonly seat: Seat;
}

/** Parts that a listener gets at once, so that the first sound is quick. */
const BURST = 3;

const sessions = new Map<Socket, PushSession>();

function drained(this: Socket): void {
  sessions.get(this)?.drained();
}

/** Sends parts from the cursor on, waits for a slow reader, reads the log for a very slow one. */
export class PushSession implements Listener {
  readonly pass: string;
  readonly #options: SessionOptions;
  readonly #socket: Socket;
  #cursor = -1;
  /** Monotonic milliseconds since when the connection takes nothing; 0 while it does. */
  #stalledSince = 0;
  #reading = false;
  #closed = false;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.pass = options.pass;
    this.#socket = options.socket;
    options.seat.streaming = true;
    options.channel.listeners.add(this);
    sessions.set(options.socket, this);
    options.socket.on("drain", drained);
    this.pump();
  }

  /** Sends what there is. Runs for every listener and part: nothing is allocated while the listener keeps up. */
  pump(): void {
    if (this.#stalledSince !== 0 || this.#reading || this.#closed) return;
    if (this.#cursor < 0 && !this.#open()) return;
    const { channel, rendition } = this.#options;
    while (this.#cursor < channel.ring.next) {
      const part = channel.ring.get(this.#cursor);
      if (part === undefined) {
        this.#reading = true;
        this.#readLog().catch(() => this.close());
        return;
      }
      this.#cursor += 1;
      if (!this.#sendPart(part.chunks[rendition])) return;
    }
    if (channel.end !== null && this.#cursor > channel.end.last) this.#finish(channel.end.state);
  }

  sendState(state: Chunk): void {
    if (this.#cursor < this.#options.channel.ring.next || this.#stalledSince !== 0 || this.#reading || this.#closed) return;
    this.#send(state);
  }

  drained(): void {
    this.#stalledSince = 0;
    this.pump();
  }

  sweep(now: number): void {
    if (this.#stalledSince !== 0 && now - this.#stalledSince > STALL_MS) this.close();
  }

  /** Cuts the connection. */
  close(): void {
    this.release();
    this.#socket.destroy();
  }

  /** The response is over, whoever ended it. */
  release(): void {
    if (this.#closed) return;
    this.#closed = true;
    const { channel, seat, clock } = this.#options;
    channel.listeners.delete(this);
    sessions.delete(this.#socket);
    this.#socket.off("drain", drained);
    seat.streaming = false;
    seat.lastRequest = clock() - 12_001;
  }

  /** The stream's beginning in one write: init, texts, state, pass and the first parts. False while there is no program yet. */
  #open(): boolean {
    const { channel, rendition, from, pass, cadence } = this.#options;
    const opening = channel.opening(rendition);
    if (opening === null) return false;
    this.#cursor = startOf(channel, from);
    this.#socket.cork();
    this.#send(opening);
    this.#send(channel.personal({ v: 1, pass, generation: 1, cadence }));
    for (let part = channel.ring.get(this.#cursor); part !== undefined && this.#stalledSince === 0; part = channel.ring.get(this.#cursor)) {
      this.#cursor += 1;
      this.#sendPart(part.chunks[rendition]);
    }
    this.#socket.uncork();
    return this.#stalledSince === 0;
  }

  /** The listener fell out of the ring: what is missing there is in the log. */
  async #readLog(): Promise<void> {
    const { channel, log, rendition } = this.#options;
    const name = RENDITIONS[rendition] ?? "opus-48k";
    const start = this.#cursor;
    const records = await log.parts(channel.id, start, start + LOG_PARTS);
    this.#reading = false;
    if (this.#closed) return;
    for (const { part, body } of records) {
      if (part === null || part < this.#cursor || channel.ring.get(this.#cursor) !== undefined) continue;
      this.#cursor = part + 1;
      this.#sendPart(makeChunk([decodePartRecord(body).renditions[name]]));
    }
    // In neither: it is lost, and the nearest that exists comes next.
    if (this.#cursor === start) this.#cursor = channel.ring.nearest(start);
    this.pump();
  }

  #finish(state: Chunk): void {
    this.#send(state);
    this.release();
    this.#options.response.end();
  }

  #sendPart(chunk: Chunk | undefined): boolean {
    if (chunk === undefined) return true;
    noteWrite(this.#options.seat, this.#options.cadence, this.#socket.writableLength === 0);
    return this.#send(chunk);
  }

  #send(chunk: Chunk): boolean {
    if (this.#socket.write(this.#options.framed ? chunk.framed : chunk.raw)) return true;
    if (this.#stalledSince === 0) this.#stalledSince = this.#options.clock();
    return false;
  }
}

/** Where a stream begins: at `from` where that exists or is about to, else at the nearest part that does; without `from` at the newest few. */
function startOf(channel: Channel, from: number | null): number {
  const { ring } = channel;
  const newest = Math.max(ring.first, ring.next - BURST);
  if (from === null || from > ring.next + 2 * BURST) return newest;
  if (from >= ring.next || ring.get(from) !== undefined) return from;
  const first = channel.runs[0]?.firstPart ?? ring.first;
  return channel.reaches(from) ? Math.max(from, first) : ring.nearest(Math.max(from, first));
}
