/** Which way this browser can hear a Space at all, and in which rendition. */

import { CODECS, type Rendition } from "@odeon/core/shared/program";

/** What this browser brings, asked once. */
export interface Abilities {
  /** `isTypeSupported` of MediaSource or ManagedMediaSource; null without either. */
  readonly plays: ((type: string) => boolean) | null;
  /** Plays HLS playlists in an audio element. */
  readonly nativeHls: boolean;
}

/** How to play: by Media Source in one rendition, natively, or not at all. */
export type Choice =
  | { readonly is: "source"; readonly rendition: Rendition; readonly type: string }
  | { readonly is: "hls" }
  | { readonly is: "none" };

/** Chooses: Opus through Media Source first, then native HLS, then AAC through Media Source. @param saver the reader saves data */
export function choose(abilities: Abilities, saver: boolean): Choice {
  const opus = saver ? "opus-24k" : "opus-48k";
  if (abilities.plays?.(typeOf(opus))) return { is: "source", rendition: opus, type: typeOf(opus) };
  if (abilities.nativeHls) return { is: "hls" };
  return abilities.plays?.(typeOf("aac-64k")) ? { is: "source", rendition: "aac-64k", type: typeOf("aac-64k") } : { is: "none" };
}

/** The MIME type of a rendition for Media Source. */
export function typeOf(rendition: Rendition): string {
  return `audio/mp4; codecs="${CODECS[rendition]}"`;
}

/** The Media Source class of this browser: the managed one where there is one (iOS has no other). */
export function mediaSourceClass(): typeof MediaSource | null {
  const managed = (globalThis as { readonly ManagedMediaSource?: typeof MediaSource }).ManagedMediaSource;
  return managed ?? (typeof MediaSource === "undefined" ? null : MediaSource);
}

/** Asks this browser. */
export function readAbilities(audio: HTMLAudioElement): Abilities {
  const source = mediaSourceClass();
  return {
    plays: source === null ? null : (type) => source.isTypeSupported(type),
    nativeHls: audio.canPlayType("application/vnd.apple.mpegurl") !== "",
  };
}
