/** Before it begins: how long, and when on whose clock. */

import type { PublicSpace } from "@odeon/wire/state";
import type { JSX } from "preact";
import { clock } from "../shared/kit.tsx";
import { say } from "./texts.ts";
import { sayClock, sayHostTime, sayWhen } from "./times.ts";

/** What it needs. @param now the house's wall time */
interface CountdownProps {
  readonly space: PublicSpace;
  readonly now: number;
}

const DAY_S = 86_400;

/** The big figure and the instants under it. */
export function Countdown({ space, now }: CountdownProps): JSX.Element {
  const { late } = space.texts;
  const at = late === null ? space.startsAt : late.until;
  const host = at === null ? null : sayHostTime(at, space.zone);
  return (
    <section class="big">
      {at !== null && at > now ? <Figure seconds={Math.ceil((at - now) / 1_000)} /> : null}
      {at !== null && at <= now ? <p class="lead">{say("announced_for", { when: sayWhen(at, now) })}</p> : null}
      {at !== null && at > now ? (
        <p class="lead">{late === null ? say("begins", { when: sayWhen(at, now) }) : say("now_for", { when: sayWhen(at, now) })}</p>
      ) : null}
      {at === null && late !== null ? <p class="lead">{say("no_new_time")}</p> : null}
      {host === null ? null : <p class="quiet">{say("begins_host", { when: host })}</p>}
      {late !== null && late.reason !== "" ? <p class="quiet">{say("reason", { reason: `\u2068${late.reason}\u2069` })}</p> : null}
      {space.life === "scheduled" && space.doorsAt !== null && late === null && now < space.doorsAt ? (
        <p class="quiet">{say("doors_at", { time: sayClock(space.doorsAt) })}</p>
      ) : null}
    </section>
  );
}

function Figure({ seconds }: { readonly seconds: number }): JSX.Element {
  const days = Math.floor(seconds / DAY_S);
  const rest = clock(seconds % DAY_S);
  return (
    <p class="figure figures" role="timer" aria-live="off">
      {days > 0 ? <span class="figure-days">{say("unit_days", { count: days })} </span> : null}
      {rest}
    </p>
  );
}
