/**
 * What the processes say to one another. Every message is a JSON header with blobs behind it, in one frame of `frame.ts`;
 * RTP travels in frames of its own, without JSON.
 *
 * The house listens on `house.sock`: stage, mixer and edges connect, say `hello` and come back by themselves after its death.
 * The mixer listens on `mixer.sock` for the stage.
 */

import type { Place } from "@odeon/core/space/space";
import type { PublicSpace } from "../state.ts";

/** First message on every connection. */
export interface Hello {
  readonly type: "hello";
  readonly from: "stage" | "mixer" | "edge";
  /** Stable over restarts, e.g. `edge-0`. */
  readonly id: string;
  readonly pid: number;
}

/** House to mixer. */
export type HouseToMixer =
  /** Takes a Space; repeated after either side's restart; idempotent. Without `program` its people only hear each other. */
  | {
      readonly type: "space_open";
      readonly space: string;
      readonly program: { readonly firstPart: number; readonly startsAt: number; readonly next: number } | null;
      readonly slate: boolean;
      readonly open: boolean;
      readonly places: readonly { readonly participant: string; readonly place: Place; readonly muted: boolean }[];
    }
  /** Where a person stands. Unknown people are in the green room. */
  | { readonly type: "place"; readonly space: string; readonly participant: string; readonly place: Place; readonly muted: boolean }
  /** `open` false closes every microphone (ending); `slate` true plays the slate instead of the stage. */
  | { readonly type: "air"; readonly space: string; readonly open: boolean; readonly slate: boolean }
  | { readonly type: "program_stop"; readonly space: string }
  | { readonly type: "space_close"; readonly space: string }
  /** Parts up to `number` are in the log (or given up): the mixer may forget them. */
  | { readonly type: "parts_taken"; readonly space: string; readonly number: number };

/** Mixer to house. */
export type MixerToHouse =
  | Hello
  /** Blobs: the init segment of each rendition in the order of RENDITIONS. Sent once after `space_open` with a program. */
  | { readonly type: "init"; readonly space: string }
  /** Blobs: `moof`+`mdat` of each rendition in the order of RENDITIONS. `speaking` lists who was heard; `level` is 0 to 100. `dueAt` is wall time of the first sample. */
  | {
      readonly type: "part";
      readonly space: string;
      readonly number: number;
      readonly gap: boolean;
      readonly level: number;
      readonly speaking: readonly string[];
      readonly dueAt: number;
    }
  /** Once a second and Space: what the jitter buffers measure. */
  | {
      readonly type: "quality";
      readonly space: string;
      readonly people: readonly { readonly participant: string; readonly loss: number; readonly heard: boolean; readonly depthMs: number }[];
    }
  /** The stage is not heard; the Space plays on with the slate. */
  | { readonly type: "mix_error"; readonly space: string; readonly detail: string }
  | { readonly type: "ticks"; readonly p50: number; readonly p99: number; readonly max: number };

/** Stage to mixer. A handle is the stage's u32 name of one session. */
export type StageToMixer =
  | {
      readonly type: "attach";
      readonly handle: number;
      readonly space: string;
      readonly participant: string /** SSRC and payload type of the packets down; receive-only sessions (WHIP) have null. */;
      readonly down: { readonly ssrc: number; readonly payloadType: number } | null;
      readonly payloadType: number;
    }
  | { readonly type: "detach"; readonly handle: number };

/** Mixer to stage: levels 0 to 1 by participant, five times a second and Space. */
export type MixerToStage = { readonly type: "levels"; readonly space: string; readonly levels: Readonly<Record<string, number>> };

/** House to stage. */
export type HouseToStage =
  | {
      readonly type: "offer";
      readonly id: number;
      readonly space: string;
      readonly participant: string;
      readonly kind: "participant" | "whip";
      readonly sdp: string;
    }
  | { readonly type: "close"; readonly space: string; readonly participant: string; readonly reason: "left" | "removed" | "moved" | "ended" };

/** Stage to house. */
export type StageToHouse =
  | Hello
  | { readonly type: "answer"; readonly id: number; readonly sdp: string }
  | { readonly type: "refused"; readonly id: number; readonly code: string; readonly detail: string }
  /** ICE and DTLS are up. */
  | { readonly type: "connected"; readonly space: string; readonly participant: string }
  | { readonly type: "presence"; readonly space: string; readonly participant: string; readonly muted: boolean; readonly rtt: number | null }
  /** `media` false: connected but no packet came within 5 s. */
  | { readonly type: "media"; readonly space: string; readonly participant: string; readonly media: boolean }
  | { readonly type: "gone"; readonly space: string; readonly participant: string; readonly reason: "left" | "lost" | "failed" };

/** House to edge. */
export type HouseToEdge =
  /** Everything a page asks about a Space, whenever it changed and at least every second while live. Blobs: none. */
  | {
      readonly type: "space";
      readonly space: PublicSpace;
      readonly listed: boolean;
      /** What the replay gives, in parts (`to` exclusive); null while there is none to be had. */
      readonly replay: {
        readonly from: number;
        readonly to: number;
        readonly cuts: readonly { readonly from: number; readonly to: number }[];
      } | null;
      /** Stretches of the program without a break in its clock; `startsAt` in milliseconds since 1970. */
      readonly runs: readonly { readonly firstPart: number; readonly startsAt: number }[];
    }
  | { readonly type: "space_gone"; readonly space: string }
  /** Blobs: init segments in the order of RENDITIONS. */
  | { readonly type: "init"; readonly space: string; readonly firstPart: number }
  /** Blobs: state `emsg` (may be empty), texts `emsg` (may be empty), then each rendition's `moof`+`mdat`. `startsAt` is the wall time of the part's first sample. */
  | {
      readonly type: "part";
      readonly space: string;
      readonly number: number;
      readonly gap: boolean;
      readonly confirmed: boolean;
      readonly startsAt: number;
    }
  /** The program goes on at `next` with a new clock, after a pause. */
  | { readonly type: "discontinuity"; readonly space: string; readonly next: number }
  /** Keys that sign tickets and passes, newest first. */
  | { readonly type: "keys"; readonly keys: readonly { readonly id: number; readonly secret: string }[] }
  /** The doors epoch of a Space. */
  | { readonly type: "program_end"; readonly space: string; readonly last: number };

/** Edge to house. */
export type EdgeToHouse =
  | Hello
  | { readonly type: "audience"; readonly space: string; readonly listening: number; readonly unique: number }
  | { readonly type: "heartbeat"; readonly at: number; readonly sockets: number };

/** A message with what follows it. */
export interface Packet<Message> {
  readonly message: Message;
  readonly blobs: readonly Uint8Array[];
}
