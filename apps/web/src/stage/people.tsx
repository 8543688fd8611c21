/** The desk's lists: who is on stage, who waits in the green room, and what may be done about each. */

import type { DeskPerson } from "@odeon/wire/desk";
import type { ComponentChildren, JSX } from "preact";
import { useState } from "preact/hooks";
import { Button } from "../shared/kit.tsx";
import { AskOnce } from "./ask-once.tsx";
import { Meter } from "./meter.tsx";
import { greenWords, nameOf, stageWords } from "./person-words.ts";
import { PersonSeat } from "./seats.tsx";
import type { Stage } from "./stage.ts";
import { say } from "./texts.ts";

/** Both lists. */
export function People({ stage }: { readonly stage: Stage }): JSX.Element {
  const people = stage.desk?.people ?? [];
  const onStage = people.filter((person) => person.place === "stage");
  const waiting = people.filter((person) => person.place === "green" && person.connection !== "left");
  return (
    <div class="column">
      <h2 class="list-head">
        {say("stage_title")} <span>{say("stage_count", { n: onStage.length })}</span>
      </h2>
      {onStage.length === 0 && <p class="quiet empty">{say("stage_empty")}</p>}
      <ul class="people">
        {onStage.map((person) => (
          <Row key={person.id} stage={stage} person={person} words={stageWords(person)} press={<StagePress stage={stage} person={person} />} />
        ))}
      </ul>
      <h2 class="list-head">
        {say("green_list")} <span>{say("green_list_off")}</span>
      </h2>
      {waiting.length === 0 && <p class="quiet empty">{say("green_list_empty")}</p>}
      <ul class="people">
        {waiting.map((person) => (
          <Row key={person.id} stage={stage} person={person} words={greenWords(person)} press={<GreenPress stage={stage} person={person} />} />
        ))}
      </ul>
    </div>
  );
}

interface RowProps {
  readonly stage: Stage;
  readonly person: DeskPerson;
  readonly words: string;
  readonly press: ComponentChildren;
}

function Row({ stage, person, words, press }: RowProps): JSX.Element {
  const [more, setMore] = useState(false);
  const own = person.id === stage.me?.id;
  return (
    <li class="person">
      <PersonSeat stage={stage} person={person} />
      <div class="person-words">
        <b dir="auto">{nameOf(person, stage.me?.id ?? null)}</b>
        <small>{words}</small>
        {person.resembles !== null && (
          <small class="care" dir="auto">
            {say("person_resembles", { name: person.resembles })}
          </small>
        )}
        <Meter cell={stage.connection.levels} read={(levels) => levels[person.id] ?? 0} label={say("person_level", { name: person.name })} />
      </div>
      <div class="person-press">
        {!own && press}
        {!own && (
          <button
            type="button"
            class="btn btn-quiet more"
            aria-expanded={more}
            aria-label={say("do_more_label", { name: person.name })}
            onClick={() => setMore(!more)}
          >
            <span aria-hidden="true">⋯</span>
          </button>
        )}
      </div>
      {more && !own && <More stage={stage} person={person} />}
    </li>
  );
}

function More({ stage, person }: { readonly stage: Stage; readonly person: DeskPerson }): JSX.Element {
  const { id, name, place } = person;
  return (
    <div class="person-more">
      {place === "stage" && <Button onPress={() => void stage.act("stepdown", { participant: id })}>{say("do_step_down")}</Button>}
      <AskOnce
        label={say("do_remove")}
        question={say("ask_remove", { name })}
        yes={say("ask_remove_yes")}
        onYes={() => void stage.act("remove", { participant: id })}
      />
    </div>
  );
}

function StagePress({ stage, person }: { readonly stage: Stage; readonly person: DeskPerson }): JSX.Element {
  const { id, name, hostMuted } = person;
  if (hostMuted) {
    return (
      <Button label={say("do_allow_label", { name })} onPress={() => void stage.act("allow", { participant: id })}>
        {say("do_allow")}
      </Button>
    );
  }
  return (
    <Button label={say("do_mute_label", { name })} onPress={() => void stage.act("mute", { participant: id })}>
      {say("do_mute")}
    </Button>
  );
}

function GreenPress({ stage, person }: { readonly stage: Stage; readonly person: DeskPerson }): JSX.Element | null {
  const { id, name, admitted, role } = person;
  if (admitted || role !== "speaker") return null;
  return (
    <span class="yes">
      <Button label={say("do_admit_label", { name })} onPress={() => void stage.act("admit", { participant: id })}>
        {say("do_admit")}
      </Button>
    </span>
  );
}
