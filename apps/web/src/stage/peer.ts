/** One WebRTC connection to the stage: the microphone up, the others down, a data channel for presence. */

import type { Ping, StageSignal } from "@odeon/wire/desk";
import type { Loss } from "./session.ts";

/** What a connection tells. After `close` it tells nothing. */
export interface PeerEvents {
  /** The data channel is open. */
  readonly connected: () => void;
  readonly lost: (why: Loss) => void;
  readonly signal: (signal: StageSignal) => void;
  /** Everyone else's sound. */
  readonly remote: (stream: MediaStream) => void;
}

/** Milliseconds after which an offer goes out with the candidates found so far. */
const GATHER_MS = 1_500;

/** One connection; made anew after every loss. */
export class Peer {
  readonly #connection: RTCPeerConnection;
  readonly #channel: RTCDataChannel;
  readonly #sender: RTCRtpSender;
  readonly #end = new AbortController();

  constructor(track: MediaStreamTrack | null, events: PeerEvents) {
    this.#connection = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
    this.#sender = this.#connection.addTransceiver(track ?? "audio", { direction: "sendrecv" }).sender;
    this.#channel = this.#connection.createDataChannel("odeon");
    const { signal } = this.#end;
    this.#channel.addEventListener("open", () => events.connected(), { signal });
    this.#channel.addEventListener("close", () => events.lost("failed"), { signal });
    this.#channel.addEventListener("message", (message) => tell(message.data, events), { signal });
    this.#connection.addEventListener("track", ({ streams: [stream], track: heard }) => events.remote(stream ?? new MediaStream([heard])), {
      signal,
    });
    this.#connection.addEventListener(
      "connectionstatechange",
      () => {
        const state = this.#connection.connectionState;
        if (state === "failed" || state === "disconnected" || state === "closed") events.lost("failed");
      },
      { signal },
    );
  }

  /** The offer with the candidates found within 1.5 s. */
  async offer(): Promise<string> {
    await this.#connection.setLocalDescription();
    await new Promise<void>((resolve) => {
      if (this.#connection.iceGatheringState === "complete") resolve();
      setTimeout(resolve, GATHER_MS);
      const done = (): void => {
        if (this.#connection.iceGatheringState === "complete") resolve();
      };
      this.#connection.addEventListener("icegatheringstatechange", done, { signal: this.#end.signal });
    });
    return this.#connection.localDescription?.sdp ?? "";
  }

  /** Takes the answer. Rejects when it cannot be used. */
  async accept(sdp: string): Promise<void> {
    await this.#connection.setRemoteDescription({ type: "answer", sdp });
  }

  /** Sends another microphone's sound from now on. */
  async send(track: MediaStreamTrack | null): Promise<void> {
    await this.#sender.replaceTrack(track);
  }

  /** Says that this page is there; lost while the channel is not open. */
  ping(ping: Ping): void {
    if (this.#channel.readyState === "open") this.#channel.send(JSON.stringify(ping));
  }

  close(): void {
    this.#end.abort();
    this.#connection.close();
  }
}

function tell(data: unknown, events: PeerEvents): void {
  try {
    events.signal(JSON.parse(String(data)) as StageSignal);
  } catch {
    // Not a signal: nothing is lost with it.
  }
}
