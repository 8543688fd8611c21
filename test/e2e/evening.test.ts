/** One evening in real browsers: a host and a guest speak, a listener listens, and everything is judged by what is heard. */

import type { PublicSpace } from "@odeon/wire/state";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openBrowser, type Person, untilHeard } from "./browser.ts";
import { look } from "./look.ts";
import { type Created, Product } from "./product.ts";
import { toneFile } from "./sound.ts";
import { until } from "./speakers.ts";

const HOST = 440;
const GUEST = 1_000;
const LOUD = 0.015;
const SILENT = 0.003;

let product: Product;
let created: Created;
let host: Person;
let guest: Person;
let listener: Person;

beforeAll(async () => {
  product = await Product.start();
  created = await product.space({ title: "The long night of the lighthouse", description: "Two keepers talk about forty years of light." });
  [host, guest, listener] = await Promise.all([
    openBrowser({ microphone: toneFile(HOST, 20) }),
    openBrowser({ microphone: toneFile(GUEST, 20) }),
    openBrowser({}),
  ]);
});
afterAll(async () => {
  await Promise.all([host, guest, listener].map((person) => person?.close()));
  await product.close();
});

const state = (): Promise<PublicSpace> => product.call<PublicSpace>("GET", `/api/v1/spaces/${created.space.id}`);
const press = (person: Person, name: string | RegExp): Promise<void> => person.page.getByRole("button", { name }).first().click();

async function toGreenRoom(person: Person, link: string, name: string): Promise<void> {
  await person.page.goto(link);
  await person.page.getByLabel(/Your name/).fill(name);
  await person.page.getByRole("checkbox").check();
  await press(person, "To the green room");
}

describe("an evening", () => {
  test("before the doors: the listener's page waits, the host's page opens at the door", async () => {
    await listener.page.goto(created.links.listen);
    await listener.page.getByRole("button", { name: "Play when it begins" }).waitFor();
    await look(listener.page, "listen-unannounced");
    await host.page.goto(created.links.host);
    await host.page.getByLabel(/Your name/).waitFor();
    expect(host.page.url(), "authority leaves the address bar").not.toContain("token");
    await look(host.page, "stage-door-host");
  });

  test("the host tests the microphone in the green room and takes the place on stage", async () => {
    await toGreenRoom(host, created.links.host, "Ada Bell");
    await host.page.getByText("Your microphone works.").waitFor();
    await look(host.page, "stage-green-host");
    await press(host, "Take your place on stage");
    await until("the host is on stage", async () => (await state()).state.stage.length === 1);
    await look(host.page, "desk-before");
  });

  test("a guest in the green room is heard by nobody", async () => {
    await toGreenRoom(guest, created.links.speaker, "Tomás Rey");
    await press(guest, "I am ready: tell the host");
    await guest.page.getByText("The host has been told.", { exact: false }).waitFor();
    await look(guest.page, "stage-green-guest");
    await expectHeard(host, [GUEST], [SILENT]);
  });

  test("before it is live the stage hears each other and the listener nothing", async () => {
    await press(host, /Bring Tomás Rey on stage/);
    await press(guest, "Go on stage");
    await until("both are on stage", async () => (await state()).state.stage.length === 2);
    await untilHeard(host.page, [GUEST, HOST], ([other = 0, own = 0]) => other > LOUD && own < SILENT);
    await untilHeard(guest.page, [HOST, GUEST], ([other = 0, own = 0]) => other > LOUD && own < SILENT);
    await press(listener, "Play when it begins");
    await listener.page.locator(".sentence", { hasText: "It plays by itself as soon as it begins." }).waitFor();
    await look(listener.page, "listen-armed");
  });

  test("live: the armed listener hears both by itself, each speaker the other and not themself", async () => {
    await press(host, "Go live");
    await untilHeard(listener.page, [HOST, GUEST], ([a = 0, b = 0]) => a > LOUD && b > LOUD);
    await untilHeard(host.page, [GUEST, HOST], ([other = 0, own = 0]) => other > LOUD && own < SILENT);
    await untilHeard(guest.page, [HOST, GUEST], ([other = 0, own = 0]) => other > LOUD && own < SILENT);
    await listener.page.getByRole("button", { name: "Pause" }).waitFor();
    await look(listener.page, "listen-live");
    await look(host.page, "desk-live");
    await look(guest.page, "stage-live-guest");
  });

  test("a muted host is not heard, and says so", async () => {
    await press(host, /Microphone open/);
    await untilHeard(listener.page, [HOST, GUEST], ([a = 0, b = 0]) => a < SILENT && b > LOUD);
    await press(host, /Microphone off/);
    await untilHeard(listener.page, [HOST], ([a = 0]) => a > LOUD);
  });

  test("the end can be undone, and then ends; the replay is at the same link and plays", async () => {
    await press(host, "End the Space…");
    await press(host, "End it");
    await press(host, /Undo the end/);
    await until("it is live again", async () => (await state()).life === "live");
    await untilHeard(listener.page, [HOST, GUEST], ([a = 0, b = 0]) => a > LOUD && b > LOUD);
    await press(host, "End the Space…");
    await press(host, "End it");
    await host.page.getByRole("button", { name: /Undo the end/ }).waitFor();
    await look(host.page, "desk-ending");
    await until("it has ended", async () => (await state()).life === "ended", 20);
    await listener.page.getByRole("button", { name: "Listen" }).waitFor();
    await look(listener.page, "listen-replay");
    await press(listener, "Listen");
    await untilHeard(listener.page, [HOST, GUEST], ([a = 0, b = 0]) => a > LOUD && b > LOUD);
    await listener.page.getByRole("button", { name: "Pause" }).waitFor();
    await host.page.getByText("Everyone with the link can listen to it now.").waitFor();
    await look(host.page, "desk-ended");
    await guest.page.getByText("It is over.", { exact: false }).waitFor();
    await look(guest.page, "stage-over-guest");
  });
});

async function expectHeard(person: Person, tones: readonly number[], most: readonly number[]): Promise<void> {
  await untilHeard(person.page, tones, (amplitudes) => amplitudes.every((amplitude, i) => amplitude <= (most[i] ?? 0)));
}
