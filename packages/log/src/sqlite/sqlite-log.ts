/** The embedded log: SQLite in WAL mode with `synchronous=FULL`, written by a thread of its own. */

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { backup as backupDatabase, DatabaseSync } from "node:sqlite";
import { Worker } from "node:worker_threads";
import { Fault } from "@odeon/core/shared/fault";
import type { Append, Log, LogReader, LogRecord, RecordKind } from "../log.ts";
import { DATABASE, openSqliteReader } from "./sqlite-reader.ts";
import type { StoreOptions } from "./store.ts";
import type { Answer, Order } from "./writer.ts";

/** Orders that may wait for the thread; past it an append is refused at once. */
const MOST_WAITING = 4_096;

/** Opens the log in `folder`, making both where they do not exist. */
export async function openSqliteLog(folder: string, options: StoreOptions = {}): Promise<Log> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, DATABASE);
  const worker = new Worker(new URL("./writer.ts", import.meta.url), { workerData: { path, options } });
  await new Promise<void>((resolve, reject) => {
    worker.once("online", () => resolve());
    worker.once("error", reject);
  });
  return new SqliteLog(folder, path, worker);
}

interface Waiting {
  readonly resolve: (value: number) => void;
  readonly reject: (error: Error) => void;
}

class SqliteLog implements Log {
  readonly #path: string;
  readonly #worker: Worker;
  readonly #reader: LogReader;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 1;

  constructor(folder: string, path: string, worker: Worker) {
    this.#path = path;
    this.#worker = worker;
    this.#reader = openSqliteReader(folder);
    worker.on("message", (answer: Answer) => this.#take(answer));
    worker.on("error", (error) => this.#fail(error instanceof Error ? error : new Error(String(error))));
    worker.on("exit", () => this.#fail(new Error("the log's thread has ended")));
  }

  spaces(): Promise<readonly string[]> {
    return this.#reader.spaces();
  }

  head(space: string): Promise<{ readonly seq: number; readonly epoch: number }> {
    return this.#reader.head(space);
  }

  read(space: string, options: { readonly kind: RecordKind; readonly after: number; readonly limit: number }): Promise<readonly LogRecord[]> {
    return this.#reader.read(space, options);
  }

  parts(space: string, from: number, to: number): Promise<readonly LogRecord[]> {
    return this.#reader.parts(space, from, to);
  }

  extent(space: string): Promise<{ readonly first: number; readonly last: number; readonly count: number } | null> {
    return this.#reader.extent(space);
  }

  takeOver(): Promise<number> {
    return this.#order({ ask: "take_over" });
  }

  async append(appends: readonly Append[]): Promise<void> {
    if (this.#waiting.size >= MOST_WAITING) throw new Fault("log_unavailable", "the disk does not keep up");
    await this.#order({ ask: "append", appends, at: Date.now() });
  }

  async forgetParts(space: string, before: number): Promise<void> {
    await this.#order({ ask: "forget_parts", space, before });
  }

  async remove(space: string): Promise<void> {
    await this.#order({ ask: "remove", space });
  }

  async backup(target: string): Promise<void> {
    await backupSqliteLog(this.#path, target);
  }

  async close(): Promise<void> {
    await this.#order({ ask: "close" });
    await this.#reader.close();
    await this.#worker.terminate();
  }

  #order(order: Order): Promise<number> {
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, order });
    });
  }

  #take(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if ("value" in answer) waiting?.resolve(answer.value);
    else waiting?.reject(new Fault(answer.code, answer.detail));
  }

  #fail(error: Error): void {
    for (const waiting of this.#waiting.values()) waiting.reject(new Fault("log_unavailable", error.message, { cause: error }));
    this.#waiting.clear();
  }
}

/** Copies the database at `path` into the folder `target`, consistently, also while it is written. */
export async function backupSqliteLog(path: string, target: string): Promise<void> {
  mkdirSync(target, { recursive: true, mode: 0o700 });
  const database = new DatabaseSync(path, { readOnly: true, timeout: 2_000 });
  try {
    await backupDatabase(database, join(target, DATABASE));
  } finally {
    database.close();
  }
}
