import { expect, test } from "vitest";
import { longClock, readClock } from "./clock-text.ts";
import { levelOf } from "./level.ts";
import { troubleOf } from "./trouble.ts";

test("a length of time is read as it is written", () => {
  expect(longClock(2_530_999)).toBe("00:42:10");
  expect(longClock(-5)).toBe("00:00:00");
  expect(longClock(100 * 3_600_000)).toBe("100:00:00");
  expect(["00:42:10", "2:03", "63", "2:03.5", "0:00,25"].map(readClock)).toEqual([2_530_000, 123_000, 63_000, 123_500, 250]);
  expect(["", "a", "1:2:3:4", "-1", "1:", ":5"].map(readClock)).toEqual([null, null, null, null, null, null]);
});

test("a meter goes from -60 dBFS to full scale", () => {
  expect(levelOf(new Float32Array(100))).toBe(0);
  expect(levelOf(new Float32Array(100).fill(1))).toBe(1);
  expect(levelOf(new Float32Array(100).fill(0.001))).toBeCloseTo(0, 5);
  expect(levelOf(new Float32Array(100).fill(0.0316228))).toBeCloseTo(0.5, 3);
  expect(levelOf(new Float32Array(0))).toBe(0);
});

test("what is in the way of the microphone has a name, and an insecure page comes first", () => {
  const good = { secure: true, capable: true };
  expect(troubleOf({ secure: false, capable: false }, null)).toBe("insecure");
  expect(troubleOf({ secure: true, capable: false }, null)).toBe("unsupported");
  const names = ["NotAllowedError", "SecurityError", "NotFoundError", "OverconstrainedError", "NotReadableError", "AbortError", "TypeError"];
  expect(names.map((name) => troubleOf(good, { name }))).toEqual(["denied", "denied", "none", "none", "taken", "taken", "unknown"]);
});
