/** A speaker without a browser: the same offer, track and data channel, fed with Opus packets. */

import type { StageSignal } from "@odeon/wire/desk";
import { Audio, type DataChannel, initLogger, PeerConnection, type Track } from "node-datachannel";

/** What a connected speaker tells. */
export interface SpeakerEvents {
  readonly signal: (signal: StageSignal) => void;
  /** The connection is gone; `speak` makes it anew. */
  readonly lost: () => void;
  /** One RTP packet of what the others say. */
  readonly heard?: (packet: Uint8Array) => void;
}

const PAYLOAD_TYPE = 111;
const PING_MS = 1_000;
const GATHER_MS = 2_000;
/** Milliseconds without a pong after which the connection is given up. */
const SILENT_MS = 2_500;

/** One connection of a speaker. */
export class SpeakerClient {
  readonly #connection: PeerConnection;
  readonly #track: Track;
  readonly #channel: DataChannel;
  readonly #events: SpeakerEvents;
  readonly #ssrc = (Math.random() * 2 ** 32) >>> 0;
  readonly #connected: Promise<void>;
  #sequence = 0;
  #timestamp = 0;
  #pings = 0;
  #pongAt = performance.now();
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(events: SpeakerEvents) {
    initLogger("Error", () => undefined);
    this.#events = events;
    this.#connection = new PeerConnection("speaker", { iceServers: [], disableAutoNegotiation: true });
    const audio = new Audio("0", "SendRecv");
    audio.addOpusCodec(PAYLOAD_TYPE, "minptime=10;useinbandfec=1");
    audio.addSSRC(this.#ssrc, "speaker", "speaker", "voice");
    this.#track = this.#connection.addTrack(audio);
    this.#channel = this.#connection.createDataChannel("odeon");
    this.#channel.onMessage((message) => this.#safely(() => this.#message(message)));
    const { heard } = events;
    // What nobody listens to need not cross into JavaScript, fifty times a second.
    if (heard !== undefined) this.#track.onMessage((packet) => this.#safely(() => heard(packet)));
    this.#connected = new Promise((resolve) => {
      this.#connection.onStateChange((state) =>
        this.#safely(() => {
          if (state === "connected") resolve();
          if (state === "failed" || state === "closed" || state === "disconnected") this.#lose();
        }),
      );
    });
  }

  /** The offer with all candidates. */
  offer(): Promise<string> {
    return new Promise((resolve) => {
      const finish = (): void => {
        clearTimeout(timer);
        resolve(this.#connection.localDescription()?.sdp ?? "");
      };
      const timer = setTimeout(finish, GATHER_MS);
      this.#connection.onGatheringStateChange((state) => this.#safely(() => (state === "complete" ? finish() : undefined)));
      this.#connection.setLocalDescription("offer");
    });
  }

  /** Takes the answer; resolves when connected. */
  async accept(sdp: string): Promise<void> {
    this.#connection.setRemoteDescription(sdp, "answer");
    await this.#connected;
    this.#pongAt = performance.now();
    this.#timer = setInterval(() => this.#ping(), PING_MS);
  }

  /** Sends one Opus packet of 20 ms. */
  send(payload: Uint8Array): void {
    const packet = Buffer.alloc(12 + payload.length);
    packet[0] = 0x80;
    packet[1] = PAYLOAD_TYPE;
    packet.writeUInt16BE(this.#sequence, 2);
    packet.writeUInt32BE(this.#timestamp, 4);
    packet.writeUInt32BE(this.#ssrc, 8);
    packet.set(payload, 12);
    this.#sequence = (this.#sequence + 1) & 0xffff;
    this.#timestamp = (this.#timestamp + 960) >>> 0;
    if (!this.#closed && this.#track.isOpen()) this.#track.sendMessageBinary(packet);
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
    this.#connection.close();
  }

  #ping(): void {
    if (performance.now() - this.#pongAt > SILENT_MS) this.#lose();
    else if (this.#channel.isOpen()) this.#channel.sendMessage(JSON.stringify({ ask: "ping", n: this.#pings++, muted: false, rtt: null }));
  }

  #message(message: string | Buffer | ArrayBuffer): void {
    if (typeof message !== "string") return;
    const signal = JSON.parse(message) as StageSignal;
    if (signal.type === "pong") this.#pongAt = performance.now();
    this.#events.signal(signal);
  }

  #lose(): void {
    if (this.#closed) return;
    this.close();
    this.#events.lost();
  }

  /** An exception in a callback would end the process. */
  #safely(work: () => void): void {
    try {
      work();
    } catch {
      this.#lose();
    }
  }
}
