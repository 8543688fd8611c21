/** The form that makes a Space. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { ownZone } from "../shared/locale.ts";
import { freshKey } from "../stage/calls.ts";
import type { ControlCalls, Made, Wish } from "./calls.ts";
import { say } from "./texts.ts";

/** The form. `made` is told of what it made. */
export function MakeForm({ calls, made }: { readonly calls: ControlCalls; readonly made: (made: Made) => void }): JSX.Element {
  const [failure, setFailure] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [missing, setMissing] = useState(false);
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const wish = readWish(new FormData(form));
    setMissing(wish.title === "");
    if (wish.title === "") (form.elements.namedItem("title") as HTMLElement).focus();
    if (wish.title === "" || busy) return;
    setBusy(true);
    const reply = await calls.make(wish, freshKey());
    setBusy(false);
    if (reply.is === "ok") {
      setFailure(null);
      form.reset();
      made(reply.value);
    } else setFailure(reply.is === "unreachable" ? say("failed_unreachable") : say("failed", { detail: reply.problem.detail }));
  };
  return (
    <form class="stack" onSubmit={(event) => void submit(event)} noValidate>
      <label class="field">
        <span>{say("make_name")}</span>
        <input name="title" dir="auto" maxLength={400} autocomplete="off" aria-invalid={missing} aria-describedby="title-wrong" />
        <small id="title-wrong" class="wrong" role="alert">
          {missing && say("make_name_missing")}
        </small>
      </label>
      <label class="field">
        <span>{say("make_when")}</span>
        <input name="when" type="datetime-local" aria-describedby="when-note" />
        <small id="when-note">{say("make_when_note", { zone: ownZone() })}</small>
      </label>
      <label class="field">
        <span>{say("make_description")}</span>
        <textarea name="description" rows={3} dir="auto" maxLength={5_000} />
      </label>
      <details class="choices">
        <summary>{say("make_more")}</summary>
        <Choices />
      </details>
      <div role="alert">{failure !== null && <p class="note note-bad">{failure}</p>}</div>
      <button class="btn btn-main" type="submit" aria-disabled={busy || undefined}>
        {say("make_send")}
      </button>
    </form>
  );
}

function Choices(): JSX.Element {
  return (
    <div class="stack">
      <Check name="record" checked words={say("make_record")} note={say("make_record_note")} />
      <Check name="listed" checked={false} words={say("make_listed")} note={say("make_listed_note")} />
      <label class="field">
        <span>{say("make_replay")}</span>
        <select name="replay">
          <option value="at_once">{say("replay_at_once")}</option>
          <option value="after_review">{say("replay_after_review")}</option>
          <option value="never">{say("replay_never")}</option>
        </select>
      </label>
      <label class="field">
        <span>{say("make_capacity")}</span>
        <input name="capacity" type="number" min={1} max={100_000_000} inputMode="numeric" aria-describedby="capacity-note" />
        <small id="capacity-note">{say("make_capacity_note")}</small>
      </label>
    </div>
  );
}

function Check({
  name,
  checked,
  words,
  note,
}: {
  readonly name: string;
  readonly checked: boolean;
  readonly words: string;
  readonly note: string;
}): JSX.Element {
  return (
    <label class="consent">
      <input type="checkbox" name={name} defaultChecked={checked} />
      <span>
        {words}
        <small>{note}</small>
      </span>
    </label>
  );
}

/** Reads what was filled in; times are the organiser's own. */
export function readWish(form: Pick<FormData, "get">): Wish {
  const text = (name: string): string => String(form.get(name) ?? "").trim();
  const startsAt = text("when") === "" ? null : new Date(text("when")).getTime();
  const capacity = Number(text("capacity"));
  return {
    title: text("title"),
    description: text("description"),
    startsAt: startsAt !== null && Number.isFinite(startsAt) ? startsAt : null,
    zone: ownZone(),
    capacity: Number.isSafeInteger(capacity) && capacity > 0 ? capacity : null,
    record: form.get("record") !== null,
    visibility: form.get("listed") === null ? "unlisted" : "listed",
    replay: (["after_review", "never"] as const).find((policy) => policy === text("replay")) ?? "at_once",
  };
}
