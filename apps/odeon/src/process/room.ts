/** What each kind of process gives its entry. */

/** Runs one room. Resolves when it is ready; `stop` is what must be awaited before the process may end. */
export interface Room {
  readonly port: number | null;
  readonly stop: () => Promise<void>;
  readonly countLive?: () => number;
}
