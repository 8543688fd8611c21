/** The operator's calls to the house. */

import type { PublicSpace } from "@odeon/wire/state";
import { call, type Reply } from "../shared/api.ts";

/** What an organiser fills in. Times are milliseconds since 1970. */
export interface Wish {
  readonly title: string;
  readonly description: string;
  readonly startsAt: number | null;
  readonly zone: string;
  readonly capacity: number | null;
  readonly record: boolean;
  readonly visibility: "unlisted" | "listed";
  readonly replay: "at_once" | "after_review" | "never";
}

/** A Space that was made, with the links of its three kinds of people. */
export interface Made {
  readonly space: PublicSpace;
  readonly links: { readonly listen: string; readonly host: string; readonly speaker: string };
}

/** Exchanges a one-use code for the operator's token. */
export function signIn(code: string): Promise<Reply<{ readonly token: string }>> {
  return call("/api/v1/sign-in", { body: { code } });
}

/** The calls of a signed-in operator. */
export class ControlCalls {
  readonly #token: string;

  constructor(token: string) {
    this.#token = token;
  }

  /** Every Space, the newest first. */
  spaces(): Promise<Reply<{ readonly spaces: readonly PublicSpace[] }>> {
    return call("/api/v1/spaces", { token: this.#token });
  }

  make(wish: Wish, key: string): Promise<Reply<Made>> {
    return call("/api/v1/spaces", { body: wish, token: this.#token, idempotencyKey: key });
  }

  demo(): Promise<Reply<Made>> {
    return call("/api/v1/demo", { body: {}, token: this.#token });
  }

  link(space: string, role: "host" | "speaker"): Promise<Reply<{ readonly link: string; readonly listen: string }>> {
    return call(`/api/v1/spaces/${encodeURIComponent(space)}/links`, { body: { role }, token: this.#token });
  }

  remove(space: string): Promise<Reply<null>> {
    return call(`/api/v1/spaces/${encodeURIComponent(space)}`, { method: "DELETE", token: this.#token });
  }
}
