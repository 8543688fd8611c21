import { expect, test } from "vitest";
import { type BandInput, bandOf } from "./band.ts";

const onAir: BandInput = { life: "live", slate: false, place: "stage", testing: false, link: "open", open: true };

test("red stands for one thing: the stage goes out and this person stands on it, connected", () => {
  expect(bandOf(onAir)).toEqual({ shape: "air", why: "heard" });
  expect(bandOf({ ...onAir, open: false })).toEqual({ shape: "air", why: "muted" });
  const lives = ["scheduled", "doors", "live", "ending", "ended", "cancelled", "lapsed"] as const;
  const links = ["off", "opening", "open", "waiting", "refused", "closed"] as const;
  for (const life of lives)
    for (const link of links)
      for (const place of ["stage", "green", null] as const)
        for (const slate of [true, false]) {
          const red = bandOf({ ...onAir, life, link, place, slate }).shape === "air";
          expect(red, `${life} ${link} ${place} ${slate}`).toBe(life === "live" && link === "open" && place === "stage" && !slate);
        }
});

test("amber is the green room, also alone at a sound check", () => {
  expect(bandOf({ ...onAir, place: "green" })).toEqual({ shape: "green", why: "green" });
  expect(bandOf({ ...onAir, place: null, testing: true, link: "off" })).toEqual({ shape: "green", why: "green" });
});

test("who is not heard is told why", () => {
  expect(bandOf({ ...onAir, life: "doors" }).why).toBe("before");
  expect(bandOf({ ...onAir, life: "ending" }).why).toBe("ending");
  expect(bandOf({ ...onAir, slate: true }).why).toBe("slate");
  expect(bandOf({ ...onAir, link: "waiting" }).why).toBe("lost");
  expect(bandOf({ ...onAir, place: null, link: "off" }).why).toBe("desk");
  expect(bandOf({ ...onAir, place: null, life: "doors" }).why).toBe("door");
  expect(bandOf({ ...onAir, life: "ended" }).why).toBe("over");
});
