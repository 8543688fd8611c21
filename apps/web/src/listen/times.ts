/** Instants and durations in words: pure but for the reader's zone and language. */

import { locale, ownZone, sayTime } from "../shared/locale.ts";
import { say } from "./texts.ts";

const DAY_MS = 86_400_000;
const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });

/** "today 20:00", "Tuesday 20:00", "Tue, 24 November 2026, 20:00": as much as it takes from `now`. */
export function sayWhen(at: number, now: number): string {
  const clock = sayClock(at);
  if (sameDay(at, now)) return clock;
  const near = Math.abs(at - now) < 6 * DAY_MS;
  return sayTime(
    at,
    near
      ? { weekday: "long", hour: "numeric", minute: "2-digit" }
      : { weekday: "short", day: "numeric", month: "long", year: "numeric", hour: "numeric", minute: "2-digit" },
  );
}

/** "20:00". */
export function sayClock(at: number): string {
  return sayTime(at, { hour: "numeric", minute: "2-digit" });
}

/** The instant on the host's clock with the zone's name; null where the host's clock shows the same as the reader's. */
export function sayHostTime(at: number, zone: string): string | null {
  try {
    const options = { weekday: "short", hour: "numeric", minute: "2-digit" } as const;
    if (zone === "" || sayTime(at, options, zone) === sayTime(at, options, ownZone())) return null;
    return sayTime(at, { ...options, timeZoneName: "short" }, zone);
  } catch {
    // A zone this browser does not know.
    return null;
  }
}

/** "a minute ago". */
export function sayAgo(at: number, now: number): string {
  const minutes = Math.round((now - at) / 60_000);
  if (minutes < 60) return relative.format(-Math.max(0, minutes), "minute");
  return minutes < 36 * 60 ? relative.format(-Math.round(minutes / 60), "hour") : relative.format(-Math.round(minutes / 1_440), "day");
}

/** "1 h 16 min". */
export function sayLength(milliseconds: number): string {
  const minutes = Math.round(milliseconds / 60_000);
  if (minutes < 1) return say("under_a_minute");
  return minutes < 60 ? say("minutes", { count: minutes }) : say("hours", { h: Math.floor(minutes / 60), m: minutes % 60 });
}

function sameDay(a: number, b: number): boolean {
  return new Date(a).toDateString() === new Date(b).toDateString();
}
