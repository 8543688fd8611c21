/** The recording as a line of bars that is also a slider. */

import type { PublicSpace } from "@odeon/wire/state";
import type { JSX } from "preact";
import { clock } from "../shared/kit.tsx";
import { say } from "./texts.ts";

const BARS = 90;
const HEIGHT = 88;
const STEP = 10;

/** What it needs. Seconds. */
interface WaveformProps {
  readonly space: PublicSpace;
  readonly position: number;
  readonly onSeek: (position: number) => void;
}

/** Bars for the eye, a native slider for hands, keyboard and screen reader. */
export function Waveform({ space, position, onSeek }: WaveformProps): JSX.Element {
  const length = Math.max(1, (space.duration ?? 0) / 1_000);
  const heard = Math.min(1, position / length) * BARS;
  return (
    <section class="replay">
      <div class="wave">
        <svg viewBox={`0 0 ${BARS * STEP} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true" focusable="false">
          {space.gaps.map((gap) => (
            <rect
              key={gap.from}
              class="wave-gap"
              x={(gap.from / length) * BARS * STEP}
              width={Math.max(2, ((gap.to - gap.from) / length) * BARS * STEP)}
              y="0"
              height={HEIGHT}
            />
          ))}
          {bars(space.waveform).map((height, i) => (
            <rect
              key={i}
              class={i < heard ? "wave-bar wave-heard" : "wave-bar"}
              x={i * STEP + 2}
              width={STEP - 4}
              rx="3"
              y={(HEIGHT - height) / 2}
              height={height}
            />
          ))}
        </svg>
        <input
          type="range"
          min="0"
          max={Math.floor(length)}
          step="1"
          value={Math.floor(position)}
          aria-label={say("seek")}
          aria-valuetext={say("seek_value", { at: clock(position), all: clock(length) })}
          onInput={(event) => onSeek(Number(event.currentTarget.value))}
        />
      </div>
      <div class="ends figures" aria-hidden="true">
        <span>{clock(position)}</span>
        <span>{clock(length)}</span>
      </div>
      {space.gaps.length > 0 ? <p class="quiet">{say("gap_means", { count: space.gaps.length })}</p> : null}
    </section>
  );
}

/** At most 90 bars of the loudest value each covers; without any, a flat line. */
function bars(waveform: readonly number[]): readonly number[] {
  return Array.from({ length: BARS }, (_, i) => {
    const from = Math.floor((i / BARS) * waveform.length);
    const to = Math.max(from + 1, Math.floor(((i + 1) / BARS) * waveform.length));
    const loudest = Math.max(0, ...waveform.slice(from, to));
    return 6 + (loudest / 100) * (HEIGHT - 6);
  });
}
