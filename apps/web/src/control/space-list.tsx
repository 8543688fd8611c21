/** The list of Spaces, with what each is doing and what may be done. */

import type { PublicSpace } from "@odeon/wire/state";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Air, Button, clock, useNow } from "../shared/kit.tsx";
import { sayTime } from "../shared/locale.ts";
import { AskOnce } from "../stage/ask-once.tsx";
import type { ControlCalls, Made } from "./calls.ts";
import { MadeLinks } from "./made-links.tsx";
import { say } from "./texts.ts";

interface ListProps {
  readonly spaces: readonly PublicSpace[];
  readonly calls: ControlCalls;
  /** Something changed: the list is to be read again. */
  readonly changed: () => void;
}

/** The list. */
export function SpaceList({ spaces, calls, changed }: ListProps): JSX.Element {
  useNow(1_000);
  return (
    <section aria-labelledby="list-title">
      <h2 id="list-title">{say("list_title")}</h2>
      {spaces.length === 0 && <p class="quiet">{say("list_empty")}</p>}
      <ul class="spaces">
        {spaces.map((space) => (
          <Item key={space.id} space={space} calls={calls} changed={changed} />
        ))}
      </ul>
    </section>
  );
}

function Item({ space, calls, changed }: { readonly space: PublicSpace; readonly calls: ControlCalls; readonly changed: () => void }): JSX.Element {
  const [links, setLinks] = useState<Made["links"] | null>(null);
  const [failed, setFailed] = useState(false);
  const { id, title, life } = space;
  const makeLinks = async (): Promise<void> => {
    const [host, speaker] = await Promise.all([calls.link(id, "host"), calls.link(id, "speaker")]);
    setFailed(host.is !== "ok" || speaker.is !== "ok");
    if (host.is === "ok" && speaker.is === "ok") setLinks({ listen: host.value.listen, host: host.value.link, speaker: speaker.value.link });
  };
  const remove = async (): Promise<void> => {
    const reply = await calls.remove(id);
    setFailed(reply.is !== "ok");
    changed();
  };
  const path = encodeURIComponent(id);
  const running = life !== "ended" && life !== "cancelled" && life !== "lapsed";
  return (
    <li class="card space">
      <div class="space-head">
        <h3 dir="auto">{title}</h3>
        {life === "live" && space.since !== null ? (
          <Air text={`${say("life_live")} ${clock((Date.now() - space.since) / 1_000)}`} />
        ) : (
          <span class="quiet small">{say(`life_${life}`)}</span>
        )}
      </div>
      <p class="quiet small">{wordsOf(space)}</p>
      <div class="row space-press">
        <a class="btn btn-quiet" href={`/stage/${path}`} aria-label={say("open_desk_label", { title })}>
          {say("open_desk")}
        </a>
        <a class="btn btn-quiet" href={`/s/${path}`} aria-label={say("open_listen_label", { title })}>
          {say("open_listen")}
        </a>
        {running && (
          <Button label={say("new_links_label", { title })} onPress={() => void makeLinks()}>
            {say("new_links")}
          </Button>
        )}
        {life !== "live" && life !== "ending" && (
          <AskOnce
            label={say("delete")}
            question={say("ask_delete", { title })}
            yes={say("ask_delete_yes")}
            no={say("ask_no")}
            onYes={() => void remove()}
          />
        )}
      </div>
      <div role="alert">{failed && <p class="note note-bad">{say("failed_unreachable")}</p>}</div>
      {links !== null && <MadeLinks links={links} />}
    </li>
  );
}

function wordsOf({ life, startsAt, endedAt, demo, visibility, state }: PublicSpace): string {
  const time = (at: number): string => sayTime(at, { dateStyle: "medium", timeStyle: "short" });
  const words: string[] = [];
  if (life === "ended" && endedAt !== null) words.push(time(endedAt), say("listened", { count: state.unique }));
  else if (life === "live" || life === "ending") words.push(say("listening", { count: state.listening }));
  else words.push(startsAt === null ? say("no_time") : time(startsAt));
  if (demo) words.push(say("demo"));
  if (visibility === "unlisted") words.push(say("unlisted"));
  return words.join(" · ");
}
