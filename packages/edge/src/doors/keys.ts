/** The keys with which the house signs tickets and passes, and the stamps made with them. */

import { createHmac, createSecretKey, type KeyObject, randomBytes } from "node:crypto";
import { checkTicket, makeTicket, type Sign, type Ticket } from "@odeon/core/doors/ticket";
import { Fault } from "@odeon/core/shared/fault";

/** The one doors epoch there is until doors are opened anew. */
export const EPOCH = 1;

/** Makes and checks tickets. */
export class Keys {
  readonly #keys = new Map<number, KeyObject>();
  readonly #now: () => number;
  #newest: number | null = null;
  #ordinal = 0;
  #forged = 0;

  /** @param now wall time in milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Takes the house's keys, newest first. */
  set(keys: readonly { readonly id: number; readonly secret: string }[]): void {
    this.#keys.clear();
    for (const { id, secret } of keys) this.#keys.set(id, createSecretKey(secret, "utf8"));
    this.#newest = keys[0]?.id ?? null;
  }

  /** Tickets that were shown and not ours. */
  get forged(): number {
    return this.#forged;
  }

  /** A fresh place. @throws Fault `house_away` before the first keys came */
  fresh(): Ticket {
    if (this.#newest === null) throw new Fault("house_away", "the house is starting; try again in a second", { retryAfter: 1 });
    this.#ordinal = (this.#ordinal + 1) >>> 0;
    return {
      kind: "ticket",
      keyId: this.#newest,
      epoch: EPOCH,
      lineKey: Math.round(this.#now() * 1_000),
      ordinal: this.#ordinal,
      id: randomBytes(8).toString("hex"),
    };
  }

  /** The text of a ticket or pass. */
  write(space: string, ticket: Ticket): string {
    const text = makeTicket(space, ticket, this.#sign);
    if (text === null) throw new Fault("house_away", "the house is starting; try again in a second", { retryAfter: 1 });
    return text;
  }

  /** The pass of the person who holds a ticket. */
  pass(space: string, ticket: Ticket): string {
    return this.write(space, { ...ticket, kind: "pass", ordinal: 1 });
  }

  /** Reads a ticket or pass; null for one that is forged, which is counted. */
  read(space: string, text: string): Ticket | null {
    const ticket = checkTicket(space, text, { epoch: EPOCH, sign: this.#sign });
    if (ticket === null) this.#forged += 1;
    return ticket;
  }

  /** Reads what a stream was asked with: without a ticket, or with a forged one, the person gets a fresh place. */
  admit(space: string, text: string | null): Ticket {
    return (text === null ? null : this.read(space, text)) ?? this.fresh();
  }

  readonly #sign: Sign = (keyId, message) => {
    const key = this.#keys.get(keyId);
    return key === undefined ? null : createHmac("sha256", key).update(message).digest();
  };
}
