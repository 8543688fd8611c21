/** The quiet things beside the one button: sharing, data saver, speed, download, what the figures mean. */

import type { PlayerView } from "@odeon/player/player";
import { type ReplayView, replayUrl } from "@odeon/player/replay";
import type { PublicState } from "@odeon/wire/state";
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Button, Icon, Polite } from "../shared/kit.tsx";
import { sayNumber } from "../shared/texts.ts";
import { say } from "./texts.ts";

/** Megabytes an hour of sound, container and state, measured. */
const MB_AN_HOUR = { "opus-48k": 26, "opus-24k": 15, "aac-64k": 33 } as const;
const SPEEDS = [1, 1.2, 1.5, 2, 0.8] as const;
const COPIED_MS = 4_000;

/** Shares the page's address, without anything that is the reader's own. */
export function Share({ title }: { readonly title: string }): JSX.Element {
  const [shown, setShown] = useState<"copied" | "refused" | null>(null);
  const url = `${location.origin}${location.pathname}`;
  useEffect(() => {
    if (shown !== "copied") return;
    const timer = setTimeout(() => setShown(null), COPIED_MS);
    return () => clearTimeout(timer);
  }, [shown]);
  const share = async (): Promise<void> => {
    if (typeof navigator.share === "function") {
      await navigator.share({ title, url }).catch(() => undefined);
      return;
    }
    const copied = await copy(url);
    setShown(copied ? "copied" : "refused");
  };
  return (
    <>
      <Button icon={shown === "copied" ? "check" : "share"} onPress={() => void share()}>
        {shown === "copied" ? say("copied") : say("share")}
      </Button>
      <Polite text={shown === "copied" ? say("copied") : ""} />
      {shown === "refused" ? (
        <label class="field copy">
          <span>{say("copy_this")}</span>
          <input readOnly value={url} onFocus={(event) => event.currentTarget.select()} />
        </label>
      ) : null}
    </>
  );
}

/** Fewer bytes, said in megabytes an hour. */
export function Saver({ saver, onChange }: { readonly saver: boolean; readonly onChange: (saver: boolean) => void }): JSX.Element {
  return (
    <Button pressed={saver} onPress={() => onChange(!saver)}>
      {say("saver")}
    </Button>
  );
}

/** Speed of the recording, round and round. */
export function Speed({ replay, onChange }: { readonly replay: ReplayView; readonly onChange: (rate: number) => void }): JSX.Element {
  const at = SPEEDS.indexOf(replay.rate as (typeof SPEEDS)[number]);
  const next = SPEEDS[(at + 1) % SPEEDS.length] ?? 1;
  return (
    <Button label={say("speed", { rate: replay.rate })} onPress={() => onChange(next)}>
      {sayNumber(replay.rate)}×
    </Button>
  );
}

/** The recording as a file. */
export function Download({ space }: { readonly space: string }): JSX.Element {
  return (
    <a class="btn" href={replayUrl("", space)} download>
      <Icon name="download" />
      {say("download")}
    </a>
  );
}

/** How many listen, easing from figure to figure, with what the figure means behind it. */
export function Count({ state }: { readonly state: PublicState }): JSX.Element {
  const shown = useEased(state.listening);
  return (
    <details class="count">
      <summary>
        <span class="hush">{say("listening_full", { count: state.listening })}</span>
        <span aria-hidden="true" class="count-line">
          {state.listening > 0 ? <strong class="figures">{sayNumber(shown)}</strong> : null}
          <span>
            {say("listening", { count: state.listening })}
            {state.waiting > 0 ? ` · ${say("waiting", { count: state.waiting })}` : ""}
          </span>
        </span>
      </summary>
      <p class="quiet">{say("listening_means")}</p>
    </details>
  );
}

/** "0.6 s behind the stage · quality 48 kbit/s". Null when nothing plays. */
export function sayFoot(view: PlayerView, saver: boolean): string | null {
  if (view.is !== "playing" && view.is !== "stalled")
    return say(saver ? "saver_on" : "saver_off", { mb: MB_AN_HOUR[saver ? "opus-24k" : "opus-48k"] });
  const { rendition, behind, way } = view;
  const pieces = [
    behind === null ? null : sayBehind(behind),
    rendition === null ? null : rendition === "hls" ? say("quality_auto") : say("quality", { rate: Number(/\d+/.exec(rendition)?.[0] ?? 0) }),
    way === "parts" ? say("by_parts") : null,
    rendition === null || rendition === "hls" ? null : say("saver_off", { mb: MB_AN_HOUR[rendition] }),
  ];
  return pieces.filter((piece) => piece !== null).join(" · ");
}

function sayBehind(seconds: number): string {
  if (seconds >= 90) return say("behind_minutes", { minutes: Math.round(seconds / 60) });
  return say("behind", { seconds: seconds < 10 ? seconds.toFixed(1) : Math.round(seconds) });
}

async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** Counts towards `target` over a third of a second; at once where motion is unwanted. */
function useEased(target: number): number {
  const [shown, setShown] = useState(target);
  const from = useRef(target);
  useEffect(() => {
    if (matchMedia("(prefers-reduced-motion: reduce)").matches || document.hidden) {
      setShown(target);
      from.current = target;
      return;
    }
    const start = performance.now();
    const first = from.current;
    let frame = requestAnimationFrame(function step(now) {
      const share = Math.min(1, (now - start) / 320);
      from.current = Math.round(first + (target - first) * share * (2 - share));
      setShown(from.current);
      if (share < 1) frame = requestAnimationFrame(step);
    });
    return () => cancelAnimationFrame(frame);
  }, [target]);
  return shown;
}
