/** Lengths of time as people type and read them. */

/** 42 min 10 s as "00:42:10". */
export function longClock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const pad = (n: number): string => String(n).padStart(2, "0");
  return `${pad(Math.floor(seconds / 3_600))}:${pad(Math.floor(seconds / 60) % 60)}:${pad(seconds % 60)}`;
}

/** Reads "1:02:03", "2:03", "63" or "2:03.5" as milliseconds; null for anything else. */
export function readClock(text: string): number | null {
  const match = /^(?:(?:(\d{1,3}):)?(\d{1,3}):)?(\d{1,6}(?:[.,]\d{1,3})?)$/.exec(text.trim());
  if (match === null) return null;
  const [, hours = "0", minutes = "0", seconds = "0"] = match;
  return Math.round((Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds.replace(",", "."))) * 1_000);
}
