import { instant } from "@odeon/core/shared/units";
import fc from "fast-check";
import { expect, test } from "vitest";
import { isTrying, type Link, type LinkEvent, LONGEST_WAIT_MS, OPENING_MS, SILENT_MS, step } from "./session.ts";

const off: Link = { is: "off" };
const open: Link = { is: "open", since: instant(0), pongAt: instant(0) };
const opening = (attempt: number, again = false): Link => ({ is: "opening", attempt, since: instant(0), again });
const refused = (status: number, retryAfter: number | null = null): LinkEvent => ({
  type: "refused",
  status,
  code: "some_code",
  detail: "why",
  retryAfter,
});

test("asking opens once; asking again while it opens changes nothing", () => {
  const first = step(off, { type: "wanted" }, instant(5), 0.5);
  expect(first).toEqual({ link: { is: "opening", attempt: 0, since: 5, again: false }, effect: "open" });
  expect(step(first.link, { type: "wanted" }, instant(6), 0.5)).toEqual({ link: first.link, effect: null });
});

test("a stage that is silent for more than 2.5 s is left and called again within 250 ms", () => {
  expect(step(open, { type: "ticked" }, instant(SILENT_MS), 1).effect).toBe(null);
  const lost = step(open, { type: "ticked" }, instant(SILENT_MS + 1), 1);
  expect(lost).toEqual({ link: { is: "waiting", attempt: 0, until: SILENT_MS + 251, why: "silent", again: true }, effect: "shut" });
  expect(step(lost.link, { type: "ticked" }, instant(SILENT_MS + 250), 1).effect).toBe(null);
  expect(step(lost.link, { type: "ticked" }, instant(SILENT_MS + 251), 1)).toEqual({
    link: { is: "opening", attempt: 0, since: SILENT_MS + 251, again: true },
    effect: "open",
  });
});

test("a pong keeps the connection; a pong of a connection that is gone does not revive it", () => {
  const kept = step(open, { type: "ponged" }, instant(2_000), 0).link;
  expect(step(kept, { type: "ticked" }, instant(4_000), 0).effect).toBe(null);
  const waiting = step(open, { type: "lost", why: "failed" }, instant(1), 0).link;
  expect(step(waiting, { type: "ponged" }, instant(2), 0).link).toBe(waiting);
  expect(step(waiting, { type: "connected" }, instant(2), 0).link).toBe(waiting);
});

test("an attempt that takes over 8 s is given up", () => {
  expect(step(opening(0), { type: "ticked" }, instant(OPENING_MS), 0).effect).toBe(null);
  expect(step(opening(0), { type: "ticked" }, instant(OPENING_MS + 1), 0)).toMatchObject({
    link: { is: "waiting", attempt: 1, why: "slow" },
    effect: "shut",
  });
});

test("waits double, are spread over their upper half, and stay within 5 s", () => {
  const wait = (attempt: number, random: number) => {
    const { link } = step(opening(attempt), { type: "lost", why: "failed" }, instant(0), random);
    return link.is === "waiting" ? link.until : -1;
  };
  expect([0, 1, 2, 3, 4, 5, 60].map((attempt) => wait(attempt, 1))).toEqual([500, 1_000, 2_000, 4_000, 5_000, 5_000, 5_000]);
  expect([0, 1, 2].map((attempt) => wait(attempt, 0))).toEqual([250, 500, 1_000]);
});

test("a busy house is asked again, not before it said; another no is final", () => {
  expect(step(opening(0), refused(503, 4), instant(0), 0).link).toMatchObject({ is: "waiting", until: 4_000, why: "busy" });
  expect(step(opening(0), refused(429), instant(0), 0).link.is).toBe("waiting");
  for (const status of [400, 401, 403, 404, 406, 409, 413, 422]) {
    expect(step(opening(0), refused(status), instant(0), 0)).toEqual({ link: { is: "refused", code: "some_code", detail: "why" }, effect: "shut" });
  }
});

test("removed, moved, ended and left are not followed by another attempt, but a new press is", () => {
  for (const reason of ["left", "removed", "moved", "ended"] as const) {
    const { link, effect } = step(open, { type: "closed", reason }, instant(0), 0);
    expect([link, effect]).toEqual([{ is: "closed", reason }, "shut"]);
    expect(step(link, { type: "ticked" }, instant(1e6), 0)).toEqual({ link, effect: null });
    expect(step(link, { type: "lost", why: "failed" }, instant(1), 0)).toEqual({ link, effect: null });
    expect(step(link, { type: "wanted" }, instant(1), 0).effect).toBe("open");
  }
});

const events: fc.Arbitrary<LinkEvent> = fc.oneof(
  fc.constantFrom<LinkEvent>({ type: "wanted" }, { type: "connected" }, { type: "ponged" }, { type: "ticked" }),
  fc.constantFrom<LinkEvent>({ type: "lost", why: "failed" }, { type: "lost", why: "network" }, refused(503), refused(403)),
  fc.constantFrom<LinkEvent>({ type: "closed", reason: "left" }, { type: "closed", reason: "moved" }),
);

test("at any time there is one connection exactly while it opens or is open, and who tries is never stuck", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(events, fc.nat(3_000), fc.double({ min: 0, max: 1, noNaN: true })), { maxLength: 60 }), (story) => {
      let link = off as Link;
      let now = 0;
      let connections = 0;
      for (const [event, passed, random] of story) {
        now += passed;
        const next = step(link, event, instant(now), random);
        if (next.effect === "open") connections += 1;
        if (next.effect === "shut" && (link.is === "opening" || link.is === "open")) connections -= 1;
        link = next.link;
        expect(connections).toBe(link.is === "opening" || link.is === "open" ? 1 : 0);
        if (link.is === "waiting") expect(link.until - now).toBeLessThanOrEqual(LONGEST_WAIT_MS);
      }
      if (!isTrying(link)) return;
      const later = instant(now + OPENING_MS + LONGEST_WAIT_MS + 1);
      expect(step(link, { type: "ticked" }, later, 0.5).effect).not.toBe(null);
    }),
  );
});
