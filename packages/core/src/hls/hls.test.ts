import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatDateTime } from "./date-time.ts";
import { CAN_SKIP_UNTIL, HLS_ORDER, mediaPlaylist, multivariantPlaylist, PART_TARGET, TARGET_DURATION } from "./playlist.ts";
import { decideReload } from "./reload.ts";
import type { LiveEdge, Run } from "./segments.ts";

/** A playlist read by other code than that which writes it. */
interface Read {
  readonly lines: readonly string[];
  readonly sequence: number;
  readonly discontinuity: number;
  readonly skipped: number;
  readonly ended: boolean;
  readonly hint: string | null;
  readonly reports: readonly string[];
  readonly segments: readonly {
    readonly number: number;
    readonly discontinuity: number;
    readonly date: number;
    readonly seconds: number | null;
    readonly parts: readonly { readonly uri: string; readonly seconds: number }[];
  }[];
}

type ReadSegment = Read["segments"][number];

function read(text: string): Read {
  const lines = text.split("\n");
  const value = (tag: string): string => lines.find((line) => line.startsWith(`#${tag}:`))?.slice(tag.length + 2) ?? "";
  const sequence = Number(value("EXT-X-MEDIA-SEQUENCE"));
  const skipped = Number(/SKIPPED-SEGMENTS=(\d+)/.exec(value("EXT-X-SKIP"))?.[1] ?? 0);
  const discontinuity = Number(value("EXT-X-DISCONTINUITY-SEQUENCE"));
  return {
    lines,
    sequence,
    discontinuity,
    skipped,
    ended: lines.includes("#EXT-X-ENDLIST"),
    hint: /URI="([^"]+)"/.exec(value("EXT-X-PRELOAD-HINT"))?.[1] ?? null,
    reports: lines.filter((line) => line.startsWith("#EXT-X-RENDITION-REPORT")),
    segments: cut(lines).map((own, i) =>
      readSegment(own, {
        number: sequence + skipped + i,
        discontinuity:
          discontinuity +
          count(
            cut(lines)
              .slice(0, i + 1)
              .flat(),
            "#EXT-X-DISCONTINUITY",
          ),
      }),
    ),
  };
}

