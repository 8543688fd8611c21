/** The calls of a stage page to the house. */

import type { PublicSpace } from "@odeon/wire/state";
import { call, type Reply } from "../shared/api.ts";

/** Version of the consent's text that people agree to here; logged with their name. */
export const CONSENT_VERSION = "1";

/** Who this browser is on that stage; the secret brings the same person back. */
export interface Identity {
  readonly participant: string;
  readonly secret: string;
}

/** What the house answers to an offer. */
export interface Joined {
  readonly participant: { readonly id: string };
  readonly secret: string;
  readonly sdp: string;
}

/** A link made by the house. */
export interface StageLink {
  readonly id: string;
  readonly link: string;
}

/** What a host may ask for, with its body. */
export interface HostActions {
  readonly live: Record<string, never>;
  readonly end: { readonly undo?: true };
  readonly reopen: Record<string, never>;
  readonly doors: Record<string, never>;
  readonly cancel: Record<string, never>;
  readonly delay: { readonly until: number | null; readonly reason: string };
  readonly announcements: { readonly text: string };
  readonly mute: { readonly participant: string } | { readonly everyone: true };
  readonly allow: { readonly participant: string };
  readonly admit: { readonly participant: string };
  readonly stepdown: { readonly participant: string };
  readonly remove: { readonly participant: string };
  readonly slate: { readonly on: boolean };
  readonly panic: Record<string, never>;
  readonly replay: { readonly fromMs?: number; readonly toMs?: number; readonly hidden?: boolean; readonly reviewed?: boolean };
}

/** The calls about one Space with one token. */
export class StageCalls {
  readonly #base: string;
  readonly #token: string;

  constructor(space: string, token: string) {
    this.#base = `/api/v1/spaces/${encodeURIComponent(space)}`;
    this.#token = token;
  }

  get eventsPath(): string {
    return `${this.#base}/events`;
  }

  get bearer(): string {
    return `Bearer ${this.#token}`;
  }

  /** Sends an offer; the answer holds every candidate. */
  join(offer: {
    readonly sdp: string;
    readonly name: string;
    readonly identity: Identity | null;
    readonly signal: AbortSignal;
  }): Promise<Reply<Joined>> {
    const { sdp, name, identity, signal } = offer;
    const who = identity === null ? {} : { participant: identity.participant, secret: identity.secret };
    return call<Joined>(`${this.#base}/stage`, {
      body: { sdp, name, consent: { version: CONSENT_VERSION, agreed: true }, ...who },
      token: this.#token,
      signal,
    });
  }

  /** Goes on stage or back to the green room: the person's own press. */
  place(identity: Identity, place: "stage" | "green"): Promise<Reply<PublicSpace>> {
    return call<PublicSpace>(`${this.#base}/place`, {
      body: { participant: identity.participant, place, secret: identity.secret },
      token: this.#token,
    });
  }

  /** Leaves. Outlives the page, so that a closed tab is noticed at once. */
  leave(identity: Identity): void {
    const headers = { authorization: this.bearer, "content-type": "application/json" };
    const init = { method: "DELETE", keepalive: true, headers, body: JSON.stringify({ secret: identity.secret }) };
    fetch(`${this.#base}/stage/${encodeURIComponent(identity.participant)}`, init).catch(() => undefined);
  }

  /** Does what a host may do. Pressing twice within one `key` is pressing once. */
  act<Name extends keyof HostActions>(name: Name, body: HostActions[Name], key: string): Promise<Reply<PublicSpace>> {
    return call<PublicSpace>(`${this.#base}/${name}`, { body, token: this.#token, idempotencyKey: key });
  }

  /** Makes a link; with `revoke` the link of that id stops working. */
  /** Makes a link. @param options `name`: it is this guest's own. `revoke`: the id of a link that no longer works from now on */
  makeLink(role: "host" | "speaker", options: { readonly name?: string; readonly revoke?: string } = {}): Promise<Reply<StageLink>> {
    return call<StageLink>(`${this.#base}/links`, { body: { role, ...options }, token: this.#token });
  }
}

/** A fresh random key; works on insecure pages too, where `crypto.randomUUID` is missing. */
export function freshKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
