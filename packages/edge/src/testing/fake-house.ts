/** For this package's tests: a house that says what it is told to, an edge before it, and clients that count what they get. */

import { mkdtempSync, writeFileSync } from "node:fs";
import { request as askHttp, createServer, type IncomingMessage, type RequestListener } from "node:http";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AAC_FRAME_SAMPLES, PART_MS, PART_SAMPLES, RENDITIONS, TICK_SAMPLES } from "@odeon/core/shared/program";
import { wallTime } from "@odeon/core/shared/units";
import { MemoryLog } from "@odeon/log/memory/memory-log";
import { encodePartRecord } from "@odeon/log/part-record";
import { decodeEmsg, encodeEmsg, OWNERS } from "@odeon/wire/emsg";
import { listenLink, type Peer } from "@odeon/wire/ipc/link";
import type { EdgeToHouse, HouseToEdge } from "@odeon/wire/ipc/messages";
import { BoxReader } from "@odeon/wire/mp4/boxes";
import { initSegment, mediaPart } from "@odeon/wire/mp4/fragment";
import { readDecodeTime } from "@odeon/wire/mp4/part-frames";
import type { PublicLife, PublicSpace, PublicState } from "@odeon/wire/state";
import { runEdge } from "../main.ts";

/** What the house would say of a Space. */
export type SpaceMessage = Extract<HouseToEdge, { readonly type: "space" }>;

/** Space id of every test. */
export const SPACE = "abcdefghij";
const START = 1_700_000_000_000;
const INITS = RENDITIONS.map((rendition) => initSegment(rendition === "aac-64k" ? "aac" : "opus"));

/** Media of one part in every rendition: frames whose bytes tell the part and the rendition. */
export function makeMedia(number: number): readonly Uint8Array[] {
  return RENDITIONS.map((rendition, r) => {
    const frameSamples = rendition === "aac-64k" ? AAC_FRAME_SAMPLES : TICK_SAMPLES;
    const frames = Array.from({ length: PART_SAMPLES / frameSamples }, (_, i) =>
      Uint8Array.of(number & 255, (number >> 8) & 255, r, i, ...new Uint8Array((number * 7 + i) % 20)),
    );
    return mediaPart({ sequence: number + 1, decodeTime: number * PART_SAMPLES, frames, frameSamples });
  });
}

/** The public state with which a part goes. */
export function makeState(part: number, life: PublicLife): PublicState {
  const stage = [{ id: "p1", role: "host", speaking: true, muted: false, away: false } as const];
  return {
    v: 1,
    part,
    at: START,
    life,
    since: START,
    listening: 3,
    unique: 4,
    waiting: 0,
    stage,
    slate: false,
    recording: true,
    texts: 1,
    cadence: 1,
  };
}

/** A public Space. */
export function makeSpace(life: PublicLife, part: number, change: Partial<PublicSpace> = {}): PublicSpace {
  return {
    id: SPACE,
    title: "An evening",
    description: "",
    life,
    startsAt: START,
    zone: "UTC",
    doorsAt: null,
    since: START,
    endedAt: life === "ended" ? Date.now() : null,
    duration: null,
    record: true,
    replay: "at_once",
    replayReady: false,
    visibility: "listed",
    demo: false,
    state: makeState(part, life),
    texts: { v: 1, title: "An evening", description: "", names: { p1: "Ada" }, announcement: null, late: null },
    waveform: [],
    gaps: [],
    now: START,
    ...change,
  };
}

/** A house on a Unix socket, with its log in memory. */
export class FakeHouse {
  readonly folder = mkdtempSync(join(tmpdir(), "odeon-edge-"));
  readonly log = new MemoryLog();
  readonly heard: EdgeToHouse[] = [];
  message: SpaceMessage = this.say("live");
  next = 0;
  /** Parts sent anew to an edge that connects. */
  remembers = 200;
  #media: ((number: number) => readonly Uint8Array[]) | null = null;
  inits: readonly Uint8Array[] = INITS;
  #link = new AbortController();
  #peers = new Set<Peer>();
  #seq = 0;

  get socket(): string {
    return join(this.folder, "house.sock");
  }

  get api(): string {
    return join(this.folder, "api.sock");
  }

  /** What is said of the Space in a life. */
  say(life: PublicLife, change: Partial<SpaceMessage> & { readonly settings?: Partial<PublicSpace> } = {}): SpaceMessage {
    const { settings, ...rest } = change;
    return {
      type: "space",
      space: makeSpace(life, (this.next ?? 0) - 1, settings),
      listed: true,
      replay: null,
      runs: [{ firstPart: 0, startsAt: START }],
      ...rest,
    };
  }

