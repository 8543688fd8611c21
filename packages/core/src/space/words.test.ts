import { expect, test } from "vitest";
import { FACES, type Faces, wordsFor } from "./words.ts";

function everyCell(): readonly Faces[] {
  return FACES.space.flatMap((space) =>
    FACES.house.flatMap((house) => FACES.person.flatMap((person) => FACES.device.map((device) => ({ space, house, person, device })))),
  );
}

test("no cell of the table is empty", () => {
  for (const faces of everyCell()) {
    const words = wordsFor(faces);
    expect(words.headline).toBe(`head_${faces.space}`);
    expect(words.sentence).toMatch(/^say_[a-z_]+$/);
    expect(words.button).toBe(`press_${words.press}`);
    expect(words.screenReader.length).toBeGreaterThan(0);
  }
});

test("nobody is offered to listen where there is nothing to hear", () => {
  const silent = new Set(["unknown", "in_review", "no_replay", "removed", "cancelled", "lapsed"]);
  for (const faces of everyCell()) {
    const { press } = wordsFor(faces);
    if (silent.has(faces.space)) expect(press).toBe("front_page");
    else expect(press).not.toBe("front_page");
  }
});

test("who hears sound is always offered to stop it, unless the device is in the way", () => {
  for (const faces of everyCell()) {
    const hears = faces.person === "playing" || faces.person === "late";
    const sounds = ["live", "host_gone", "held", "ending"].includes(faces.space);
    if (hears && sounds && (faces.device === "ready" || faces.device === "offline" || faces.device === "forgetful"))
      expect(wordsFor(faces).press).toBe("pause");
  }
});

test("a slate and an ending are told to who listens, and a lost network before anything the stage does", () => {
  const faces: Faces = { space: "host_gone", house: "well", person: "playing", device: "ready" };
  expect(wordsFor(faces).sentence).toBe("say_host_gone");
  expect(wordsFor({ ...faces, space: "ending" }).sentence).toBe("say_ending");
  expect(wordsFor({ ...faces, device: "offline" }).sentence).toBe("say_offline_playing");
  expect(wordsFor({ ...faces, house: "silent" }).sentence).toBe("say_house_silent");
});
