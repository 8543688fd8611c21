/** The log in memory: for tests of what stands on a log, held to the same conformance suite as the real ones. */

import { Fault } from "@odeon/core/shared/fault";
import type { Append, Log, LogRecord, RecordKind } from "../log.ts";

interface Shelf {
  records: LogRecord[];
  seq: number;
  epoch: number;
}

/** A log that forgets everything with its process. */
export class MemoryLog implements Log {
  readonly #shelves = new Map<string, Shelf>();
  readonly #now: () => number;
  #epoch = 0;

  /** @param now wall time in milliseconds since 1970 */
  constructor(now: () => number = () => 0) {
    this.#now = now;
  }

  spaces(): Promise<readonly string[]> {
    return Promise.resolve([...this.#shelves.keys()].sort());
  }

  head(space: string): Promise<{ readonly seq: number; readonly epoch: number }> {
    const shelf = this.#shelves.get(space);
    return Promise.resolve({ seq: shelf?.seq ?? 0, epoch: shelf?.epoch ?? 0 });
  }

  read(space: string, options: { readonly kind: RecordKind; readonly after: number; readonly limit: number }): Promise<readonly LogRecord[]> {
    const records = this.#shelves.get(space)?.records ?? [];
    return Promise.resolve(records.filter((record) => record.kind === options.kind && record.seq > options.after).slice(0, options.limit));
  }

  parts(space: string, from: number, to: number): Promise<readonly LogRecord[]> {
    return Promise.resolve(this.#parts(space).filter((record) => (record.part ?? -1) >= from && (record.part ?? -1) < to));
  }

  extent(space: string): Promise<{ readonly first: number; readonly last: number; readonly count: number } | null> {
    const parts = this.#parts(space);
    const [first] = parts;
    const last = parts.at(-1);
    if (first === undefined || last === undefined) return Promise.resolve(null);
    return Promise.resolve({ first: first.part ?? 0, last: last.part ?? 0, count: parts.length });
  }

  takeOver(): Promise<number> {
    this.#epoch += 1;
    return Promise.resolve(this.#epoch);
  }

  append(appends: readonly Append[]): Promise<void> {
    try {
      for (const append of appends) this.#assertMayWrite(append);
    } catch (error) {
      return Promise.reject(error);
    }
    for (const append of appends) this.#write(append);
    return Promise.resolve();
  }

  forgetParts(space: string, before: number): Promise<void> {
    const shelf = this.#shelves.get(space);
    if (shelf !== undefined) shelf.records = shelf.records.filter((record) => record.kind !== "part" || (record.part ?? 0) >= before);
    return Promise.resolve();
  }

  remove(space: string): Promise<void> {
    this.#shelves.delete(space);
    return Promise.resolve();
  }

  backup(): Promise<void> {
    return Promise.reject(new Fault("log_unavailable", "a log in memory has no backup"));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #assertMayWrite(append: Append): void {
    const shelf = this.#shelves.get(append.space);
    if (append.epoch !== this.#epoch) throw new Fault("log_fenced", `epoch ${append.epoch} is not the writer's`);
    if (append.expect !== (shelf?.seq ?? 0)) throw new Fault("log_fenced", `${append.space} is at ${shelf?.seq ?? 0}, not ${append.expect}`);
  }

  #write(append: Append): void {
    const shelf = this.#shelves.get(append.space) ?? { records: [], seq: 0, epoch: 0 };
    this.#shelves.set(append.space, shelf);
    shelf.epoch = append.epoch;
    for (const record of append.records) {
      shelf.seq += 1;
      shelf.records.push({ ...record, body: record.body.slice(), seq: shelf.seq, at: this.#now() });
    }
  }

  #parts(space: string): readonly LogRecord[] {
    const records = this.#shelves.get(space)?.records ?? [];
    return records.filter((record) => record.kind === "part").sort((a, b) => (a.part ?? 0) - (b.part ?? 0));
  }
}