  useMedia(media: (number: number) => readonly Uint8Array[]): void {
    this.#media = media;
  }

  async open(): Promise<void> {
    this.#link = new AbortController();
    await listenLink<EdgeToHouse>(
      this.socket,
      {
        message: (message, _, peer) => {
          this.heard.push(message);
          if (message.type === "hello") this.#welcome(peer);
        },
        closed: (peer) => this.#peers.delete(peer),
      },
      this.#link.signal,
    );
  }

  /** Dies without a word. */
  die(): void {
    this.#link.abort();
    this.#peers.clear();
  }

  /** Changes the Space and tells it. */
  become(message: SpaceMessage): void {
    this.message = message;
    this.send(message);
  }

  /** Logs and sends the next `count` parts. */
  async parts(count: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      const number = this.next++;
      await this.#logPart(number);
      for (const peer of this.#peers) this.#sendPart(peer, number);
    }
  }

  /** Ends the program and the Space. */
  end(replay: SpaceMessage["replay"] = { from: 0, to: this.next, cuts: [] }): void {
    this.message = this.say("ended", { replay, runs: this.message.runs, settings: { replayReady: replay !== null } });
    this.send({ type: "program_end", space: SPACE, last: this.next - 1 });
    this.send(this.message);
  }

  send(message: HouseToEdge, blobs: readonly Uint8Array[] = []): void {
    for (const peer of this.#peers) peer.send(message, blobs);
  }

  media(number: number): readonly Uint8Array[] {
    return this.#media?.(number) ?? makeMedia(number);
  }

  #welcome(peer: Peer): void {
    this.#peers.add(peer);
    peer.send({ type: "keys", keys: [{ id: 1, secret: "secret" }] } satisfies HouseToEdge);
    peer.send(this.message);
    peer.send({ type: "init", space: SPACE, firstPart: 0 } satisfies HouseToEdge, this.inits);
    for (let number = Math.max(0, this.next - this.remembers); number < this.next; number++) this.#sendPart(peer, number);
  }

  #sendPart(peer: Peer, number: number): void {
    const nothing = new Uint8Array();
    const emsg = (owner: string, id: number, value: object): Uint8Array =>
      encodeEmsg({ time: number * PART_SAMPLES, id, owner, json: JSON.stringify(value) });
    const state = number % 6 === 0 ? emsg(OWNERS.state, number * 2, makeState(number, "live")) : nothing;
    const texts = number === 0 ? emsg(OWNERS.texts, 1, this.message.space.texts) : nothing;
    const message: HouseToEdge = { type: "part", space: SPACE, number, gap: false, confirmed: true, startsAt: START + number * PART_MS };
    peer.send(message, [state, texts, ...this.media(number)]);
  }

  async #logPart(number: number): Promise<void> {
    const [a = new Uint8Array(), b = new Uint8Array(), c = new Uint8Array()] = this.media(number);
    const body = encodePartRecord({
      gap: false,
      level: 1,
      startsAt: START + number * PART_MS,
      renditions: { "opus-48k": a, "opus-24k": b, "aac-64k": c },
    });
    await this.log.append([{ space: SPACE, epoch: 0, expect: this.#seq, records: [{ kind: "part", part: number, body }] }]);
    this.#seq += 1;
  }
}

/** An edge before a fake house. */
export interface Stand {
  readonly house: FakeHouse;
  readonly port: number;
  readonly url: string;
  /** Resolves when the edge has everything that the house has sent. */
  readonly settle: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Starts a house and an edge. @param api the house's HTTP API, where a test needs one */
export async function stand(
  options: {
    readonly house?: FakeHouse;
    readonly api?: RequestListener;
    readonly trustedProxies?: readonly string[];
    readonly now?: () => number;
  } = {},
): Promise<Stand> {
  const house = options.house ?? new FakeHouse();
  await house.open();
  const pages = join(house.folder, "pages");
  const { mkdirSync } = await import("node:fs");
  mkdirSync(join(pages, "assets"), { recursive: true });
  for (const page of ["home", "listen", "stage", "control"])
    writeFileSync(join(pages, `${page}.html`), `<!doctype html><title>${page}</title>${" ".repeat(2_000)}`);
  writeFileSync(join(pages, "assets/app-1234.js"), `console.log("${"x".repeat(2_000)}")`);
  const api = options.api === undefined ? null : createServer(options.api);
  if (api !== null) await new Promise<void>((resolve) => void api.listen(house.api, () => resolve()));
  const stopping = new AbortController();
  const logger = { info: () => undefined, warn: () => undefined, error: (fields: object, message: string) => console.error(message, fields) };
  const edge = await runEdge({
    id: "edge-0",
    house: house.socket,
    api: house.api,
    log: house.log,
    host: "127.0.0.1",
    port: 0,
    reusePort: false,
    pages,
    trustedProxies: options.trustedProxies ?? [],
    now: () => wallTime((options.now ?? Date.now)()),
    signal: stopping.signal,
    logger,
  });
  return {
    house,
    port: edge.port,
    url: `http://127.0.0.1:${edge.port}`,
    settle: async () => {
      // Frames arrive in order: once this one shows, all before it have.
      const mark = `settled ${Math.random()}`;
      house.become({ ...house.message, space: { ...house.message.space, description: mark } });
      await until(async () => (await get(edge.port, `/api/v1/spaces/${SPACE}`)).text.includes(mark));
    },
    close: async () => {
      await edge.close();
      house.die();
      api?.closeAllConnections();
      api?.close();
    },
  };
}

/** Asks again until `test` holds. */
export async function until(test: () => boolean | Promise<boolean>, patience = 8_000): Promise<void> {
  for (const end = performance.now() + patience; performance.now() < end; ) {
    if (await test()) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error("it did not happen");
}

/** An answer, read to its end. */
export interface Got {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
  readonly text: string;
}

/** Asks and reads the whole answer. */
export function get(
  port: number,
  path: string,
  options: { readonly method?: string; readonly headers?: Record<string, string>; readonly body?: string } = {},
): Promise<Got> {
  return new Promise((resolve, reject) => {
    const asked = askHttp(
      { host: "127.0.0.1", port, path, method: options.method ?? "GET", headers: options.headers ?? {}, agent: false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          const body = Buffer.concat(chunks);
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body, text: body.toString("utf8") });
        });
      },
    );
    asked.on("error", reject);
    asked.end(options.body);
  });
}

