/** Repeats of a host's call under the same `Idempotency-Key` get the first answer and change nothing. */

import { createHash } from "node:crypto";
import { Fault } from "@odeon/core/shared/fault";

const REMEMBERED = 1_000;
const LIFETIME_MS = 600_000;

interface Entry {
  readonly body: string;
  readonly at: number;
  readonly answer: Promise<unknown>;
}

/** Remembers the last thousand keyed calls for ten minutes. */
export class Idempotency {
  readonly #entries = new Map<string, Entry>();

  /**
   * Runs `work` once for a key.
   *
   * @param key null runs it always
   * @param scope caller and path; the same key elsewhere is another
   * @throws Fault `idempotency_mismatch` when the key came with another body before
   */
  run<Answer>(key: string | null, scope: string, body: unknown, now: number, work: () => Promise<Answer>): Promise<Answer> {
    if (key === null) return work();
    const id = createHash("sha256").update(`${scope}\0${key}`).digest("base64url");
    const text = JSON.stringify(body ?? null);
    const known = this.#entries.get(id);
    if (known !== undefined && now - known.at < LIFETIME_MS) {
      if (known.body !== text) throw new Fault("idempotency_mismatch", "this Idempotency-Key came with another body before");
      return known.answer as Promise<Answer>;
    }
    const answer = work();
    this.#entries.delete(id);
    this.#entries.set(id, { body: text, at: now, answer });
    answer.catch(() => this.#entries.delete(id));
    if (this.#entries.size > REMEMBERED) this.#entries.delete(this.#entries.keys().next().value ?? "");
    return answer;
  }
}
