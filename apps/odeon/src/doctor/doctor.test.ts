import { expect, test } from "vitest";
import { judge, type Measurements } from "./doctor.ts";

const good: Measurements = { node: "24.21.0", cores: 8, freeMemory: 8e9, freeDisk: 100e9, openFiles: 65_536, somaxconn: 4_096 };

test("a machine with everything has no finding that asks for care", () => {
  expect(judge(good).every((finding) => finding.is === "ok")).toBe(true);
});

test.each([
  [{ node: "20.1.0" }, "Node", "bad"],
  [{ freeDisk: 50e6 }, "disk", "bad"],
  [{ freeDisk: 500e6 }, "disk", "care"],
  [{ openFiles: 1_024 }, "open files", "care"],
  [{ somaxconn: 128 }, "somaxconn", "care"],
  [{ cores: 1 }, "cores", "care"],
] as const)("%o is found: %s %s", (change, what, is) => {
  expect(judge({ ...good, ...change }).find((finding) => finding.what === what)?.is).toBe(is);
});
