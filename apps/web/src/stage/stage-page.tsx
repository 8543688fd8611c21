/** The stage page: the band, and under it what the person's link and the Space's life ask for. */

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Note } from "../shared/kit.tsx";
import { keep } from "../shared/link.ts";
import { BandView } from "./band-view.tsx";
import { useCell } from "./cell.ts";
import { Desk } from "./desk.tsx";
import { Door } from "./door.tsx";
import { Guest, GuestOver } from "./guest.tsx";
import type { Stage } from "./stage.ts";
import { say } from "./texts.ts";

const SHUT_CODES = [
  "token_missing",
  "token_invalid",
  "token_expired",
  "token_revoked",
  "token_foreign",
  "role_insufficient",
  "space_not_found",
] as const;

/** The page of a stage. */
export function StagePage({ stage }: { readonly stage: Stage }): JSX.Element {
  const feed = useCell(stage.feed.feed);
  useCell(stage.microphone.state);
  useCell(stage.connection.link);
  useCell(stage.connection.identity);
  useCell(stage.muted);
  useCell(stage.where);
  if (feed.is === "shut") return <Shut code={feed.problem.code} detail={feed.problem.detail} />;
  if (feed.is === "opening" || feed.desk === null) return <Opening long={feed.is === "lost"} />;
  const { space } = feed.desk;
  return (
    <>
      <BandView band={stage.band} since={space.life === "live" && space.since !== null ? space.since - feed.clockOff : null} title={space.title} />
      {feed.is === "lost" && (
        <div class="lost" role="status">
          <Note bad>{say("feed_lost")}</Note>
        </div>
      )}
      {!keep.lasts && <p class="quiet small centred">{say("no_storage")}</p>}
      <Inside stage={stage} />
    </>
  );
}

function Inside({ stage }: { readonly stage: Stage }): JSX.Element {
  const life = stage.desk?.space.life;
  const over = life === "ended" || life === "cancelled" || life === "lapsed";
  if (over) return stage.isHost ? <Desk stage={stage} /> : <GuestOver stage={stage} />;
  if (stage.where.value === "door") return <Door stage={stage} />;
  return stage.isHost ? <Desk stage={stage} /> : <Guest stage={stage} />;
}

/** A link that does not open. @param code of the house's refusal */
export function Shut({ code, detail }: { readonly code: string; readonly detail: string }): JSX.Element {
  const known = SHUT_CODES.find((one) => one === code);
  return (
    <main class="door" id="main">
      <p class="mark">Odeon</p>
      <h1>{say("shut_title")}</h1>
      <p>{known === undefined ? say("shut_other", { detail }) : say(`shut_${known}`)}</p>
    </main>
  );
}

function Opening({ long }: { readonly long: boolean }): JSX.Element {
  const [slow, setSlow] = useState(long);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), 4_000);
    return () => clearTimeout(timer);
  }, []);
  return (
    <main class="door" id="main">
      <p class="mark">Odeon</p>
      <p role="status">{say(long || slow ? "opening_long" : "opening")}</p>
    </main>
  );
}
