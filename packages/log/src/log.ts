/** The log's port: one ordered, append-only record of everything that happens in a Space, audio included. */

/** What a record holds. `event`: UTF-8 JSON of a SpaceEvent. `part`: {@link file://./part-record.ts}. `init`: the init segments. */
export type RecordKind = "event" | "part" | "init";

/** A record to append. */
export interface NewRecord {
  readonly kind: RecordKind;
  /** The part's number; null for anything but parts. */
  readonly part: number | null;
  readonly body: Uint8Array;
}

/** A record as it stands in the log. `seq` counts from 1 in each Space without holes. */
export interface LogRecord extends NewRecord {
  readonly seq: number;
  /** Wall time of the commit in milliseconds since 1970. */
  readonly at: number;
}

/** One Space's share of a commit. */
export interface Append {
  readonly space: string;
  /** The writer's epoch; an append with an older one than the log has seen is fenced off. */
  readonly epoch: number;
  /** The sequence of the last record the writer knows; 0 for an empty log. */
  readonly expect: number;
  readonly records: readonly NewRecord[];
}

/** Reads a log; any process may. */
export interface LogReader {
  /** Every Space that has a record. */
  spaces(): Promise<readonly string[]>;
  /** Sequence and epoch of the newest record; zeros for an unknown Space. */
  head(space: string): Promise<{ readonly seq: number; readonly epoch: number }>;
  /** Records of `kind` after sequence `after`, oldest first. Bodies are the caller's. */
  read(space: string, options: { readonly kind: RecordKind; readonly after: number; readonly limit: number }): Promise<readonly LogRecord[]>;
  /** The part records with `from <= number < to`, ascending; missing numbers are absent. */
  parts(space: string, from: number, to: number): Promise<readonly LogRecord[]>;
  /** The smallest and largest part number in the log, and how many there are; null without parts. */
  extent(space: string): Promise<{ readonly first: number; readonly last: number; readonly count: number } | null>;
  close(): Promise<void>;
}

/** The one writer. */
export interface Log extends LogReader {
  /**
   * Takes over writing: every epoch handed out before is fenced off.
   *
   * @returns the new epoch, one more than any seen
   */
  takeOver(): Promise<number>;
  /**
   * Appends to one or several Spaces in one durable commit (fsynced when it resolves).
   *
   * @throws Fault `log_fenced` when an epoch is old or a sequence is not the expected one: then nothing of this call is written
   * @throws Fault `log_unavailable` when the medium refuses (full or failing disk): nothing is written, may be tried again
   */
  append(appends: readonly Append[]): Promise<void>;
  /** Forgets part records with a number below `before` (Spaces that are not recorded). */
  forgetParts(space: string, before: number): Promise<void>;
  /** Removes a Space with everything. */
  remove(space: string): Promise<void>;
  /** Writes a consistent copy of the whole log to the folder `target`, while running. */
  backup(target: string): Promise<void>;
}
