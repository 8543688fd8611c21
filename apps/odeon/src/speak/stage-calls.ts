/** The calls that a speaker makes to the house. */

import { FAULTS, Fault, type FaultCode } from "@odeon/core/shared/fault";

/** A speaker's or host's link, taken apart. */
export interface StageLink {
  readonly origin: string;
  readonly space: string;
  readonly token: string;
}

const CALL_MS = 10_000;

/** The calls of one speaker; remembers who it is between connections. */
export class StageCalls {
  readonly #link: StageLink;
  readonly #name: string;
  #who: { readonly id: string; readonly secret: string; readonly role: string } | null = null;

  constructor(link: StageLink, name: string) {
    this.#link = link;
    this.#name = name;
  }

  /** Reads `http(s)://host/stage/ID#token=…`; null when it is none. */
  static readLink(text: string): StageLink | null {
    if (!URL.canParse(text)) return null;
    const url = new URL(text);
    const space = /^\/stage\/([a-z2-7]{4,40})$/.exec(url.pathname)?.[1];
    const token = new URLSearchParams(url.hash.slice(1)).get("token");
    return space === undefined || token === null || token === "" ? null : { origin: url.origin, space, token };
  }

  get participant(): string | null {
    return this.#who?.id ?? null;
  }

  /** Sends the offer; gives the answer. @throws Fault as the house refuses it */
  async join(sdp: string): Promise<string> {
    const body = {
      sdp,
      name: this.#name,
      consent: { version: "1", agreed: true },
      participant: this.#who?.id ?? null,
      secret: this.#who?.secret ?? null,
    };
    const answer = (await this.#call("POST", "/stage", body)) as {
      readonly participant: { readonly id: string; readonly role: string };
      readonly secret: string;
      readonly sdp: string;
    };
    this.#who = { id: answer.participant.id, secret: answer.secret, role: answer.participant.role };
    return answer.sdp;
  }

  /**
   * Presses "go on air": at once with a host's link, with a speaker's as soon as the host has let it on.
   *
   * @returns false when the host has not said yes yet
   */
  async goOnStage(): Promise<boolean> {
    if (this.#who === null) return false;
    try {
      await this.#call("POST", "/place", { participant: this.#who.id, place: "stage", secret: this.#who.secret });
      return true;
    } catch (error) {
      if (error instanceof Fault && error.code === "participant_not_ready") return false;
      throw error;
    }
  }

  async leave(): Promise<void> {
    if (this.#who === null) return;
    await this.#call("DELETE", `/stage/${this.#who.id}`, { secret: this.#who.secret }).catch(() => undefined);
  }

  async #call(method: string, path: string, body: unknown): Promise<unknown> {
    const { origin, space, token } = this.#link;
    let response: Response;
    try {
      response = await fetch(`${origin}/api/v1/spaces/${space}${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(CALL_MS),
      });
    } catch (cause) {
      throw new Fault("house_away", "the house cannot be reached", { cause });
    }
    const text = await response.text();
    if (response.ok) return text === "" ? null : JSON.parse(text);
    throw readProblem(text);
  }
}

function readProblem(text: string): Fault {
  try {
    const { code, detail } = JSON.parse(text) as { readonly code?: string; readonly detail?: string };
    if (code !== undefined && code in FAULTS) return new Fault(code as FaultCode, detail ?? code);
  } catch {
    // Not a problem document: a proxy's answer.
  }
  return new Fault("house_away", "the house answered something else");
}
