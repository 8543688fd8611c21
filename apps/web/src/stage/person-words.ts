/** A person on stage or in the green room, in words. */

import type { DeskPerson } from "@odeon/wire/desk";
import { locale } from "../shared/locale.ts";
import { say } from "./texts.ts";

const percent = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 });

/** Their name, marked when it is one's own. */
export function nameOf(person: DeskPerson, you: string | null): string {
  return person.id === you ? say("person_you", { name: person.name }) : person.name;
}

/** "host · 24 ms · no loss", for the desk. */
export function stageWords(person: DeskPerson): string {
  const words = [say(`role_${person.role}`)];
  if (person.connection !== "connected") return [...words, say("person_away")].join(" · ");
  if (person.hostMuted) words.push(say("person_host_muted"));
  else if (person.selfMuted) words.push(say("person_muted"));
  if (person.rtt !== null) words.push(say("person_rtt", { ms: person.rtt }));
  words.push(person.loss > 0.0005 ? say("person_loss", { percent: percent.format(person.loss) }) : say("person_no_loss"));
  return words.join(" · ");
}

/** "sound is good · asks to come on stage", for the desk's green room. */
export function greenWords(person: DeskPerson): string {
  const words = [say(person.checked ? "person_checked" : "person_unchecked")];
  if (person.connection === "away") words.push(say("person_away"));
  else if (person.admitted) words.push(say("person_admitted"));
  else words.push(person.role === "speaker" ? say("person_asking") : say(`role_${person.role}`));
  return words.join(" · ");
}

/** What stands under a seat on a guest's page. */
export function seatWords(person: DeskPerson): string {
  if (person.connection !== "connected") return say("person_away");
  if (person.hostMuted) return say("person_host_muted");
  return person.selfMuted ? say("person_muted") : say(`role_${person.role}`);
}
