/** The door: a name, and a yes to being heard and recorded. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Button } from "../shared/kit.tsx";
import { sayTime } from "../shared/locale.ts";
import type { Stage } from "./stage.ts";
import { say } from "./texts.ts";

/** The door of a Space. */
export function Door({ stage }: { readonly stage: Stage }): JSX.Element {
  const [name, setName] = useState(stage.name.value || (stage.desk?.invitedAs ?? ""));
  const [agreed, setAgreed] = useState(false);
  const [missing, setMissing] = useState<"name" | "consent" | null>(null);
  const space = stage.desk?.space;
  const submit = (event: Event): void => {
    event.preventDefault();
    const wanted = name.trim();
    const wrong = wanted === "" || [...wanted].length > 40 ? "name" : agreed ? null : "consent";
    setMissing(wrong);
    if (wrong === null) stage.enter(wanted);
    else document.getElementById(wrong === "name" ? "name" : "consent")?.focus();
  };
  return (
    <main class="door" id="main">
      <p class="mark">Odeon</p>
      <h1 dir="auto">{space?.title}</h1>
      <p class="quiet">
        {stage.isHost ? say("door_host") : say("door_guest")}
        {space?.startsAt != null && ` · ${say("door_when", { time: sayTime(space.startsAt, { dateStyle: "full", timeStyle: "short" }) })}`}
      </p>
      <form class="stack" onSubmit={submit} noValidate>
        <label class="field">
          <span>{say("door_name")}</span>
          <input
            id="name"
            name="name"
            dir="auto"
            autocomplete="name"
            value={name}
            aria-invalid={missing === "name"}
            aria-describedby="name-wrong"
            onInput={(event) => setName(event.currentTarget.value)}
          />
          <small id="name-wrong" class="wrong" role="alert">
            {missing === "name" && say("door_name_missing")}
          </small>
        </label>
        <label class="consent">
          <input
            id="consent"
            type="checkbox"
            checked={agreed}
            aria-invalid={missing === "consent"}
            aria-describedby="consent-wrong"
            onChange={(event) => setAgreed(event.currentTarget.checked)}
          />
          <span>{space?.record === false ? say("door_consent_live") : say("door_consent_recorded")}</span>
        </label>
        <small id="consent-wrong" class="wrong" role="alert">
          {missing === "consent" && say("door_consent_missing")}
        </small>
        <button class="btn btn-main" type="submit">
          {say("door_go")}
        </button>
        <p class="quiet small">{say("door_next")}</p>
        {stage.isHost && <Button onPress={() => stage.where.set("desk")}>{say("door_desk_only")}</Button>}
      </form>
    </main>
  );
}
