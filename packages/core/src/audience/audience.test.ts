import { expect, test } from "vitest";
import { isListening, makeSeat, noteRequest, noteWrite, takeUnique } from "./audience.ts";

test("a stream counts while its last two writes drained, and again once two have", () => {
  const seat = { ...makeSeat(0), streaming: true };
  expect(isListening(seat, 0)).toBe(true);
  noteWrite(seat, 1, false);
  expect(isListening(seat, 0)).toBe(false);
  noteWrite(seat, 1, true);
  expect(isListening(seat, 0)).toBe(false);
  noteWrite(seat, 1, true);
  expect(isListening(seat, 0)).toBe(true);
});

test("a seat of requests counts for 12 s after the last", () => {
  const seat = makeSeat(0);
  noteRequest(seat, 3, 1_000);
  expect(isListening(seat, 13_000)).toBe(true);
  expect(isListening(seat, 13_001)).toBe(false);
});

test("a pass that received 10 s is a unique listener, once", () => {
  const seat = makeSeat(0);
  noteWrite(seat, 31, true);
  expect(takeUnique(seat), "9.92 s").toBe(false);
  noteRequest(seat, 1, 1);
  expect(takeUnique(seat)).toBe(true);
  noteWrite(seat, 100, true);
  expect(takeUnique(seat)).toBe(false);
});
