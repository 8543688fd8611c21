/** The strip under the desk's title: what the Space's life asks of the host now. */

import type { PublicSpace } from "@odeon/wire/state";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Button, Note } from "../shared/kit.tsx";
import { sayTime } from "../shared/locale.ts";
import { AskOnce } from "./ask-once.tsx";
import { ReplayPanel } from "./replay-panel.tsx";
import type { Stage } from "./stage.ts";
import { say } from "./texts.ts";

/** The strip; nothing while live and all is well. */
export function Strip({ stage }: { readonly stage: Stage }): JSX.Element | null {
  const space = stage.desk?.space;
  if (space === undefined) return null;
  switch (space.life) {
    case "scheduled":
    case "doors":
      return <Before stage={stage} space={space} />;
    case "live":
      return space.state.slate ? <Note>{say("slate_note")}</Note> : null;
    case "ending":
      return <Note bad>{say("ending_note")}</Note>;
    case "ended":
      return <ReplayPanel stage={stage} />;
    case "cancelled":
      return <Note>{say("over_cancelled")}</Note>;
    case "lapsed":
      return <Note>{say("over_lapsed")}</Note>;
  }
}

function Before({ stage, space }: { readonly stage: Stage; readonly space: PublicSpace }): JSX.Element {
  const [delaying, setDelaying] = useState(false);
  const count = stage.desk?.people.filter((person) => person.place === "stage").length ?? 0;
  return (
    <section class="strip card">
      <div class="strip-words">
        <p>
          {say(space.life === "doors" ? "strip_doors" : "strip_scheduled")} {begins(space)}
        </p>
        <p class={count === 0 ? "care" : "quiet"}>{count === 0 ? say("strip_nobody") : say("strip_on_stage", { count })}</p>
      </div>
      <div class="strip-main">
        <Button kind={count === 0 ? "quiet" : "main"} icon="live" onPress={() => void stage.act("live", {})}>
          {say("go_live")}
        </Button>
        <p class="quiet small">{say(space.record ? "go_live_note_recorded" : "go_live_note")}</p>
      </div>
      <div class="row strip-rest">
        {space.life === "scheduled" && <Button onPress={() => void stage.act("doors", {})}>{say("open_doors")}</Button>}
        <Button pressed={delaying} onPress={() => setDelaying(!delaying)}>
          {say("delay")}
        </Button>
        <AskOnce label={say("cancel_space")} question={say("ask_cancel")} yes={say("ask_cancel_yes")} onYes={() => void stage.act("cancel", {})} />
      </div>
      {delaying && <Delay stage={stage} close={() => setDelaying(false)} />}
    </section>
  );
}

function begins({ startsAt, texts }: PublicSpace): string {
  const time = (at: number): string => sayTime(at, { dateStyle: "medium", timeStyle: "short" });
  if (texts.late !== null) return texts.late.until === null ? say("strip_late_unknown") : say("strip_late", { time: time(texts.late.until) });
  return startsAt === null ? "" : say("strip_begins", { time: time(startsAt) });
}

const MINUTES = [5, 10, 15, 30, 60];

/** Says that it begins late. */
function Delay({ stage, close }: { readonly stage: Stage; readonly close: () => void }): JSX.Element {
  const [minutes, setMinutes] = useState("10");
  const [reason, setReason] = useState("");
  // From the announced start while that is ahead, else from now.
  const from = Math.max(stage.now, stage.desk?.space.startsAt ?? 0);
  const at = (count: number): number => from + count * 60_000;
  const send = async (event: Event): Promise<void> => {
    event.preventDefault();
    const until = minutes === "" ? null : at(Number(minutes));
    if (await stage.act("delay", { until: until === null ? null : Math.round(until), reason: reason.trim() })) close();
  };
  return (
    <form class="stack-tight strip-form" onSubmit={(event) => void send(event)}>
      <label class="field">
        <span>{say("delay_by")}</span>
        <select value={minutes} onChange={(event) => setMinutes(event.currentTarget.value)}>
          {MINUTES.map((count) => (
            <option key={count} value={String(count)}>
              {say("delay_minutes", { count, time: sayTime(at(count), { timeStyle: "short" }) })}
            </option>
          ))}
          <option value="">{say("delay_unknown")}</option>
        </select>
      </label>
      <label class="field">
        <span>{say("delay_reason")}</span>
        <input dir="auto" maxLength={280} value={reason} onInput={(event) => setReason(event.currentTarget.value)} />
      </label>
      <button class="btn btn-quiet" type="submit">
        {say("delay_send")}
      </button>
    </form>
  );
}
