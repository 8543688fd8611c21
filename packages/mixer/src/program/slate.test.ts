import { expect, test } from "vitest";
import { Slate } from "./slate.ts";

test("the slate is heard, never loud, and nothing clicks: not where it begins, not where a breath joins the next, not where it ends", () => {
  const slate = new Slate();
  let last = 0;
  let steepest = 0;
  let loudest = 0;
  for (let tick = 0; tick < 50 * 20; tick++) {
    const block = new Float32Array(960);
    slate.mix(block, tick < 50 * 18);
    for (const sample of block) {
      steepest = Math.max(steepest, Math.abs(sample - last));
      loudest = Math.max(loudest, Math.abs(sample));
      last = sample;
    }
  }
  expect(loudest).toBeGreaterThan(0.05);
  expect(loudest).toBeLessThan(0.2);
  expect(steepest).toBeLessThan(0.01);
  expect(last).toBe(0);
});
