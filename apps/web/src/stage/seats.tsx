/** Everyone on stage as seats, with the footlight around who speaks: a guest's view. */

import type { DeskPerson } from "@odeon/wire/desk";
import type { JSX } from "preact";
import { Seat } from "../shared/kit.tsx";
import { useCell } from "./cell.ts";
import { isSound } from "./meter.tsx";
import { nameOf, seatWords } from "./person-words.ts";
import type { Stage } from "./stage.ts";
import { say } from "./texts.ts";

/** The seats. */
export function Seats({ stage }: { readonly stage: Stage }): JSX.Element {
  const people = stage.desk?.people.filter((person) => person.place === "stage") ?? [];
  return (
    <section aria-labelledby="stage-title">
      <h2 id="stage-title" class="list-head">
        {say("stage_title")} <span>{people.length > 0 && say("stage_count", { n: people.length })}</span>
      </h2>
      {people.length === 0 ? (
        <p class="quiet">{say("stage_empty")}</p>
      ) : (
        <ul class="seats">
          {people.map((person) => (
            <li key={person.id}>
              <PersonSeat stage={stage} person={person} />
              <b dir="auto">{nameOf(person, stage.me?.id ?? null)}</b>
              <small>{seatWords(person)}</small>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** One seat, lit while its person speaks: by the levels of the data channel, or by the desk where this page has none. */
export function PersonSeat({ stage, person }: { readonly stage: Stage; readonly person: DeskPerson }): JSX.Element {
  const levels = useCell(stage.connection.levels);
  const listed = stage.desk?.space.state.stage.find(({ id }) => id === person.id)?.speaking === true;
  const level = levels[person.id];
  const speaking = !person.hostMuted && (level === undefined ? listed : isSound(level));
  return (
    <>
      <Seat id={person.id} name={person.name} speaking={speaking} away={person.connection !== "connected"} />
      {speaking && <span class="hush">{say("person_speaking")}</span>}
    </>
  );
}
