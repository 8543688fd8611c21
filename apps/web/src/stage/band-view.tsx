/** Draws the band, and says the same in the title, the favicon and to screen readers. */

import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { Polite, useNow } from "../shared/kit.tsx";
import type { Band, BandShape } from "./band.ts";
import { longClock } from "./clock-text.ts";
import { say } from "./texts.ts";

const ICONS: Readonly<Record<BandShape, string>> = {
  off: new URL("./off.svg", import.meta.url).href,
  green: new URL("./green.svg", import.meta.url).href,
  air: new URL("./air.svg", import.meta.url).href,
};

const WHY: Readonly<Record<Band["why"], () => string>> = {
  over: () => say("band_over"),
  desk: () => say("band_desk"),
  door: () => say("band_door"),
  green: () => say("band_greenroom"),
  lost: () => say("band_lost"),
  ending: () => say("band_ending"),
  slate: () => say("band_slate"),
  before: () => say("band_before"),
  muted: () => say("band_muted"),
  heard: () => say("band_heard"),
};

/** The band. @param since start of the live stretch in this browser's wall time; null when it is not live */
export function BandView({ band, since, title }: { readonly band: Band; readonly since: number | null; readonly title: string }): JSX.Element {
  const now = useNow(1_000);
  const time = since === null ? "" : longClock(now - since);
  const head = headline(band);
  useEffect(() => {
    document.title = titleOf(band.shape, time, title);
  }, [band.shape, time, title]);
  useEffect(() => {
    const icon = document.querySelector<HTMLLinkElement>("link[rel=icon]");
    if (icon !== null) icon.href = ICONS[band.shape];
  }, [band.shape]);
  return (
    <header class={`band band-${band.shape}`}>
      <p class="band-head">
        <i aria-hidden="true" />
        <b>{head}</b>
        {band.shape === "air" && <b class="figures">{time}</b>}
      </p>
      <p class="band-why">
        {WHY[band.why]()}
        {band.why === "desk" && <span class="figures"> {time}</span>}
      </p>
      <Polite text={`${head}. ${WHY[band.why]()}`} />
    </header>
  );
}

function headline({ shape, why }: Band): string {
  if (shape === "air") return say("band_air");
  if (shape === "green") return say("band_green");
  if (why === "over") return say("band_off");
  return why === "before" || why === "slate" ? say("band_off_listeners") : say("band_off_nobody");
}

function titleOf(shape: BandShape, time: string, title: string): string {
  if (shape === "air") return say("title_air", { time, title });
  return shape === "green" ? say("title_green", { title }) : say("title_off", { title });
}
