/** Connections between processes: a listener for the side that stays, a link that comes back by itself for the other. */

import { rmSync } from "node:fs";
import { connect as connectSocket, createServer, type Socket } from "node:net";
import { encodeMessage, encodeRtp, FrameReader } from "./frame.ts";

/** Bytes that may wait for a peer that does not read; past it the connection is cut and made anew. */
const BACKLOG_LIMIT = 64 << 20;
const RETRY_FIRST_MS = 50;
const RETRY_MOST_MS = 1_000;

/** What one side does with what arrives. Exceptions are bugs and end the process. */
export interface LinkEvents<In> {
  readonly opened?: (peer: Peer) => void;
  readonly message: (message: In, blobs: readonly Uint8Array[], peer: Peer) => void;
  readonly rtp?: (handle: number, packet: Uint8Array, peer: Peer) => void;
  readonly closed?: (peer: Peer) => void;
}

/** The other end of one connection. */
export class Peer {
  readonly #socket: Socket;
  #corked = false;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** Sends a message; lost when the connection is. False when the peer was cut because it does not read. */
  send(message: object, blobs: readonly Uint8Array[] = []): boolean {
    return this.sendFrame(encodeMessage(message, blobs));
  }

  /** Sends one RTP packet; lost when the connection is. */
  sendRtp(handle: number, packet: Uint8Array): boolean {
    return this.sendFrame(encodeRtp(handle, packet));
  }

  /** Sends an encoded frame, so that one encoding serves several peers. */
  sendFrame(frame: Uint8Array): boolean {
    if (this.#socket.destroyed || !this.#socket.writable) return false;
    if (this.#socket.writableLength > BACKLOG_LIMIT) {
      this.#socket.destroy();
      return false;
    }
    this.#cork();
    this.#socket.write(frame);
    return true;
  }

  /** What one turn of the event loop sends goes out in one write: a stage of 13 would cost 650 of them a second. */
  #cork(): void {
    if (this.#corked) return;
    this.#corked = true;
    this.#socket.cork();
    setImmediate(() => {
      this.#corked = false;
      this.#socket.uncork();
    });
  }

  /** Whether frames can be sent. */
  get open(): boolean {
    return !this.#socket.destroyed && this.#socket.writable;
  }

  close(): void {
    this.#socket.destroy();
  }
}

/** Listens on the Unix socket `path` until `signal` aborts; a left-over socket file is removed first. */
export function listenLink<In>(path: string, events: LinkEvents<In>, signal: AbortSignal): Promise<void> {
  rmSync(path, { force: true });
  const peers = new Set<Peer>();
  const server = createServer((socket) => {
    const peer = attach(socket, events);
    peers.add(peer);
    socket.once("close", () => peers.delete(peer));
    events.opened?.(peer);
  });
  signal.addEventListener("abort", () => {
    server.close();
    for (const peer of peers) peer.close();
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, resolve);
  });
}

/** Keeps one connection to the Unix socket `path`, made anew with growing pauses, until `signal` aborts. */
export function keepLink<In>(path: string, events: LinkEvents<In>, signal: AbortSignal): void {
  let pause = RETRY_FIRST_MS;
  let timer: NodeJS.Timeout | undefined;
  let peer: Peer | undefined;
  const dial = (): void => {
    const socket = connectSocket(path);
    let connected = false;
    socket.once("connect", () => {
      connected = true;
      pause = RETRY_FIRST_MS;
      peer = attach(socket, events);
      events.opened?.(peer);
    });
    socket.on("error", () => undefined);
    socket.once("close", () => {
      if (signal.aborted) return;
      timer = setTimeout(dial, pause);
      pause = connected ? RETRY_FIRST_MS : Math.min(RETRY_MOST_MS, pause * 2);
    });
  };
  signal.addEventListener("abort", () => {
    clearTimeout(timer);
    peer?.close();
  });
  dial();
}

function attach<In>(socket: Socket, events: LinkEvents<In>): Peer {
  const peer = new Peer(socket);
  const reader = new FrameReader<In>();
  socket.on("error", () => undefined);
  socket.on("data", (chunk) => {
    let frames: ReturnType<typeof reader.push>;
    try {
      frames = reader.push(chunk);
    } catch {
      socket.destroy();
      return;
    }
    for (const frame of frames) {
      if (frame.is === "rtp") events.rtp?.(frame.handle, frame.packet, peer);
      else events.message(frame.message, frame.blobs, peer);
    }
  });
  socket.once("close", () => events.closed?.(peer));
  return peer;
}
