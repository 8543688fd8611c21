import { expect, test } from "vitest";
import { Fader } from "./fader.ts";

const ones = (): Float32Array => new Float32Array(960).fill(1);

test("a closed fader leaves nothing of the block: what is said in the green room cannot reach the air", () => {
  const fader = new Fader();
  const first = ones();
  expect(fader.process(first, false)).toBe(false);
  expect(first.every((sample) => sample === 0)).toBe(true);
  fader.process(ones(), true);
  fader.process(ones(), false);
  const closed = ones();
  expect(fader.process(closed, false)).toBe(false);
  expect(closed.every((sample) => sample === 0)).toBe(true);
});

test("opening and closing take 10 ms in steps too small to click, also when they cross", () => {
  const fader = new Fader();
  let last = 0;
  for (const open of [true, true, false, true, false, false]) {
    const block = ones();
    fader.process(block, open);
    for (const sample of block) {
      expect(Math.abs(sample - last)).toBeLessThan(0.0022);
      last = sample;
    }
    expect(last).toBeCloseTo(open ? 1 : 0, 5);
  }
});

test("an open fader changes nothing", () => {
  const fader = new Fader();
  fader.process(ones(), true);
  const block = Float32Array.from({ length: 960 }, (_, i) => Math.sin(i));
  const before = block.slice();
  expect(fader.process(block, true)).toBe(true);
  expect(block).toEqual(before);
});
