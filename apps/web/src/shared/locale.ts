/** The reader's language and how dates and times are written in it. */

/** The catalogue's language; the two test languages are asked for by `?lang=`. */
export const language: "en" | "pseudo" | "rtl" = pickLanguage();
/** BCP 47 tag for numbers, dates and plurals: the reader's own English where there is one, since the texts are English. */
export const locale: string = pickLocale();

const hourCycle = new Intl.DateTimeFormat(undefined, { hour: "numeric" }).resolvedOptions().hourCycle;

/** Writes the language and direction on the document; once, at a page's start. */
export function dressDocument(): void {
  document.documentElement.lang = "en";
  document.documentElement.dir = language === "rtl" ? "rtl" : "ltr";
}

/** Writes an instant. @param zone IANA zone; the reader's own without one */
export function sayTime(at: number, options: Intl.DateTimeFormatOptions, zone?: string): string {
  const withZone = zone === undefined ? options : { ...options, timeZone: zone };
  return new Intl.DateTimeFormat(locale, hourCycle === undefined ? withZone : { ...withZone, hourCycle }).format(at);
}

/** The reader's IANA zone. */
export function ownZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

function pickLanguage(): "en" | "pseudo" | "rtl" {
  const asked = typeof location === "undefined" ? null : new URLSearchParams(location.search).get("lang");
  return asked === "pseudo" || asked === "rtl" ? asked : "en";
}

function pickLocale(): string {
  const own = typeof navigator === "undefined" ? [] : navigator.languages;
  return own.find((tag) => /^en\b/i.test(tag)) ?? "en";
}