/** A listener who counts: which parts came, in which order, and which state between them. */
export class Listening {
  readonly parts: number[] = [];
  readonly media: Uint8Array[] = [];
  readonly events: { readonly owner: string; readonly value: Record<string, unknown>; readonly before: number }[] = [];
  inits = 0;
  bytes = 0;
  status = 0;
  headers: IncomingMessage["headers"] = {};
  ended = false;
  closed = false;
  problem = "";
  readonly #boxes = new BoxReader();
  readonly #asked: ReturnType<typeof askHttp>;
  #moof: Uint8Array | null = null;
  socket: Socket | null = null;
  response: IncomingMessage | null = null;

  /** @param limit cuts the connection once so many bytes came */
  constructor(port: number, path: string, limit = Number.POSITIVE_INFINITY) {
    this.#asked = askHttp({ host: "127.0.0.1", port, path, agent: false }, (response) => {
      this.status = response.statusCode ?? 0;
      this.headers = response.headers;
      this.response = response;
      response.on("data", (chunk: Buffer) => {
        if (this.status !== 200) {
          this.problem += chunk.toString();
          return;
        }
        this.bytes += chunk.length;
        for (const box of this.#boxes.push(this.bytes > limit ? chunk.subarray(0, Math.max(0, chunk.length - (this.bytes - limit))) : chunk))
          this.#take(box.type, box.body, box.bytes);
        if (this.bytes > limit) this.close();
      });
      response.on("end", () => {
        this.ended = true;
      });
      response.on("error", () => undefined);
      response.on("close", () => {
        this.closed = true;
      });
    });
    this.#asked.on("error", () => {
      this.closed = true;
    });
    this.#asked.on("socket", (socket) => {
      this.socket = socket;
    });
    this.#asked.end();
  }

  close(): void {
    this.closed = true;
    this.#asked.destroy();
  }

  #take(type: string, body: Uint8Array, bytes: Uint8Array): void {
    if (type === "moov") this.inits += 1;
    if (type === "emsg") {
      const event = decodeEmsg(bytes);
      if (event !== null)
        this.events.push({ owner: event.owner, value: JSON.parse(event.json) as Record<string, unknown>, before: this.parts.length });
    }
    if (type === "moof") this.#moof = bytes.slice();
    if (type === "mdat" && this.#moof !== null) {
      this.parts.push(readDecodeTime(this.#moof.subarray(8)) / PART_SAMPLES);
      this.media.push(Buffer.concat([this.#moof, bytes]));
      this.#moof = null;
    }
    void body;
  }
}

/** Opens a raw connection, writes `bytes` and gives everything that comes until it closes, or until `enough` says so. */
export function raw(port: number, bytes: Uint8Array | string, enough: (text: string) => boolean = () => false): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    let text = "";
    const done = (): void => {
      socket.destroy();
      resolve(text);
    };
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1");
      if (enough(text)) done();
    });
    socket.on("error", done);
    socket.on("close", done);
    socket.end(bytes);
  });
}
