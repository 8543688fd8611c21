/** The addresses people use. */

import type { Settings } from "./settings.ts";

/** The address of everything, without a trailing slash: the one that was set, else the one that is listened on. */
export function publicUrl(settings: Settings): string {
  if (settings.url !== null) return settings.url;
  const host = settings.host === "0.0.0.0" || settings.host === "::" ? "127.0.0.1" : settings.host;
  return `${settings.tlsCert === null ? "http" : "https"}://${host.includes(":") ? `[${host}]` : host}:${settings.port}`;
}

/** The address of stage and control pages: their own port's where it has a public one. */
export function stageUrl(settings: Settings): string {
  return settings.stageUrl ?? publicUrl(settings);
}
