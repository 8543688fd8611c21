/** What supervisor and child processes say to one another over Node's IPC channel. */

import type { Settings } from "../config/settings.ts";

/** The rooms of the house that run as processes of their own. */
export type RoleName = "house" | "mixer" | "stage" | "edge";

/** Everything a child needs; the first message it gets. Secrets travel here, never in arguments or environment. */
export interface Start {
  readonly role: RoleName;
  readonly id: string;
  readonly settings: Settings;
  /** The folder of the Unix sockets. */
  readonly sockets: string;
  readonly data: string;
  readonly publicUrl: string;
  /** The address of stage and control pages; the public one where they have none of their own. */
  readonly stageUrl: string;
  /** PEM files of the stage's own listener; null: it has those of the main port. */
  readonly stageTls: { readonly cert: string; readonly key: string } | null;
  /** PEM file of the certificate authority that phones on this network take; null without `--lan`. */
  readonly authority: string | null;
  /** Every process's log: a file, or null for standard error. */
  readonly logFile: string | null;
  readonly keys: { readonly token: string; readonly tickets: readonly { readonly id: number; readonly secret: string }[] };
  readonly operatorTokenHash: string;
}

/** Supervisor to child. */
export type ToChild = { readonly ask: "start"; readonly start: Start } | { readonly ask: "stop" } | { readonly ask: "count_live" };

/** Child to supervisor. `demo`: two speakers are wanted for a demonstration Space. */
export type FromChild =
  | { readonly type: "ready"; readonly port: number | null }
  | { readonly type: "failed"; readonly detail: string }
  | { readonly type: "live"; readonly count: number }
  | { readonly type: "demo"; readonly space: string; readonly links: { readonly host: string; readonly speaker: string } };

/** Paths of the Unix sockets in their folder. */
export function socketPaths(folder: string): { readonly house: string; readonly api: string; readonly mixer: string } {
  return { house: `${folder}/house.sock`, api: `${folder}/api.sock`, mixer: `${folder}/mixer.sock` };
}
