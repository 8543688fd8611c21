/** Which steps to show first. */

/** The kinds of device with steps of their own. */
export type System = "ios" | "android" | "mac" | "windows" | "firefox";

/** Every kind, in the order in which they are shown where nothing is known. */
export const SYSTEMS: readonly System[] = ["ios", "android", "mac", "windows", "firefox"];

/** The reader's own kind first. @param agent the browser's user agent. @param touches `navigator.maxTouchPoints`: an iPad says that it is a Mac */
export function orderSystems(agent: string, touches: number): readonly System[] {
  const own = systemOf(agent, touches);
  return own === null ? SYSTEMS : [own, ...SYSTEMS.filter((system) => system !== own)];
}

function systemOf(agent: string, touches: number): System | null {
  if (/iPhone|iPad/.test(agent) || (/Macintosh/.test(agent) && touches > 1)) return "ios";
  if (/Android/.test(agent)) return "android";
  if (/Firefox/.test(agent)) return "firefox";
  if (/Macintosh/.test(agent)) return "mac";
  return /Windows/.test(agent) ? "windows" : null;
}
