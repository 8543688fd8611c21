/** What all rooms of one edge share. */

import { Fault } from "@odeon/core/shared/fault";
import type { LogReader } from "@odeon/log/log";
import type { Keys } from "./doors/keys.ts";
import type { Call } from "./http/call.ts";
import type { Channel } from "./ring/channel.ts";

/** Where an edge's log goes. */
export interface EdgeLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** One edge. */
export interface Edge {
  readonly channels: ReadonlyMap<string, Channel>;
  readonly keys: Keys;
  readonly log: LogReader;
  /** Wall time in milliseconds. */
  readonly now: () => number;
  /** Monotonic milliseconds. */
  readonly clock: () => number;
  /** Whether the house has told this edge, since its start, which Spaces there are. */
  readonly synced: () => boolean;
}

/**
 * The Space that an address names.
 *
 * @throws Fault `space_not_found`; `house_away` while nobody has told this edge which there are
 */
export function channelOf(edge: Edge, id: string | undefined): Channel {
  const channel = id === undefined ? undefined : edge.channels.get(id);
  if (channel !== undefined) return channel;
  if (!edge.synced()) throw new Fault("house_away", "the house is starting; try again in a second", { retryAfter: 1 });
  throw new Fault("space_not_found", "there is no such Space here");
}

/**
 * Refuses a live address of a Space that gives no sound.
 *
 * @throws Fault `space_not_live`, `space_ended`, `space_cancelled`
 */
export function assertOnAir(channel: Channel): void {
  if (channel.live || channel.lingers) return;
  const { life } = channel.space;
  if (life === "scheduled" || life === "doors") throw new Fault("space_not_live", "this Space has not begun", { retryAfter: 2 });
  if (life === "ended") throw new Fault("space_ended", "this Space has ended");
  throw new Fault("space_cancelled", life === "cancelled" ? "this Space was cancelled" : "this Space did not take place");
}

/**
 * The seat of whoever shows the pass, or the ticket, in an address.
 *
 * @throws Fault `pass_unknown`
 */
export function seatOf(edge: Edge, channel: Channel, pass: string | undefined): ReturnType<Channel["seats"]["take"]> {
  const ticket = edge.keys.read(channel.id, pass ?? "");
  if (ticket === null) throw new Fault("pass_unknown", "this pass is not one of this Space; the stream's beginning or main.m3u8 gives one");
  return channel.seats.take(ticket.id, edge.clock());
}

/** A room's way of answering. */
export type Serve = (edge: Edge, call: Call) => void | Promise<void>;
