/** The full-width band: whether anybody hears you, readable from two metres. */

import type { Place } from "@odeon/core/space/space";
import type { PublicLife } from "@odeon/wire/state";
import type { Link } from "./session.ts";

/** What the band depends on. */
export interface BandInput {
  readonly life: PublicLife;
  readonly slate: boolean;
  /** Where this page's person stands; null while this page is only a desk or at the door. */
  readonly place: Place | null;
  /** The microphone is being tested here. */
  readonly testing: boolean;
  readonly link: Link["is"];
  /** The microphone is open: neither the person nor a host muted it, and no phone call has it. */
  readonly open: boolean;
}

/** Colour and shape: hollow grey, amber, solid red. */
export type BandShape = "off" | "green" | "air";
/** The sentence beside the headline; each is a key `band_…` of the catalogue. */
export type BandWhy = "over" | "desk" | "door" | "green" | "lost" | "ending" | "slate" | "before" | "muted" | "heard";

/** What the band shows. */
export interface Band {
  readonly shape: BandShape;
  readonly why: BandWhy;
}

/** Decides the band. It says "ON AIR" only while the stage goes out to listeners and this person stands on it. */
export function bandOf(input: BandInput): Band {
  const { life, place, testing } = input;
  if (life === "ended" || life === "cancelled" || life === "lapsed") return { shape: "off", why: "over" };
  if (place === "stage") return onStage(input);
  if (place === "green" || testing) return { shape: "green", why: "green" };
  return { shape: "off", why: life === "live" ? "desk" : "door" };
}

function onStage({ life, slate, link, open }: BandInput): Band {
  if (link !== "open") return { shape: "off", why: "lost" };
  if (life === "ending") return { shape: "off", why: "ending" };
  if (life !== "live") return { shape: "off", why: "before" };
  if (slate) return { shape: "off", why: "slate" };
  return { shape: "air", why: open ? "heard" : "muted" };
}
