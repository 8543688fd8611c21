/** How listed Spaces are put on the front page. */

import type { PublicSpace } from "@odeon/wire/state";

/** One heading with its Spaces; never empty. */
export interface Group {
  readonly name: "live" | "next" | "past";
  readonly members: readonly PublicSpace[];
}

/** What is on air, what comes (the soonest first, those without a time last), and what can be heard again (the newest first). */
export function groupSpaces(spaces: readonly PublicSpace[]): readonly Group[] {
  const live = spaces.filter(({ life }) => life === "live" || life === "ending");
  const next = spaces.filter(({ life }) => life === "scheduled" || life === "doors");
  const past = spaces.filter(({ life, replayReady }) => life === "ended" && replayReady);
  const groups: readonly Group[] = [
    { name: "live", members: live.toSorted((a, b) => (b.since ?? 0) - (a.since ?? 0)) },
    { name: "next", members: next.toSorted((a, b) => startOf(a) - startOf(b)) },
    { name: "past", members: past.toSorted((a, b) => (b.endedAt ?? 0) - (a.endedAt ?? 0)) },
  ];
  return groups.filter(({ members }) => members.length > 0);
}

function startOf({ startsAt, texts }: PublicSpace): number {
  return texts.late?.until ?? startsAt ?? Number.MAX_SAFE_INTEGER;
}
