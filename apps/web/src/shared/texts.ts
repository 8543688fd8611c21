/**
 * Texts in a typed catalogue: a template names its parameters in braces and the compiler asks for them; what counts has plural
 * forms by `Intl.PluralRules` over the parameter `count`.
 *
 * Two test languages show what a real translation would break: `?lang=pseudo` (longer, accented) and `?lang=rtl` (right to left).
 */

import { language, locale } from "./locale.ts";

/** Plural forms over `{count}`. `zero` is said for exactly 0 in any language: zero has words. */
export interface Plural {
  readonly zero?: string;
  readonly one: string;
  readonly other: string;
}
/** One text of a catalogue. */
export type Template = string | Plural;

type NamesIn<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | NamesIn<Rest> : never;
type Names<T> = T extends string ? NamesIn<T> : T extends Plural ? NamesIn<T["other"]> | "count" : never;
/** What {@link Say} asks for beside a key: nothing, or the template's parameters. Numbers are formatted. */
export type Arguments<T> = [Names<T>] extends [never] ? [] : [{ readonly [Name in Names<T>]: string | number }];
/** Says a text of the catalogue `C` in the reader's language. */
export type Say<C> = <Key extends keyof C>(key: Key, ...parameters: Arguments<C[Key]>) => string;

const plurals = new Intl.PluralRules(locale);
const numbers = new Intl.NumberFormat(locale);

/** Makes the `say` of a catalogue. */
export function catalogue<const C extends Readonly<Record<string, Template>>>(texts: C): Say<C> {
  return (key, ...[parameters]) => {
    const template = texts[key] as Template;
    return fill(chooseForm(template, parameters), parameters);
  };
}

/** A whole number with the reader's grouping: "915,204". */
export function sayNumber(n: number): string {
  return numbers.format(n);
}

type Values = Readonly<Record<string, string | number>>;

function chooseForm(template: Template, parameters: Values | undefined): string {
  if (typeof template === "string") return template;
  const count = Number(parameters?.count ?? 0);
  if (count === 0 && template.zero !== undefined) return template.zero;
  return plurals.select(count) === "one" ? template.one : template.other;
}

function fill(template: string, parameters: Values | undefined): string {
  const pieces = template.split(/\{(\w+)\}/);
  return disguise(pieces.map((piece, i) => (i % 2 === 0 ? disguisePiece(piece) : format(parameters?.[piece]))).join(""));
}

function format(value: string | number | undefined): string {
  if (value === undefined) return "";
  return typeof value === "number" ? sayNumber(value) : value;
}

const ACCENTS: Readonly<Record<string, string>> = {
  a: "á",
  e: "é",
  i: "í",
  o: "ö",
  u: "ü",
  A: "Á",
  E: "É",
  I: "Í",
  O: "Ö",
  U: "Ü",
  n: "ñ",
  c: "ç",
  s: "š",
};

function disguisePiece(piece: string): string {
  if (language !== "pseudo") return piece;
  return piece.replace(/[A-Za-z]/g, (letter) => ACCENTS[letter] ?? letter).replace(/[áéíöü]/g, (vowel) => vowel + vowel);
}

function disguise(text: string): string {
  if (language === "pseudo") return `⟦${text}⟧`;
  // Right-to-left override inside an isolate: letters run from the right as in Arabic or Hebrew, and stay legible to a tester.
  return language === "rtl" ? `\u2067\u202e${text}\u202c\u2069` : text;
}
