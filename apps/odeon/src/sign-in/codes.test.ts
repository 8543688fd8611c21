import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeCode, takeCode } from "./codes.ts";

test("a code signs in once, within a day, and nothing else does", () => {
  const data = mkdtempSync(join(tmpdir(), "odeon-codes-"));
  const now = Date.now();
  const code = makeCode(data, now);
  const other = makeCode(data, now);
  expect(takeCode(data, "../../etc/passwd", now)).toBe(false);
  expect(takeCode(data, `${code}x`, now)).toBe(false);
  expect(takeCode(data, code, now)).toBe(true);
  expect(takeCode(data, code, now)).toBe(false);
  expect(takeCode(data, other, now + 86_500_000)).toBe(false);
});
