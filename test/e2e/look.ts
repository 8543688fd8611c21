/** Pictures of pages for a person to look at, and axe's judgement of each. */

import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { expect } from "vitest";

const OUT = new URL("../../out/screens/", import.meta.url).pathname;
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const SIZES = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 860 } } as const;

/**
 * Takes a picture of the page as it is, on phone and desktop, dark and light, into `out/screens/`, and has axe check it (WCAG 2.2 AA) in each.
 *
 * The page's own size and scheme come back afterwards.
 */
export async function look(page: Page, name: string): Promise<void> {
  mkdirSync(OUT, { recursive: true });
  const before = page.viewportSize();
  const faults: string[] = [];
  for (const [device, size] of Object.entries(SIZES)) {
    await page.setViewportSize(size);
    for (const scheme of ["dark", "light"] as const) {
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
      await page.screenshot({ path: `${OUT}${name}-${device}-${scheme}.png` });
      faults.push(...(await judge(page)).map((fault) => `${name}, ${device}, ${scheme}: ${fault}`));
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      if (overflow > 0) faults.push(`${name}, ${device}: ${overflow} px wider than the screen`);
    }
  }
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
  if (before !== null) await page.setViewportSize(before);
  expect(faults).toEqual([]);
}

async function judge(page: Page): Promise<readonly string[]> {
  // The pages' CSP allows no inline script: the test's evaluation goes past it, as a person's tools do.
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: { run(options: object): Promise<{ violations: { id: string; nodes: { target: unknown[]; failureSummary?: string }[] }[] }> };
    };
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    const { violations } = await axe.run({ runOnly: { type: "tag", values: tags }, resultTypes: ["violations"] });
    return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id} at ${node.target.join(" ")}: ${node.failureSummary ?? ""}`));
  });
}
