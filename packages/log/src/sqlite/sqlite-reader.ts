/** Reads the SQLite log from any process: read-only, never in the writer's way. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { LogReader, LogRecord, RecordKind } from "../log.ts";

/** The database's name in the log's folder. */
export const DATABASE = "log.sqlite";
const BUSY_MS = 2_000;

interface Row {
  readonly seq: number;
  readonly at: number;
  readonly kind: RecordKind;
  readonly part: number | null;
  readonly body: Uint8Array;
}

/** Opens the log in `folder` for reading; a log that does not exist yet is empty until the writer makes it. */
export function openSqliteReader(folder: string): LogReader {
  return new SqliteReader(join(folder, DATABASE));
}

class SqliteReader implements LogReader {
  readonly #path: string;
  #database: DatabaseSync | null = null;
  readonly #statements = new Map<string, StatementSync>();

  constructor(path: string) {
    this.#path = path;
  }

  spaces(): Promise<readonly string[]> {
    return attempt(() => this.#all("SELECT space FROM head ORDER BY space").map((row) => (row as { space: string }).space));
  }

  head(space: string): Promise<{ readonly seq: number; readonly epoch: number }> {
    return attempt(
      () =>
        (this.#all("SELECT seq, epoch FROM head WHERE space = ?", space)[0] as { seq: number; epoch: number } | undefined) ?? { seq: 0, epoch: 0 },
    );
  }

  read(space: string, options: { readonly kind: RecordKind; readonly after: number; readonly limit: number }): Promise<readonly LogRecord[]> {
    const query = "SELECT seq, at, kind, part, body FROM record WHERE space = ? AND kind = ? AND seq > ? ORDER BY seq LIMIT ?";
    return attempt(() => this.#all(query, space, options.kind, options.after, options.limit).map(toRecord));
  }

  parts(space: string, from: number, to: number): Promise<readonly LogRecord[]> {
    const query = "SELECT seq, at, kind, part, body FROM record WHERE space = ? AND part >= ? AND part < ? ORDER BY part";
    return attempt(() => this.#all(query, space, from, to).map(toRecord));
  }

  extent(space: string): Promise<{ readonly first: number; readonly last: number; readonly count: number } | null> {
    return attempt(() => {
      const query = "SELECT min(part) AS first, max(part) AS last, count(part) AS count FROM record WHERE space = ? AND part IS NOT NULL";
      const row = this.#all(query, space)[0] as { first: number | null; last: number | null; count: number } | undefined;
      return row === undefined || row.first === null || row.last === null ? null : { first: row.first, last: row.last, count: row.count };
    });
  }

  close(): Promise<void> {
    this.#database?.close();
    this.#database = null;
    this.#statements.clear();
    return Promise.resolve();
  }

  #all(query: string, ...values: (string | number)[]): unknown[] {
    if (this.#database === null) {
      if (!existsSync(this.#path)) return [];
      this.#database = new DatabaseSync(this.#path, { readOnly: true, timeout: BUSY_MS });
    }
    let statement = this.#statements.get(query);
    if (statement === undefined) {
      statement = this.#database.prepare(query);
      this.#statements.set(query, statement);
    }
    return statement.all(...values);
  }
}

function toRecord(row: unknown): LogRecord {
  const { seq, at, kind, part, body } = row as Row;
  return { seq, at, kind, part, body };
}

function attempt<Value>(read: () => Value): Promise<Value> {
  try {
    return Promise.resolve(read());
  } catch (error) {
    return Promise.reject(error);
  }
}
