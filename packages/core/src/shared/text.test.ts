import fc from "fast-check";
import { expect, test } from "vitest";
import { Fault } from "./fault.ts";
import { cleanName, cleanText, cleanTitle, countGraphemes, resembles } from "./text.ts";

test("direction controls, control characters and stacked marks are gone, everything else stays", () => {
  expect(cleanText("a\u202eb\u0000c\u200f")).toBe("abc");
  expect(cleanText("e\u0301")).toBe("é");
  expect(cleanText(`x${"\u0336".repeat(50)}`).length).toBeLessThanOrEqual(4);
  expect(cleanTitle("  مساء الخير 👩‍👩‍👧  ")).toBe("مساء الخير 👩‍👩‍👧");
  expect(cleanTitle("<b>bold</b>")).toBe("<b>bold</b>");
});

test("cleaning is idempotent and refuses with a Fault whatever it is given", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
      expect(cleanText(cleanText(text))).toBe(cleanText(text));
      try {
        const name = cleanName(text);
        expect(countGraphemes(name, 41)).toBeLessThanOrEqual(40);
        expect(cleanName(name)).toBe(name);
      } catch (error) {
        expect(error).toBeInstanceOf(Fault);
      }
    }),
  );
});

test("a title of 10,000 characters is refused, one of 200 families is not", () => {
  expect(() => cleanTitle("x".repeat(10_000))).toThrow(Fault);
  expect(countGraphemes(cleanTitle("👩‍👩‍👧".repeat(200)), 201)).toBe(200);
  expect(() => cleanTitle(" \u200e ")).toThrow(Fault);
});

test("look-alikes are found across case, script and digits", () => {
  expect(resembles("Ada Bell", "Аda BeII")).toBe(true);
  expect(resembles("Ada Bell", "ada  bell.")).toBe(true);
  expect(resembles("Ada Bell", "Ada Ball")).toBe(false);
});
