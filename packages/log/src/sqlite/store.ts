/** The SQLite log's tables and its one transaction: what the writer's thread runs. Synchronous throughout. */

import { DatabaseSync, type StatementSync } from "node:sqlite";
import { Fault } from "@odeon/core/shared/fault";
import type { Append } from "../log.ts";

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS writer (one INTEGER PRIMARY KEY CHECK (one = 1), epoch INTEGER NOT NULL);
  INSERT OR IGNORE INTO writer VALUES (1, 0);
  CREATE TABLE IF NOT EXISTS head (space TEXT PRIMARY KEY, seq INTEGER NOT NULL, epoch INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS record (
    id INTEGER PRIMARY KEY,
    space TEXT NOT NULL,
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    part INTEGER,
    body BLOB NOT NULL
  );
  CREATE UNIQUE INDEX IF NOT EXISTS record_seq ON record (space, kind, seq);
  CREATE UNIQUE INDEX IF NOT EXISTS record_part ON record (space, part) WHERE part IS NOT NULL;
`;

/** Options of the medium. */
export interface StoreOptions {
  /** Most pages of 4 KiB that the database may take; for tests of a full disk. */
  readonly maxPages?: number;
}

/** The writer's side of one database file. */
export class Store {
  readonly #database: DatabaseSync;
  readonly #takeEpoch: StatementSync;
  readonly #epoch: StatementSync;
  readonly #head: StatementSync;
  readonly #setHead: StatementSync;
  readonly #insert: StatementSync;

  constructor(path: string, options: StoreOptions) {
    this.#database = new DatabaseSync(path, { timeout: 2_000 });
    this.#database.exec(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_size_limit = 16777216;",
    );
    this.#database.exec(SCHEMA);
    if (options.maxPages !== undefined) this.#database.exec(`PRAGMA max_page_count = ${Math.floor(options.maxPages)}`);
    this.#takeEpoch = this.#database.prepare("UPDATE writer SET epoch = epoch + 1 RETURNING epoch");
    this.#epoch = this.#database.prepare("SELECT epoch FROM writer");
    this.#head = this.#database.prepare("SELECT seq FROM head WHERE space = ?");
    this.#setHead = this.#database.prepare(
      "INSERT INTO head VALUES (?, ?, ?) ON CONFLICT (space) DO UPDATE SET seq = excluded.seq, epoch = excluded.epoch",
    );
    this.#insert = this.#database.prepare("INSERT INTO record (space, seq, at, kind, part, body) VALUES (?, ?, ?, ?, ?, ?)");
  }

  /** @returns the new epoch, one more than any seen */
  takeOver(): number {
    return (this.#takeEpoch.get() as { epoch: number }).epoch;
  }

  /**
   * Writes everything or nothing, durably.
   *
   * @throws Fault `log_fenced`, `log_unavailable`
   */
  append(appends: readonly Append[], at: number): void {
    this.#transaction(() => {
      const { epoch } = this.#epoch.get() as { epoch: number };
      for (const append of appends) this.#write(append, epoch, at);
    });
  }

  /** @throws Fault `log_unavailable` */
  forgetParts(space: string, before: number): void {
    this.#transaction(() => {
      this.#database.prepare("DELETE FROM record WHERE space = ? AND part < ?").run(space, before);
    });
  }

  /** @throws Fault `log_unavailable` */
  remove(space: string): void {
    this.#transaction(() => {
      this.#database.prepare("DELETE FROM record WHERE space = ?").run(space);
      this.#database.prepare("DELETE FROM head WHERE space = ?").run(space);
    });
  }

  close(): void {
    this.#database.close();
  }

  #write(append: Append, epoch: number, at: number): void {
    const known = (this.#head.get(append.space) as { seq: number } | undefined)?.seq ?? 0;
    if (append.epoch !== epoch) throw new Fault("log_fenced", `epoch ${append.epoch} is not the writer's, which is ${epoch}`);
    if (append.expect !== known) throw new Fault("log_fenced", `${append.space} is at ${known}, not at ${append.expect}`);
    let seq = known;
    for (const { kind, part, body } of append.records) {
      seq += 1;
      this.#insert.run(append.space, seq, at, kind, part, body);
    }
    this.#setHead.run(append.space, seq, append.epoch);
  }

  #transaction(work: () => void): void {
    try {
      this.#database.exec("BEGIN IMMEDIATE");
      work();
      this.#database.exec("COMMIT");
    } catch (cause) {
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
      if (cause instanceof Fault) throw cause;
      throw new Fault("log_unavailable", cause instanceof Error ? cause.message : "the log cannot be written", { cause });
    }
  }
}