/** The lines of each segment; the last may have no URI yet. */
function cut(lines: readonly string[]): string[][] {
  const groups: string[][] = [[]];
  for (const line of lines.filter((one) => /^#EXT(INF|-X-(DISCONTINUITY$|PROGRAM|PART:))|^[^#]/.test(one))) {
    groups.at(-1)?.push(line);
    if (!line.startsWith("#")) groups.push([]);
  }
  return groups.filter((group) => group.length > 0);
}

function readSegment(lines: readonly string[], place: { readonly number: number; readonly discontinuity: number }): ReadSegment {
  const inf = lines.find((line) => line.startsWith("#EXTINF:"));
  const parts = lines.filter((line) => line.startsWith("#EXT-X-PART:"));
  return {
    ...place,
    date: Date.parse(lines.find((line) => line.startsWith("#EXT-X-PROGRAM-DATE-TIME:"))?.slice(25) ?? ""),
    seconds: inf === undefined ? null : Number(inf.slice(8, -1)),
    parts: parts.map((line) => ({ uri: /URI="([^"]+)"/.exec(line)?.[1] ?? "", seconds: Number(/DURATION=([\d.]+)/.exec(line)?.[1]) })),
  };
}

const rendition0 = (parts: ReadSegment["parts"]): string => parts[0]?.uri.split("/")[0] ?? "";
const count = (lines: readonly string[], wanted: string): number => lines.filter((line) => line === wanted).length;

/** Runs of any length, also of fewer parts than a segment has. */
const runs: fc.Arbitrary<readonly Run[]> = fc
  .tuple(fc.nat(50), fc.array(fc.tuple(fc.integer({ min: 1, max: 70 }), fc.integer({ min: 1, max: 5_000_000 })), { maxLength: 4 }))
  .map(([first, more]) => {
    const all = [{ firstPart: first, startsAt: 1_700_000_000_123 }];
    for (const [length, pause] of more) {
      const last = all.at(-1) ?? { firstPart: 0, startsAt: 0 };
      all.push({ firstPart: last.firstPart + length, startsAt: last.startsAt + length * 320 + pause });
    }
    return all;
  });
const night = fc.record({ runs, after: fc.integer({ min: 1, max: 260 }) });
const rendition = fc.constantFrom(...HLS_ORDER);

/** The edge when `next` parts exist: only runs that have begun are known. */
function edgeAt(all: readonly Run[], next: number, ended = false): LiveEdge {
  return { runs: all.filter((run) => run.firstPart < next), next, ended };
}

/** What is true of segments, found part by part. */
function expectSegments(all: readonly Run[], next: number): { from: number; to: number; run: number }[] {
  const segments: { from: number; to: number; run: number }[] = [];
  for (let n = all[0]?.firstPart ?? 0; n < next; n++) {
    const run = all.findLastIndex((one) => one.firstPart <= n);
    const last = segments.at(-1);
    if (last === undefined || last.run !== run || last.to - last.from === 12) segments.push({ from: n, to: n + 1, run });
    else last.to = n + 1;
  }
  return segments;
}

/** Runs `check` for the playlist after every part of a night. */
function everyPart(check: (now: Read, edge: LiveEdge, all: readonly Run[]) => void, options: { readonly numRuns: number } = { numRuns: 20 }): void {
  fc.assert(
    fc.property(night, rendition, ({ runs: all, after }, name) => {
      const first = all[0]?.firstPart ?? 0;
      for (let next = first + 1; next <= (all.at(-1)?.firstPart ?? 0) + after; next += 2) {
        const edge = edgeAt(all, next);
        check(read(mediaPlaylist(edge, { rendition: name, skip: false })), edge, all);
      }
    }),
    options,
  );
}

describe("live playlists, after any number of parts and pauses", () => {
  test("4.4.3.2, 6.2.2: media sequence numbers only grow, a number is always the same segment, and nothing is missing between them", () => {
    everyPart((now, edge, all) => {
      const truth = expectSegments(all, edge.next);
      for (const segment of now.segments) {
        const { from, to, run } = truth[segment.number] ?? { from: -1, to: -1, run: -1 };
        expect(segment.date).toBe((all[run]?.startsAt ?? 0) + (from - (all[run]?.firstPart ?? 0)) * 320);
        if (segment.seconds !== null) expect(segment.seconds).toBeCloseTo((to - from) * 0.32, 9);
      }
      const whole = now.segments.filter((segment) => segment.seconds !== null).length;
      expect(whole).toBeLessThanOrEqual(10);
      expect(now.segments.map((segment) => segment.number)).toEqual(now.segments.map((_, i) => now.sequence + i));
      // The newest part that makes up a partial segment is listed.
      const last = truth.at(-1) ?? { from: 0, to: 0 };
      const behind = edge.next - last.to + ((last.to - last.from) % 3);
      expect(behind).toBeLessThan(3);
    });
  });

  test("6.2.2: a segment leaves only at the front, and never while less than three target durations remain", () => {
    fc.assert(
      fc.property(night, ({ runs: all, after }) => {
        let before: Read | null = null;
        for (let next = (all[0]?.firstPart ?? 0) + 1; next <= (all.at(-1)?.firstPart ?? 0) + after; next++) {
          const now = read(mediaPlaylist(edgeAt(all, next), { rendition: "aac-64k", skip: false }));
          if (before !== null) expect(now.sequence).toBeGreaterThanOrEqual(before.sequence);
          if (now.sequence > 0) expect(now.segments.filter((segment) => segment.seconds !== null)).toHaveLength(10);
          before = now;
        }
      }),
      { numRuns: 30 },
    );
  });

  test("4.4.3.3, 4.4.4.3: a segment's discontinuity number never changes and counts the pauses before it", () => {
    everyPart((now, edge, all) => {
      const truth = expectSegments(all, edge.next);
      for (const segment of now.segments) expect(segment.discontinuity).toBe(truth[segment.number]?.run);
    });
  });

  test("4.4.3.1: no segment's rounded duration is above the target duration", () => {
    everyPart((now) => {
      expect(now.lines).toContain(`#EXT-X-TARGETDURATION:${TARGET_DURATION}`);
      for (const { seconds } of now.segments) expect(Math.round(seconds ?? 0)).toBeLessThanOrEqual(TARGET_DURATION);
    });
  });

  test("4.4.4.9, 4.4.3.7: partial segments have the part target's length, but the last of a segment, add up to it, and are independent", () => {
    everyPart((now) => {
      for (const segment of now.segments) {
        const { parts, seconds, number } = segment;
        expect(parts.map((part) => part.uri)).toEqual(parts.map((_, i) => `${rendition0(parts)}/${number}.${i}.m4s`));
        expect(parts.every((part) => part.seconds <= PART_TARGET)).toBe(true);
        expect(parts.slice(0, -1).every((part) => part.seconds >= 0.85 * PART_TARGET)).toBe(true);
        if (seconds !== null && parts.length > 0) expect(parts.reduce((sum, part) => sum + part.seconds, 0)).toBeCloseTo(seconds, 9);
      }
      for (const line of now.lines.filter((one) => one.startsWith("#EXT-X-PART:"))) expect(line).toContain("INDEPENDENT=YES");
    });
  });

  test("6.2.2: partial segments are listed within three target durations of the end, and not further back", () => {
    everyPart((now, edge, all) => {
      const truth = expectSegments(all, edge.next);
      for (const segment of now.segments) {
        const distance = (edge.next - (truth[segment.number]?.to ?? 0)) * 0.32;
        expect(segment.parts.length > 0, `${distance} s from the end`).toBe(distance < 3 * TARGET_DURATION);
      }
    });
  });

  test("4.4.5.3: the preload hint is the partial segment that comes next", () => {
    fc.assert(
      fc.property(night, ({ runs: all, after }) => {
        let hint: string | null = null;
        let listed = new Set<string>();
        for (let next = (all[0]?.firstPart ?? 0) + 1; next <= (all.at(-1)?.firstPart ?? 0) + after; next++) {
          // While a run's end is not known yet the hint may be for a part that a pause forestalls.
          if (all.some((run) => run.firstPart === next - 1)) hint = null;
          const now = read(mediaPlaylist(edgeAt(all, next), { rendition: "aac-64k", skip: false }));
          const parts = now.segments.flatMap((segment) => segment.parts.map((part) => part.uri));
          const fresh = parts.filter((uri) => !listed.has(uri));
          if (hint !== null && fresh.length > 0) expect(fresh).toEqual([hint]);
          expect(parts).not.toContain(now.hint);
          listed = new Set(parts);
          hint = now.hint;
        }
      }),
      { numRuns: 40 },
    );
  });

  test("4.4.5.4: the other renditions' reports name the newest partial segment", () => {
    everyPart((now) => {
      const last = now.segments.findLast((segment) => segment.parts.length > 0);
      if (last === undefined) return;
      expect(now.reports).toHaveLength(2);
      for (const report of now.reports) expect(report).toContain(`LAST-MSN=${last.number},LAST-PART=${last.parts.length - 1}`);
    });
  });

  test("4.4.3.8: the server control keeps its distances", () => {
    const text = mediaPlaylist(edgeAt([{ firstPart: 0, startsAt: 0 }], 100), { rendition: "aac-64k", skip: false });
    expect(text).toContain("#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,CAN-SKIP-UNTIL=24,HOLD-BACK=12,PART-HOLD-BACK=2.88\n");
    expect(CAN_SKIP_UNTIL).toBeGreaterThanOrEqual(6 * TARGET_DURATION);
    expect(2.88).toBeGreaterThanOrEqual(3 * PART_TARGET);
    expect(text).toContain("#EXT-X-PART-INF:PART-TARGET=0.96\n");
  });

  test("4.4.4.5, 4.4.1.2: the media initialization section comes first, and the version is the one that EXT-X-SKIP asks for", () => {
    everyPart(
      (now) => {
        expect(now.lines[0]).toBe("#EXTM3U");
        expect(now.lines).toContain("#EXT-X-VERSION:9");
        const map = now.lines.findIndex((line) => line.startsWith("#EXT-X-MAP:"));
        const media = now.lines.findIndex((line) => line.startsWith("#EXT-X-PART:") || (line !== "" && !line.startsWith("#")));
        if (media >= 0) expect(map).toBeLessThan(media);
      },
      { numRuns: 5 },
    );
  });

  test("4.4.5.2, 6.2.5.1: a delta update and what the client has make the whole playlist; only what is beyond the skip boundary is skipped", () => {
    let skips = 0;
    fc.assert(
      fc.property(night, ({ runs: all, after }) => {
        for (let next = (all[0]?.firstPart ?? 0) + 1; next <= (all.at(-1)?.firstPart ?? 0) + after; next += 5) {
          const edge = edgeAt(all, next);
          const whole = mediaPlaylist(edge, { rendition: "aac-64k", skip: false });
          const delta = mediaPlaylist(edge, { rendition: "aac-64k", skip: true });
          const [a, b] = [read(whole), read(delta)];
          expect(b.sequence).toBe(a.sequence);
          expect(b.segments.map(({ date, seconds, parts }) => ({ date, seconds, parts }))).toEqual(
            a.segments.slice(b.skipped).map(({ date, seconds, parts }) => ({ date, seconds, parts })),
          );
          if (b.skipped === 0) expect(delta).toBe(whole);
          else skips += 1;
          const truth = expectSegments(all, next);
          for (const [i, segment] of a.segments.entries()) {
            const isBeyond = (next - (truth[segment.number]?.to ?? 0)) * 0.32 >= CAN_SKIP_UNTIL;
            expect(i < b.skipped).toBe(isBeyond);
          }
        }
      }),
      { numRuns: 40 },
    );
    expect(skips).toBeGreaterThan(10);
  });

  test("4.4.3.4: the end is marked, lists every last part and hints at nothing", () => {
    fc.assert(
      fc.property(night, ({ runs: all, after }) => {
        const next = (all.at(-1)?.firstPart ?? 0) + after;
        const now = read(mediaPlaylist(edgeAt(all, next, true), { rendition: "opus-48k", skip: true }));
        expect(now.ended).toBe(true);
        expect(now.hint).toBeNull();
        expect(now.reports).toEqual([]);
        const truth = expectSegments(all, next);
        expect(now.segments.at(-1)?.number).toBe(truth.length - 1);
        const last = truth.at(-1) ?? { from: 0, to: 0 };
        expect(now.segments.at(-1)?.seconds).toBeCloseTo((last.to - last.from) * 0.32, 9);
      }),
    );
  });

  test("an ended Space that is reopened keeps every segment's number", () => {
    fc.assert(
      fc.property(night, ({ runs: all, after }) => {
        const next = (all.at(-1)?.firstPart ?? 0) + after;
        const ended = read(mediaPlaylist(edgeAt(all, next, true), { rendition: "aac-64k", skip: false }));
        const reopened = edgeAt([...all, { firstPart: next, startsAt: 1_800_000_000_000 }], next + 1);
        const again = read(mediaPlaylist(reopened, { rendition: "aac-64k", skip: false }));
        const dates = new Map(again.segments.map((segment) => [segment.number, segment.date]));
        for (const segment of ended.segments) if (dates.has(segment.number)) expect(dates.get(segment.number)).toBe(segment.date);
      }),
    );
  });
});

test("4.4.6.2: the multivariant playlist lists aac-64k first, each with its codec", () => {
  const text = multivariantPlaylist((name) => `../p/x/hls/${name}.m3u8`);
  expect(text.match(/CODECS="[^"]+"\n.*/g)).toEqual([
    'CODECS="mp4a.40.2"\n../p/x/hls/aac-64k.m3u8',
    'CODECS="opus"\n../p/x/hls/opus-48k.m3u8',
    'CODECS="opus"\n../p/x/hls/opus-24k.m3u8',
  ]);
});

describe("6.2.5.2: blocking reload", () => {
  const edge = (next: number, ended = false): LiveEdge => ({ runs: [{ firstPart: 0, startsAt: 0 }], next, ended });

  test.each([
    // Parts 0 to 29 exist: segments 0 and 1 are whole, segment 2 has partial segments 0 and 1.
    [30, 1, null, "serve"],
    [30, 2, null, "hold"],
    [30, 3, null, "hold"],
    [30, 4, null, "refuse"],
    [30, 2, 1, "serve"],
    [30, 2, 2, "hold"],
    [30, 2, 3, "hold"],
    [30, 3, 0, "hold"],
    [30, 3, 1, "refuse"],
    [30, 1, 3, "serve"],
    [30, 1, 4, "serve"],
    [30, 2, 4, "hold"],
    [30, 2, 99, "hold"],
    [30, null, 1, "refuse"],
    [30, null, null, "serve"],
    [29, 2, 1, "hold"],
    [24, 2, 0, "hold"],
    [24, 1, 99, "hold"],
    [27, 1, 99, "serve"],
    [36, 2, null, "serve"],
    [35, 2, null, "hold"],
    [0, 0, 0, "hold"],
    [0, 0, null, "hold"],
    [0, 2, null, "refuse"],
  ] as const)("with %i parts, segment %s part %s: %s", (next, number, part, wanted) => {
    expect(decideReload(edge(next), { number, part })).toBe(wanted);
    expect(decideReload(edge(next, true), { number, part }), "after the end nothing is waited for").toBe(
      number === null && part !== null ? "refuse" : "serve",
    );
  });

  test("what is served contains what was asked for, and what is held comes with a later part", () => {
    fc.assert(
      fc.property(night, fc.nat(60), fc.option(fc.nat(5), { nil: null }), ({ runs: all, after }, number, part) => {
        const next = (all.at(-1)?.firstPart ?? 0) + after;
        const live = edgeAt(all, next);
        const decided = decideReload(live, { number, part });
        const now = read(mediaPlaylist(live, { rendition: "aac-64k", skip: false }));
        if (decided === "serve") expect(contains(now, number, part)).toBe(true);
        if (decided === "hold") {
          let came = false;
          for (let more = next + 1; more <= next + 40 && !came; more++) came = decideReload({ ...live, next: more }, { number, part }) === "serve";
          expect(came).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });
});

/** Whether a playlist has what was asked for, or something later. */
function contains(now: Read, number: number, part: number | null): boolean {
  if (now.sequence > number || now.segments.some((segment) => segment.number > number)) return true;
  const here = now.segments.find((segment) => segment.number === number);
  if (here === undefined) return false;
  return part === null ? here.seconds !== null : here.parts.length > part;
}

test("dates are those of the calendar", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 253_402_300_799_999 }), (wall) => {
      expect(formatDateTime(wall)).toBe(new Date(wall).toISOString());
    }),
  );
});
