import { readFileSync } from "node:fs";
import { FAULTS } from "@odeon/core/shared/fault";
import { expect, test } from "vitest";

test("docs/errors.md and the fault table hold the same codes with the same statuses", () => {
  const page = readFileSync(new URL("../../../../docs/errors.md", import.meta.url), "utf8");
  const documented = Object.fromEntries(
    [...page.matchAll(/^\| <a id="(\w+)"><\/a>`\1` +\| (\d{3}) +\|/gm)].map(([, code, status]) => [code, Number(status)]),
  );
  expect(documented).toEqual(FAULTS);
});
