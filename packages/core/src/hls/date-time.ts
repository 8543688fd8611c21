/** Dates for playlists. */

const DAY_MS = 86_400_000;

/**
 * Milliseconds since 1970 as `YYYY-MM-DDThh:mm:ss.SSSZ`.
 *
 * @see RFC 3339 section 5.6; the calendar is Howard Hinnant's `civil_from_days`
 */
export function formatDateTime(wall: number): string {
  const days = Math.floor(wall / DAY_MS);
  const rest = Math.floor(wall - days * DAY_MS);
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor((dayOfEra - Math.floor(dayOfEra / 1_460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  const time = [Math.floor(rest / 3_600_000), Math.floor(rest / 60_000) % 60, Math.floor(rest / 1_000) % 60].map((n) => pad(n, 2)).join(":");
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}T${time}.${pad(rest % 1_000, 3)}Z`;
}

const pad = (n: number, width: number): string => String(n).padStart(width, "0");
