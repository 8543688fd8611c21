/** What the system shows and offers while sound plays: lock screen, headphones, keyboard keys. */

/** What the buttons do; `seekBy` only where one may seek. */
export interface MediaKeys {
  readonly play: () => void;
  readonly pause: () => void;
  readonly seekBy?: (seconds: number) => void;
}

/** Names what plays. Does nothing where there is no Media Session. */
export function nameMedia(title: string, artist: string): void {
  if ("mediaSession" in navigator) navigator.mediaSession.metadata = new MediaMetadata({ title, artist });
}

/** Says whether sound is on. */
export function showPlaying(isPlaying: boolean): void {
  if ("mediaSession" in navigator) navigator.mediaSession.playbackState = isPlaying ? "playing" : "paused";
}

/** Binds the system's keys. @returns unbinds them */
export function bindMediaKeys(keys: MediaKeys): () => void {
  if (!("mediaSession" in navigator)) return () => {};
  const { seekBy } = keys;
  const bound: readonly (readonly [MediaSessionAction, (() => void) | null])[] = [
    ["play", keys.play],
    ["pause", keys.pause],
    ["stop", keys.pause],
    ["seekbackward", seekBy === undefined ? null : () => seekBy(-15)],
    ["seekforward", seekBy === undefined ? null : () => seekBy(30)],
  ];
  for (const [action, run] of bound) setAction(action, run);
  return () => {
    for (const [action] of bound) setAction(action, null);
  };
}

function setAction(action: MediaSessionAction, run: (() => void) | null): void {
  try {
    navigator.mediaSession.setActionHandler(action, run);
  } catch {
    // A key this browser does not know.
  }
}
