/** The desk's column about the house: figures with their meaning, the recording, the announcement, the links. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Button, Note, useNow } from "../shared/kit.tsx";
import { sayNumber } from "../shared/texts.ts";
import { InviteLinks } from "./links.tsx";
import type { Stage } from "./stage.ts";
import { say } from "./texts.ts";

/** The column. */
export function HouseColumn({ stage }: { readonly stage: Stage }): JSX.Element {
  const state = stage.desk?.space.state;
  return (
    <div class="column">
      <h2 class="list-head">{say("house_title")}</h2>
      <Figure name={say("figure_listening")} value={sayNumber(state?.listening ?? 0)} means={say("figure_listening_means")} />
      <Figure name={say("figure_unique")} value={sayNumber(state?.unique ?? 0)} means={say("figure_unique_means")} />
      <Announce stage={stage} />
      <InviteLinks stage={stage} />
    </div>
  );
}

function Figure({ name, value, means }: { readonly name: string; readonly value: string; readonly means: string }): JSX.Element {
  return (
    <details class="figure">
      <summary>
        <span>{name}</span>
        <b class="figures">{value}</b>
      </summary>
      <p class="quiet small">{means}</p>
    </details>
  );
}

/** The recording's state in a line, with when the house last looked. */
export function RecordingWords({ stage }: { readonly stage: Stage }): JSX.Element | null {
  useNow(1_000);
  const desk = stage.desk;
  if (desk === null) return null;
  const { recording, space } = desk;
  if (space.life === "ended" || space.life === "cancelled" || space.life === "lapsed") return null;
  if (recording.is === "off") return <span class="state">{say("recording_off")}</span>;
  if (space.life !== "live" && space.life !== "ending") return <span class="state">{say("recording_waiting")}</span>;
  if (recording.is === "unconfirmed") return <span class="state state-bad">{say("recording_unconfirmed")}</span>;
  const seconds = Math.max(0, Math.round((stage.now - recording.checkedAt) / 1_000));
  return <span class="state state-well figures">{say("recording_ok", { count: seconds })}</span>;
}

function Announce({ stage }: { readonly stage: Stage }): JSX.Element {
  const [text, setText] = useState("");
  const now = stage.desk?.space.texts.announcement;
  const send = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (text.trim() !== "" && (await stage.act("announcements", { text: text.trim() }))) setText("");
  };
  return (
    <section class="stack-tight part" aria-labelledby="announce-title">
      <h3 id="announce-title" class="list-head">
        {say("announce_title")}
      </h3>
      {now != null && now.text !== "" && (
        <Note small={say("announce_now")}>
          <p dir="auto">{now.text}</p>
          <Button label={say("announce_clear_label")} onPress={() => void stage.act("announcements", { text: "" })}>
            {say("announce_clear")}
          </Button>
        </Note>
      )}
      <form class="stack-tight" onSubmit={(event) => void send(event)}>
        <label class="field">
          <span>{say("announce_label")}</span>
          <textarea rows={2} maxLength={500} dir="auto" value={text} onInput={(event) => setText(event.currentTarget.value)} />
        </label>
        <button class="btn btn-quiet" type="submit">
          {say("announce_send")}
        </button>
      </form>
    </section>
  );
}
