/** Cleans what people type before anyone else reads it. */

import { Fault } from "./fault.ts";

const graphemes = new Intl.Segmenter("und", { granularity: "grapheme" });
/** Marks kept on one base; more than these are stacked for show. */
const MOST_MARKS = 3;
const DIRECTION = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
// Control characters but line feed and tab.
const CONTROL = /[[\p{Cc}\p{Cs}\p{Co}]--[\n\t]]/gv;
const STACKED = new RegExp(`(\\p{M}{${MOST_MARKS}})\\p{M}+`, "gu");
/** Cyrillic and Greek letters, digits and signs that pass for Latin ones. */
const LOOKALIKES: Readonly<Record<string, string>> = Object.fromEntries(
  [..."аaеeоoрpсcхxуyіiјjѕsԁdһhαaοoνvρpτtιiκk0o1l5s3e4a$s@a|lıiɑaɡg"].reduce<[string, string][]>((pairs, letter, i, all) => {
    if (i % 2 === 0) pairs.push([letter, all[i + 1] ?? letter]);
    return pairs;
  }, []),
);

/** Normalises to NFC and removes direction controls, control characters and stacked marks; white space at the ends goes. */
export function cleanText(text: string): string {
  return text.normalize("NFC").replace(DIRECTION, "").replace(CONTROL, "").replace(STACKED, "$1").trim();
}

/** {@link cleanText} on one line. */
export function cleanLine(text: string): string {
  return cleanText(text.replace(/\s+/gu, " "));
}

/** How many characters a person sees. Stops counting past `most`. */
export function countGraphemes(text: string, most: number): number {
  let count = 0;
  for (const _ of graphemes.segment(text)) if (++count > most) break;
  return count;
}

/**
 * A person's name: one line, 1 to 40 graphemes.
 *
 * @throws Fault `name_invalid`
 */
export function cleanName(text: string): string {
  const name = cleanLine(text.slice(0, 2_000));
  const length = countGraphemes(name, 40);
  if (length < 1 || length > 40 || !/[\p{L}\p{N}\p{S}]/u.test(name)) throw new Fault("name_invalid", "a name has 1 to 40 characters");
  return name;
}

/**
 * A Space's title: one line, 1 to 200 graphemes.
 *
 * @throws Fault `title_invalid`
 */
export function cleanTitle(text: string): string {
  const title = cleanLine(text.slice(0, 20_000));
  const length = countGraphemes(title, 200);
  if (length < 1 || length > 200 || text.length > 20_000) throw new Fault("title_invalid", "a title has 1 to 200 characters");
  return title;
}

/**
 * A longer text of at most `most` graphemes.
 *
 * @throws Fault `text_invalid`
 */
export function cleanBody(text: string, most: number): string {
  if (text.length > most * 12) throw new Fault("text_invalid", `at most ${most} characters`);
  const body = cleanText(text);
  if (countGraphemes(body, most) > most) throw new Fault("text_invalid", `at most ${most} characters`);
  return body;
}

/** Whether two names could be taken for each other: folded case, marks, spaces and letters of other scripts that look alike. */
export function resembles(a: string, b: string): boolean {
  return fold(a) === fold(b);
}

function fold(name: string): string {
  const plain = name
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[\p{M}\s\p{P}]/gu, "");
  return [...plain]
    .map((letter) => LOOKALIKES[letter] ?? letter)
    .join("")
    .replaceAll("l", "i")
    .replaceAll("rn", "m");
}
