import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isGiven, keptStretches, replaySegments } from "./extent.ts";
import { contentDisposition } from "./file-name.ts";
import { replayMedia } from "./playlist.ts";
import { readRange } from "./range.ts";
import { isWithinReach } from "./reach.ts";

const extent = fc.tuple(fc.nat(20), fc.array(fc.tuple(fc.nat(30), fc.nat(30)), { maxLength: 4 }), fc.nat(60)).map(([from, gaps, rest]) => {
  let at = from;
  const cuts = gaps.map(([kept, cut]) => {
    const start = at + kept;
    at = start + cut;
    return { from: start, to: at };
  });
  return { from, to: at + rest + 1, cuts };
});
const runs = fc.array(fc.integer({ min: 1, max: 50 }), { maxLength: 3 }).map((lengths) => {
  const all = [{ firstPart: 0, startsAt: 1_000 }];
  for (const length of lengths) all.push({ firstPart: (all.at(-1)?.firstPart ?? 0) + length, startsAt: all.length * 10_000_000 });
  return all;
});

const isKept = (one: { from: number; to: number; cuts: readonly { from: number; to: number }[] }, n: number): boolean =>
  n >= one.from && n < one.to && !one.cuts.some((cut) => n >= cut.from && n < cut.to);
const numbers = (stretches: readonly { from: number; to: number }[]): number[] =>
  stretches.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, i) => from + i));

