/** One WebRTC session: a browser's or an encoder's connection, its track up, its track down, its data channel. */

import { Fault } from "@odeon/core/shared/fault";
import { instant } from "@odeon/core/shared/units";
import type { Ping, StageSignal } from "@odeon/wire/desk";
import { Audio, type DataChannel, PeerConnection, type Track } from "node-datachannel";
import { judgePresence, type Presence, type Seen } from "./presence.ts";
import { addCandidates, readOffer } from "./sdp.ts";

/** Addresses and ports for sessions. */
export interface Network {
  readonly udpPort: { readonly begin: number; readonly end: number } | null;
  readonly publicIp: string | null;
  readonly turn: readonly string[];
}

/** What a session tells the stage. */
export interface SessionEvents {
  readonly connected: () => void;
  readonly rtp: (packet: Uint8Array) => void;
  readonly pinged: (ping: Ping) => void;
  readonly ended: (reason: "left" | "failed") => void;
  /** A callback threw: a bug, told and survived. */
  readonly broke: (error: unknown) => void;
}

const GATHER_MS = 2_000;
const RTP_LIMIT = 1_500;
const SIGNAL_LIMIT = 4_096;
const LOOPBACK = "127.0.0.1";

/** One session; `open` makes it from an offer. */
export class Session {
  readonly down: { readonly ssrc: number; readonly payloadType: number } | null;
  readonly payloadType: number;
  readonly #connection: PeerConnection;
  readonly #track: Track;
  readonly #events: SessionEvents;
  #channel: DataChannel | null = null;
  #seen: Seen;
  #closed = false;

  private constructor(
    connection: PeerConnection,
    track: Track,
    options: { readonly payloadType: number; readonly ssrc: number | null; readonly events: SessionEvents },
  ) {
    this.#connection = connection;
    this.#track = track;
    this.#events = options.events;
    this.payloadType = options.payloadType;
    this.down = options.ssrc === null ? null : { ssrc: options.ssrc, payloadType: options.payloadType };
    this.#seen = { openedAt: now(), connectedAt: null, pingAt: null, mediaAt: null, pings: options.ssrc !== null };
    this.#listen();
  }

  /**
   * Answers an offer. `kind` whip only receives.
   *
   * @returns the session and the whole answer, candidates included
   * @throws Fault `sdp_*`
   */
  static async open(
    kind: "participant" | "whip",
    sdp: string,
    network: Network,
    ssrc: number,
    events: SessionEvents,
  ): Promise<{ readonly session: Session; readonly answer: string }> {
    const offer = readOffer(sdp);
    const connection = new PeerConnection("odeon", {
      iceServers: [...network.turn],
      disableAutoNegotiation: true,
      ...(network.udpPort === null
        ? {}
        : {
            portRangeBegin: network.udpPort.begin,
            portRangeEnd: network.udpPort.end,
            enableIceUdpMux: network.udpPort.begin === network.udpPort.end,
          }),
    });
    try {
      const audio = new Audio(offer.audioMid, kind === "whip" ? "RecvOnly" : "SendRecv");
      audio.addOpusCodec(offer.opusPayloadType, "minptime=10;useinbandfec=1;stereo=0");
      if (kind === "participant") audio.addSSRC(ssrc, "odeon", "odeon", "mix");
      const track = connection.addTrack(audio);
      const session = new Session(connection, track, { payloadType: offer.opusPayloadType, ssrc: kind === "whip" ? null : ssrc, events });
      const answer = await gather(connection, sdp, events);
      return { session, answer: addCandidates(answer, [LOOPBACK, ...(network.publicIp === null ? [] : [network.publicIp])]) };
    } catch (cause) {
      connection.close();
      throw cause instanceof Fault ? cause : new Fault("sdp_malformed", "the offer cannot be answered", { cause });
    }
  }

  /** Sends one RTP packet down; lost while the track is not open. */
  send(packet: Uint8Array): void {
    if (!this.#closed && this.#track.isOpen()) this.#track.sendMessageBinary(Buffer.from(packet.buffer, packet.byteOffset, packet.length));
  }

  /** Sends a signal on the data channel; lost while it is not open. */
  signal(signal: StageSignal): void {
    if (!this.#closed && this.#channel?.isOpen() === true) this.#channel.sendMessage(JSON.stringify(signal));
  }

  /** Whether the person is there. */
  judge(): Presence {
    return judgePresence(this.#seen, now());
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#connection.close();
  }

  /** An exception in a callback would end the process: each is caught and told. */
  #listen(): void {
    const safely =
      <Arguments extends readonly unknown[]>(work: (...values: Arguments) => void) =>
      (...values: Arguments): void => {
        try {
          work(...values);
        } catch (error) {
          this.#events.broke(error);
        }
      };
    this.#connection.onStateChange(safely((state) => this.#stateChanged(state)));
    this.#connection.onDataChannel(
      safely((channel) => {
        if (channel.getLabel() !== "odeon") return;
        this.#channel = channel;
        channel.onMessage(safely((message) => this.#message(message)));
        channel.onClosed(safely(() => this.#end("left")));
      }),
    );
    this.#connection.onTrack(safely(() => undefined));
    this.#track.onMessage(safely((packet) => this.#packet(packet)));
  }

  #stateChanged(state: string): void {
    if (state === "connected" && this.#seen.connectedAt === null) {
      this.#seen = { ...this.#seen, connectedAt: now() };
      this.#events.connected();
    }
    if (state === "failed") this.#end("failed");
    if (state === "closed") this.#end("left");
  }

  #message(message: string | Buffer | ArrayBuffer): void {
    if (typeof message !== "string" || message.length > SIGNAL_LIMIT) return;
    const ping = readPing(message);
    if (ping === null) return;
    this.#seen = { ...this.#seen, pingAt: now() };
    this.signal({ type: "pong", n: ping.n });
    this.#events.pinged(ping);
  }

  #packet(packet: Buffer): void {
    const second = packet[1] ?? 0;
    // RFC 5761 section 4: 192 to 223 is RTCP.
    const isControl = second >= 192 && second <= 223;
    if (packet.length < 13 || packet.length > RTP_LIMIT || isControl || (second & 0x7f) !== this.payloadType) return;
    if (this.#seen.mediaAt === null) this.#seen = { ...this.#seen, mediaAt: now() };
    this.#events.rtp(packet);
  }

  #end(reason: "left" | "failed"): void {
    if (this.#closed) return;
    this.close();
    this.#events.ended(reason);
  }
}

/** Reads a presence ping; null for anything else that may come over a data channel. */
export function readPing(text: string): Ping | null {
  try {
    const value = JSON.parse(text) as Partial<Ping> | null;
    if (value?.ask !== "ping" || typeof value.n !== "number" || !Number.isFinite(value.n)) return null;
    return {
      ask: "ping",
      n: value.n,
      muted: value.muted === true,
      rtt: typeof value.rtt === "number" && Number.isFinite(value.rtt) ? value.rtt : null,
    };
  } catch {
    return null;
  }
}

function gather(connection: PeerConnection, sdp: string, events: SessionEvents): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(finish, GATHER_MS);
    function finish(): void {
      clearTimeout(timer);
      const local = connection.localDescription();
      if (local === null) reject(new Fault("sdp_malformed", "the offer has no answer"));
      else resolve(local.sdp);
    }
    connection.onGatheringStateChange((state) => {
      try {
        if (state === "complete") finish();
      } catch (error) {
        events.broke(error);
      }
    });
    connection.setRemoteDescription(sdp, "offer");
    connection.setLocalDescription("answer");
  });
}

function now(): ReturnType<typeof instant> {
  return instant(performance.now());
}
