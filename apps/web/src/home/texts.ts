/** The front page's words. */

import { catalogue } from "../shared/texts.ts";

/** Says a text of the front page. */
export const say = catalogue({
  page_title: "Odeon",
  heading: "What is on",
  empty: "Nothing is announced here at the moment.",
  empty_note: "If somebody gave you a link, open that: it leads straight to its event.",
  loading: "Looking what is on …",
  away: "This house cannot be reached at the moment; this page asks again by itself.",
  group_live: "On air now",
  group_next: "Coming up",
  group_past: "To hear again",
  on_air: "On air",
  listening: { zero: "you would be the first", one: "{count} listening", other: "{count} listening" },
  listen: "Listen",
  no_time: "the time is not announced yet",
  postponed: "later than announced",
  listened: { zero: "nobody listened", one: "{count} listened", other: "{count} listened" },
  host_here: "You run this house? Open the sign-in link from its terminal; “npx odeon sign-in” makes a new one.",
});