describe("what a replay gives", () => {
  test("is every part that was not cut, once, in order, in segments of at most 12 that cross no cut and no pause", () => {
    fc.assert(
      fc.property(extent, runs, (one, clock) => {
        const wanted = Array.from({ length: one.to }, (_, n) => n).filter((n) => isKept(one, n));
        expect(numbers(keptStretches(one))).toEqual(wanted);
        const segments = replaySegments(one, clock);
        expect(numbers(segments)).toEqual(wanted);
        for (const [i, segment] of segments.entries()) {
          expect(segment.to - segment.from).toBeLessThanOrEqual(12);
          const run = clock.findLast((each) => each.firstPart <= segment.from) ?? { firstPart: 0, startsAt: 0 };
          expect(segment.startsAt).toBe(run.startsAt + (segment.from - run.firstPart) * 320);
          expect(clock.some((each) => each.firstPart > segment.from && each.firstPart < segment.to)).toBe(false);
          const before = segments[i - 1];
          const jumps = before !== undefined && (before.to !== segment.from || clock.some((each) => each.firstPart === segment.from));
          expect(segment.discontinuous).toBe(jumps);
        }
      }),
    );
  });

  test("a stretch is given only if all of it is", () => {
    fc.assert(
      fc.property(extent, fc.nat(200), fc.integer({ min: 0, max: 14 }), (one, from, count) => {
        const whole = count > 0 && Array.from({ length: count }, (_, i) => from + i).every((n) => isKept(one, n));
        expect(isGiven(one, { from, to: from + count })).toBe(whole);
      }),
      { numRuns: 500 },
    );
  });

  test("4.4.3.5, 4.4.3.4: its playlist is finished, and every name says its parts", () => {
    const text = replayMedia(replaySegments({ from: 5, to: 40, cuts: [{ from: 20, to: 23 }] }, [{ firstPart: 0, startsAt: 0 }]), "aac-64k", String);
    expect(text).toContain("#EXT-X-PLAYLIST-TYPE:VOD\n");
    expect(text.trimEnd().endsWith("#EXT-X-ENDLIST")).toBe(true);
    expect(text.match(/^[^#\n].*$/gm)).toEqual(["aac-64k/5-17.m4s", "aac-64k/17-20.m4s", "aac-64k/23-35.m4s", "aac-64k/35-40.m4s"]);
    expect(text.match(/#EXT-X-DISCONTINUITY\n/g)).toHaveLength(1);
    expect(text.match(/#EXTINF:[\d.]+/g)).toEqual(["#EXTINF:3.84", "#EXTINF:0.96", "#EXTINF:3.84", "#EXTINF:1.6"]);
  });
});

describe("ranges (RFC 9110 section 14.1.2)", () => {
  test.each([
    [undefined, "whole"],
    ["bytes=0-0", { from: 0, to: 1 }],
    ["bytes=0-", { from: 0, to: 100 }],
    ["bytes=99-", { from: 99, to: 100 }],
    ["bytes=99-1000", { from: 99, to: 100 }],
    ["bytes=100-", "unsatisfiable"],
    ["bytes=-1", { from: 99, to: 100 }],
    ["bytes=-1000", { from: 0, to: 100 }],
    ["bytes=-0", "unsatisfiable"],
    ["bytes=5-4", "whole"],
    ["bytes=0-1,3-4", "whole"],
    ["items=0-1", "whole"],
    ["bytes=-", "whole"],
    ["bytes=a-b", "whole"],
  ])("%s of 100 bytes", (header, wanted) => {
    expect(readRange(header, 100)).toEqual(wanted);
  });

  test("whatever is sent, a range lies inside the file and is not empty", () => {
    const header = fc.oneof(
      fc.string(),
      fc.tuple(fc.option(fc.nat(300), { nil: "" }), fc.option(fc.nat(300), { nil: "" })).map(([a, b]) => `bytes=${a}-${b}`),
    );
    fc.assert(
      fc.property(header, fc.nat(200), (text, size) => {
        const range = readRange(text, size);
        if (typeof range === "object") expect(range.from >= 0 && range.from < range.to && range.to <= size).toBe(true);
      }),
    );
  });
});

test("a download's name ends no header, names no folder and keeps its ending, whatever the title", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: "binary", maxLength: 300 }), fc.string()), (title) => {
      const header = contentDisposition(title, "m4a");
      expect(header).toMatch(/^attachment; filename="[ !#-[\]-~]+\.m4a"; filename\*=UTF-8''[A-Za-z0-9%!~._-]+\.m4a$/);
      const [, plain = "", encoded = ""] = /filename="(.*)\.m4a"; filename\*=UTF-8''(.*)\.m4a$/.exec(header) ?? [];
      for (const name of [plain, decodeURIComponent(encoded)]) {
        expect(name).not.toMatch(/[/\\\p{C}"]|^\.|^\s|\s$/u);
        expect(name).not.toBe("");
      }
    }),
  );
  expect(contentDisposition("Über/..\\ die\r\nStadt 🎙", "m4a")).toBe(
    "attachment; filename=\"Uber .. die Stadt.m4a\"; filename*=UTF-8''%C3%9Cber%20..%20die%20Stadt%20%F0%9F%8E%99.m4a",
  );
});

test("the live addresses never give what was hidden or cut, nor a recording that is not public, but always the last minute while live", () => {
  const live = { live: true, sinceEnd: 0, open: true, replay: null, remembered: 100 };
  const ended = { ...live, live: false };
  expect(isWithinReach(live, 3)).toBe(true);
  expect(isWithinReach({ ...live, open: false }, 99)).toBe(false);
  expect(isWithinReach({ ...live, open: false }, 100)).toBe(true);
  expect(isWithinReach(ended, 100), "hidden").toBe(false);
  expect(isWithinReach({ ...ended, open: false }, 100), "never public, but just heard").toBe(true);
  expect(isWithinReach({ ...ended, open: false, sinceEnd: 64_001 }, 100)).toBe(false);
  const cut = { ...ended, replay: { from: 10, to: 200, cuts: [{ from: 150, to: 160 }] } };
  expect([9, 10, 149, 150, 159, 160, 199, 200].filter((n) => isWithinReach(cut, n))).toEqual([10, 149, 160, 199]);
  expect(isWithinReach({ ...cut, sinceEnd: 64_001 }, 100)).toBe(false);
});
