/** One Space's way into the log: records in order, one commit at a time, kept in memory while the disk is away. */

import { Fault } from "@odeon/core/shared/fault";
import type { Log, NewRecord } from "@odeon/log/log";

/** Records that may wait for the disk: twenty minutes of parts. Past it the oldest parts are given up. */
const WAITING_LIMIT = 3_750;
const RETRY_MS = 500;
/** Milliseconds after which what waits counts as unconfirmed. */
const SLOW_MS = 150;

interface Waiting {
  readonly record: NewRecord;
  readonly settled: (confirmed: boolean) => void;
}

/** Appends one Space's records; `write` never fails, it says whether the record is durable or still waits. */
export class Shelf {
  readonly #log: Log;
  readonly #space: string;
  readonly #epoch: number;
  readonly #fenced: (fault: Fault) => void;
  #seq: number;
  #waiting: Waiting[] = [];
  #writing = false;
  #closed = false;
  #trouble: string | null = null;

  /** @param fenced another writer has taken over: this process must end */
  constructor(options: {
    readonly log: Log;
    readonly space: string;
    readonly epoch: number;
    readonly seq: number;
    readonly fenced: (fault: Fault) => void;
  }) {
    this.#log = options.log;
    this.#space = options.space;
    this.#epoch = options.epoch;
    this.#seq = options.seq;
    this.#fenced = options.fenced;
  }

  /** Whether everything written so far is durable. */
  get confirmed(): boolean {
    return this.#trouble === null;
  }

  /** Why records wait, in the medium's words. */
  get trouble(): string | null {
    return this.#trouble;
  }

  /** Records that wait for the disk. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /**
   * Writes a record.
   *
   * @returns true once it is durable; false when it still waits after 150 ms: it goes on waiting
   */
  write(record: NewRecord): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#trouble ??= "the disk is slow";
        resolve(false);
      }, SLOW_MS);
      this.#waiting.push({
        record,
        settled: (confirmed) => {
          clearTimeout(timer);
          resolve(confirmed);
        },
      });
      this.#bound();
      void this.#flush();
    });
  }

  /** Resolves when nothing waits any more, or after `patience` milliseconds. */
  async close(patience: number): Promise<void> {
    const end = performance.now() + patience;
    while ((this.#waiting.length > 0 || this.#writing) && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 10));
    this.#closed = true;
  }

  async #flush(): Promise<void> {
    if (this.#writing || this.#closed) return;
    this.#writing = true;
    while (this.#waiting.length > 0 && !this.#closed) {
      const batch = this.#waiting.slice();
      try {
        await this.#log.append([{ space: this.#space, epoch: this.#epoch, expect: this.#seq, records: batch.map(({ record }) => record) }]);
        this.#seq += batch.length;
        this.#waiting.splice(0, batch.length);
        this.#trouble = null;
        for (const { settled } of batch) settled(true);
      } catch (error) {
        await this.#failed(error, batch);
      }
    }
    this.#writing = false;
  }

  async #failed(error: unknown, batch: readonly Waiting[]): Promise<void> {
    if (!(error instanceof Fault)) throw error;
    if (error.code === "log_fenced") {
      this.#closed = true;
      this.#fenced(error);
      return;
    }
    this.#trouble = error.message;
    for (const { settled } of batch) settled(false);
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }

  #bound(): void {
    if (this.#waiting.length <= WAITING_LIMIT || this.#writing) return;
    const oldest = this.#waiting.findIndex(({ record }) => record.kind === "part");
    if (oldest >= 0) this.#waiting.splice(oldest, 1);
  }
}
