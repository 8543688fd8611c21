/** The stage: who is on it, and who is heard at this instant. */

import type { PublicState, PublicTexts, StageFigure } from "@odeon/wire/state";
import type { JSX } from "preact";
import { Seat } from "../shared/kit.tsx";
import { say } from "./texts.ts";

/** People in an arc, the host first. */
export function People({ state, texts }: { readonly state: PublicState; readonly texts: PublicTexts }): JSX.Element {
  const figures = state.stage.toSorted((a, b) => rank(a) - rank(b));
  return (
    <section class="stage" aria-label={say("stage_heading")}>
      {figures.length === 0 ? <p class="quiet">{say("nobody")}</p> : null}
      <ul class={figures.length > 6 ? "arc arc-many" : "arc"}>
        {figures.map((figure) => (
          <Person key={figure.id} figure={figure} name={texts.names[figure.id] ?? "…"} />
        ))}
      </ul>
    </section>
  );
}

function Person({ figure, name }: { readonly figure: StageFigure; readonly name: string }): JSX.Element {
  const what = figure.away ? say("away") : figure.muted ? say("muted") : say(figure.role);
  const isHeard = figure.speaking && !figure.away;
  return (
    <li class={isHeard ? "person person-on" : "person"}>
      <Seat id={figure.id} name={name} speaking={isHeard} away={figure.away} />
      <span class="person-name" dir="auto">
        {name}
      </span>
      <em>
        {what}
        {isHeard ? <span class="hush">, {say("speaking")}</span> : null}
      </em>
    </li>
  );
}

/** "with Ada Bell and Tomas Rey". Null with nobody there. */
export function sayPeople(state: PublicState, texts: PublicTexts): string | null {
  const names = state.stage
    .toSorted((a, b) => rank(a) - rank(b))
    .map((figure) => texts.names[figure.id])
    .filter((name) => name !== undefined)
    .map((name) => `\u2068${name}\u2069`);
  const [a, b] = names;
  if (a === undefined) return null;
  if (b === undefined) return say("with_one", { a });
  return names.length === 2 ? say("with_two", { a, b }) : say("with_more", { a, b, count: names.length - 2 });
}

function rank({ role }: StageFigure): number {
  return role === "host" ? 0 : role === "cohost" ? 1 : 2;
}
