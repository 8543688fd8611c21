/** The listed Spaces, or one quiet sentence. */

import type { PublicSpace } from "@odeon/wire/state";
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { call } from "../shared/api.ts";
import { Air, clock, Note, useNow } from "../shared/kit.tsx";
import { sayTime } from "../shared/locale.ts";
import { groupSpaces } from "./groups.ts";
import { say } from "./texts.ts";

const REFRESH_MS = 10_000;

/** The page. */
export function HomePage(): JSX.Element {
  const { spaces, away } = useListed();
  return (
    <main class="house" id="main">
      <header>
        <p class="mark">Odeon</p>
        <h1>{say("heading")}</h1>
      </header>
      <div role="status">{away ? <Note bad>{say("away")}</Note> : null}</div>
      {spaces === null ? <p role="status">{away ? "" : say("loading")}</p> : <Bill spaces={spaces} />}
      <footer class="quiet small">{say("host_here")}</footer>
    </main>
  );
}

function Bill({ spaces }: { readonly spaces: readonly PublicSpace[] }): JSX.Element {
  const now = useNow(1_000);
  const groups = groupSpaces(spaces);
  if (groups.length === 0)
    return (
      <section class="bill-empty">
        <p class="lead">{say("empty")}</p>
        <p class="quiet">{say("empty_note")}</p>
      </section>
    );
  return (
    <>
      {groups.map(({ name, members }) => (
        <section key={name} aria-labelledby={`group-${name}`}>
          <h2 id={`group-${name}`}>{say(`group_${name}`)}</h2>
          <ul class="bill">
            {members.map((space) => (
              <Item key={space.id} space={space} now={now} />
            ))}
          </ul>
        </section>
      ))}
    </>
  );
}

function Item({ space, now }: { readonly space: PublicSpace; readonly now: number }): JSX.Element {
  return (
    <li>
      <a class="card bill-item" href={`/s/${encodeURIComponent(space.id)}`}>
        <span class="bill-title" dir="auto">
          {space.title}
        </span>
        {space.life === "live" && space.since !== null ? <Air text={`${say("on_air")} ${clock((now - space.since) / 1_000)}`} /> : null}
        <span class="quiet small">{wordsOf(space)}</span>
      </a>
    </li>
  );
}

function wordsOf({ life, startsAt, endedAt, duration, texts, state }: PublicSpace): string {
  const time = (at: number): string => sayTime(at, { dateStyle: "full", timeStyle: "short" });
  if (life === "live" || life === "ending") return say("listening", { count: state.listening });
  if (life === "ended") return [endedAt === null ? "" : time(endedAt), duration === null ? "" : clock(duration / 1_000)].filter(Boolean).join(" · ");
  if (texts.late !== null) return texts.late.until === null ? say("postponed") : time(texts.late.until);
  return startsAt === null ? say("no_time") : time(startsAt);
}

function useListed(): { readonly spaces: readonly PublicSpace[] | null; readonly away: boolean } {
  const [spaces, setSpaces] = useState<readonly PublicSpace[] | null>(null);
  const [away, setAway] = useState(false);
  useEffect(() => {
    const closing = new AbortController();
    const read = async (): Promise<void> => {
      const reply = await call<{ readonly spaces: readonly PublicSpace[] }>("/api/v1/spaces", { signal: closing.signal });
      if (closing.signal.aborted) return;
      setAway(reply.is !== "ok");
      if (reply.is === "ok") setSpaces(reply.value.spaces);
    };
    void read();
    const timer = setInterval(() => document.visibilityState === "visible" && void read(), REFRESH_MS);
    return () => {
      closing.abort();
      clearInterval(timer);
    };
  }, []);
  return { spaces, away };
}
