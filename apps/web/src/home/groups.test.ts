import type { PublicSpace } from "@odeon/wire/state";
import { expect, test } from "vitest";
import { groupSpaces } from "./groups.ts";

const space = (id: string, fields: Partial<PublicSpace>): PublicSpace =>
  ({ id, life: "scheduled", startsAt: null, since: null, endedAt: null, replayReady: false, texts: { late: null }, ...fields }) as PublicSpace;

test("live comes first, then the soonest start, then the newest recording; what cannot be heard is not offered", () => {
  const groups = groupSpaces([
    space("old", { life: "ended", endedAt: 1, replayReady: true }),
    space("hidden", { life: "ended", endedAt: 3, replayReady: false }),
    space("new", { life: "ended", endedAt: 2, replayReady: true }),
    space("someday", {}),
    space("late", { startsAt: 10, texts: { late: { until: 60, reason: "" } } as PublicSpace["texts"] }),
    space("soon", { life: "doors", startsAt: 50 }),
    space("now", { life: "live", since: 5 }),
    space("gone", { life: "cancelled" }),
  ]);
  expect(groups.map(({ name, members }) => [name, members.map(({ id }) => id)])).toEqual([
    ["live", ["now"]],
    ["next", ["soon", "late", "someday"]],
    ["past", ["new", "old"]],
  ]);
  expect(groupSpaces([])).toEqual([]);
});
