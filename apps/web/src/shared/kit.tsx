/** The small pieces that every page is made of. Their looks are in `base.css`. */

import type { ComponentChildren, JSX } from "preact";
import { useEffect, useState } from "preact/hooks";

/** The icons; drawn in the current colour, 18 px. */
export type IconName = "play" | "pause" | "share" | "mic" | "mic-off" | "check" | "live" | "download";

const ICONS: Readonly<Record<IconName, string>> = {
  play: "M3 1.6v14.8a1 1 0 0 0 1.5.9l12.1-7.4a1 1 0 0 0 0-1.8L4.5.7A1 1 0 0 0 3 1.6z",
  pause:
    "M3 1.5A1.5 1.5 0 0 1 4.5 0h2A1.5 1.5 0 0 1 8 1.5v15A1.5 1.5 0 0 1 6.5 18h-2A1.5 1.5 0 0 1 3 16.5zm7 0A1.5 1.5 0 0 1 11.5 0h2A1.5 1.5 0 0 1 15 1.5v15a1.5 1.5 0 0 1-1.5 1.5h-2a1.5 1.5 0 0 1-1.5-1.5z",
  share: "M9 0 4.6 4.4 6 5.8l2-2V12h2V3.8l2 2 1.4-1.4zM2 8v8.5A1.5 1.5 0 0 0 3.5 18h11a1.5 1.5 0 0 0 1.5-1.500V8h-2v8H4V8z",
  mic: "M9 0a3.2 3.2 0 0 0-3.2 3.200v5.600a3.2 3.2 0 0 0 6.4 0V3.200A3.2 3.2 0 0 0 9 0zM2.5 8.500h2a4.5 4.5 0 0 0 9 0h2a6.5 6.5 0 0 1-5.5 6.400V18H8v-3.100a6.5 6.5 0 0 1-5.5-6.400z",
  "mic-off":
    "M9 0a3.2 3.2 0 0 0-3.2 3.200v.3l6.4 6.400V3.200A3.2 3.2 0 0 0 9 0zM1.2.2 0 1.400l5.8 5.800v1.600a3.2 3.2 0 0 0 4.6 2.900l1.5 1.500A4.5 4.5 0 0 1 4.5 8.500h-2A6.5 6.5 0 0 0 8 14.900V18h2v-3.100a6.4 6.4 0 0 0 2.8-1.100L16.6 17.600l1.2-1.200z",
  check: "M6.5 15.2.8 9.500l1.7-1.7 4 4L15.5 2.800l1.7 1.700z",
  live: "M9 6a3 3 0 1 1 0 6 3 3 0 0 1 0-6zM3.3 3.300l1.4 1.400a6 6 0 0 0 0 8.600l-1.4 1.400a8 8 0 0 1 0-11.400zm11.4 0a8 8 0 0 1 0 11.400l-1.4-1.400a6 6 0 0 0 0-8.600z",
  download: "M8 0h2v8.200l2-2 1.4 1.400L9 12 4.6 7.6 6 6.200l2 2zM2 12h2v4h10v-4h2v4.500a1.5 1.5 0 0 1-1.5 1.500h-11A1.5 1.5 0 0 1 2 16.500z",
};

/** A decorative icon: the words beside it say the same. */
export function Icon({ name }: { readonly name: IconName }): JSX.Element {
  return (
    <svg width="18" height="18" viewBox="0 0 18 18" fill="currentColor" aria-hidden="true" focusable="false">
      <path d={ICONS[name]} />
    </svg>
  );
}

/** What a button needs. `kind` "main" is the page's one thing to do. */
export interface ButtonProps {
  readonly kind?: "main" | "quiet" | "danger";
  readonly icon?: IconName;
  /** Read instead of the words where they alone do not say enough. */
  readonly label?: string;
  readonly pressed?: boolean;
  readonly disabled?: boolean;
  readonly onPress: () => void;
  readonly children: ComponentChildren;
}

/** A button. A disabled one stays in the tab order and says why beside it. */
export function Button({ kind = "quiet", icon, label, pressed, disabled = false, onPress, children }: ButtonProps): JSX.Element {
  return (
    <button
      type="button"
      class={`btn btn-${kind}`}
      aria-label={label}
      aria-pressed={pressed}
      aria-disabled={disabled || undefined}
      onClick={() => {
        if (!disabled) onPress();
      }}
    >
      {icon && <Icon name={icon} />}
      <span>{children}</span>
    </button>
  );
}

/** A person's round seat with initials; the speaking ring is the footlight. */
export function Seat({
  id,
  name,
  speaking,
  away,
}: {
  readonly id: string;
  readonly name: string;
  readonly speaking: boolean;
  readonly away: boolean;
}): JSX.Element {
  const classes = ["seat", `seat-${seatColour(id)}`, speaking ? "seat-speaking" : "", away ? "seat-away" : ""].filter(Boolean).join(" ");
  return (
    <b class={classes} aria-hidden="true" dir="auto">
      {initials(name)}
    </b>
  );
}

/** First letters of the first and last word, as a person would write them: whole graphemes, also in other scripts. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/u).filter(Boolean);
  const chosen = words.length > 1 ? [words[0], words[words.length - 1]] : words;
  const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });
  return chosen
    .map(
      (word) =>
        graphemes
          .segment(word ?? "")
          [Symbol.iterator]()
          .next().value?.segment ?? "",
    )
    .join("")
    .toLocaleUpperCase();
}

/** "On air 00:42:10": red means on air, and only that. @param text what it says */
export function Air({ text }: { readonly text: string }): JSX.Element {
  return (
    <span class="air">
      <i />
      {text}
    </span>
  );
}

/** A note in a box; `small` says who and when. */
export function Note({
  children,
  small,
  bad = false,
}: {
  readonly children: ComponentChildren;
  readonly small?: ComponentChildren;
  readonly bad?: boolean;
}): JSX.Element {
  return (
    <div class={bad ? "note note-bad" : "note"}>
      {children}
      {small && <small>{small}</small>}
    </div>
  );
}

/** Says its text to a screen reader, politely, whenever it changes. */
export function Polite({ text }: { readonly text: string }): JSX.Element {
  return (
    <div class="hush" role="status" aria-live="polite">
      {text}
    </div>
  );
}

/** The browser's wall time, renewed every `every` milliseconds while the page is shown. */
export function useNow(every: number): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), every);
    return () => clearInterval(timer);
  }, [every]);
  return now;
}

/** 90,061 s as "25:01:01"; below an hour "01:01". */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const pad = (n: number): string => String(n).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const rest = `${pad(Math.floor(whole / 60) % 60)}:${pad(whole % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}

function seatColour(id: string): number {
  let sum = 0;
  for (const letter of id) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9_973;
  return (sum % 6) + 1;
}
