/**
 * Every page in every state, on phone and desktop, dark and light, into `out/screens/`, each judged by axe.
 *
 * The Space is real; what takes hours or an outage to come about is put into the house's answer on its way to the page.
 */

import { FACES, type SpaceFace } from "@odeon/core/space/words";
import type { PublicSpace } from "@odeon/wire/state";
import type { Page, Route } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openBrowser, type Person } from "./browser.ts";
import { look } from "./look.ts";
import { type Created, OPERATOR, Product } from "./product.ts";
import { toneFile } from "./sound.ts";
import { Speaker, until } from "./speakers.ts";

let product: Product;
let created: Created;
let base: PublicSpace;
let person: Person;

beforeAll(async () => {
  product = await Product.start();
  created = await product.space({
    title: "The long night of the lighthouse",
    description: "Two keepers talk about forty years of light.",
    zone: "America/New_York",
  });
  base = await product.call<PublicSpace>("GET", `/api/v1/spaces/${created.space.id}`);
  person = await openBrowser();
});
afterAll(async () => {
  await person?.close();
  await product.close();
});

const HOUR = 3_600_000;
const AWAY = { id: "p1", role: "host", speaking: false, muted: false, away: true } as const;
const ON = [
  { id: "p1", role: "host", speaking: true, muted: false, away: false },
  { id: "p2", role: "speaker", speaking: false, muted: true, away: false },
] as const;

type Change = (now: number) => {
  readonly space: Partial<PublicSpace>;
  readonly state?: Partial<PublicSpace["state"]>;
  readonly texts?: Partial<PublicSpace["texts"]>;
};
const live =
  (state: Partial<PublicSpace["state"]>): Change =>
  (now) => ({
    space: { life: "live", since: now - 42 * 60_000 },
    state: { life: "live", since: now - 42 * 60_000, part: 7_875, listening: 915_204, unique: 1_300_412, ...state },
    texts: { names: { p1: "Ada Bell", p2: "Tomás Rey" } },
  });
const ended =
  (space: Partial<PublicSpace>): Change =>
  (now) => ({
    space: {
      life: "ended",
      endedAt: now - HOUR,
      duration: 76 * 60_000,
      waveform: Array.from({ length: 600 }, (_, i) => 20 + ((i * 37) % 70)),
      gaps: [{ from: 900, to: 904 }],
      ...space,
    },
    state: { life: "ended", unique: 1_300_412 },
  });

/** How each state of the one table comes about. */
const SPACES: Readonly<Record<Exclude<SpaceFace, "unknown">, Change>> = {
  unannounced: () => ({ space: {} }),
  scheduled: (now) => ({ space: { startsAt: now + 26 * HOUR, doorsAt: now + 25.8 * HOUR } }),
  postponed: (now) => ({ space: { startsAt: now - 60_000 }, texts: { late: { until: now + 22 * 60_000, reason: "The singer's train is late." } } }),
  doors: (now) => ({ space: { life: "doors", startsAt: now + 8 * 60_000 }, state: { life: "doors" } }),
  overdue: (now) => ({ space: { life: "doors", startsAt: now - 5 * 60_000 }, state: { life: "doors" } }),
  live: live({ stage: ON }),
  host_gone: live({ stage: [AWAY], slate: true }),
  held: live({ stage: ON.map((one) => ({ ...one, speaking: false })), slate: true, recording: false }),
  ending: (now) => ({ space: { life: "ending", since: now - HOUR }, state: { life: "ending", slate: true } }),
  replay: ended({ replayReady: true }),
  in_review: ended({ replay: "after_review" }),
  no_replay: ended({ replay: "never" }),
  removed: ended({}),
  cancelled: (now) => ({ space: { life: "cancelled", startsAt: now + HOUR }, state: { life: "cancelled" } }),
  lapsed: (now) => ({ space: { life: "lapsed", startsAt: now - 13 * HOUR }, state: { life: "lapsed" } }),
};

/** Answers for the house. */
async function become(page: Page, change: Change): Promise<void> {
  await page.unroute("**/api/v1/spaces/*");
  await page.route("**/api/v1/spaces/*", (route: Route) => {
    const now = Date.now();
    const { space, state, texts } = change(now);
    const answer: PublicSpace = { ...base, now, ...space, state: { ...base.state, at: now, ...state }, texts: { ...base.texts, ...texts } };
    return route.fulfill({ json: answer });
  });
}

describe("the listener's page", () => {
  test.each(Object.entries(SPACES))("%s", async (face, change) => {
    const { page } = person;
    await become(page, change);
    await page.goto(created.links.listen);
    await page.locator("h1").waitFor();
    await look(page, `state-${face}`);
  });

  test("the pictures leave out no state of the table", () => {
    expect([...Object.keys(SPACES), "unknown"].toSorted()).toEqual([...FACES.space].toSorted());
  });

  test("unknown Space: 404 with a page that says what to do next", async () => {
    const { page } = person;
    await page.unroute("**/api/v1/spaces/*");
    const answer = await page.goto(`${product.url}/s/nowhere`);
    expect(answer?.status()).toBe(404);
    await page.getByRole("link", { name: "Front page" }).waitFor();
    await look(page, "listen-unknown");
  });

  test.each(["pseudo", "rtl"])("in the %s test language nothing is cut off and no text is left out of the catalogue", async (language) => {
    const { page } = person;
    await become(page, SPACES.live);
    await page.goto(`${created.links.listen}?lang=${language}`);
    await page.locator("h1").waitFor();
    await look(page, `listen-live-${language}`);
    if (language !== "pseudo") return;
    const buttons = await page.getByRole("button").allInnerTexts();
    for (const words of buttons.filter((text) => /[a-z]/i.test(text))) expect(words).toMatch(/⟦.*⟧/);
  });

  test("a title of markup is text, one of 200 letters without a space and one from right to left fit", async () => {
    const { page } = person;
    for (const [name, title] of [
      ["markup", "<script>alert(1)</script><img src=x onerror=alert(1)>"],
      ["long", "Hottentottenpotentatentantenattentat".repeat(6)],
      ["arabic", "ليلة المنارة الطويلة 👩‍👩‍👧"],
    ] as const) {
      await become(page, (now) => ({ ...SPACES.live(now), texts: { title, names: { p1: "ندى", p2: "Tomás Rey" } } }));
      await page.goto(created.links.listen);
      expect(await page.locator("h1").textContent()).toBe(title);
      await look(page, `listen-title-${name}`);
    }
  });

  test("an announcement, a server that does not answer, no network, 320 px", async () => {
    const { page, context } = person;
    await become(page, (now) => ({
      ...SPACES.live(now),
      texts: {
        names: { p1: "Ada Bell", p2: "Tomás Rey" },
        announcement: { id: "a", text: "We go on five minutes longer.", by: "p1", at: now - 120_000 },
      },
    }));
    await page.goto(created.links.listen);
    await page.getByText("We go on five minutes longer.").waitFor();
    await look(page, "listen-announcement");
    await page.setViewportSize({ width: 320, height: 640 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
    await page.unroute("**/api/v1/spaces/*");
    await page.route("**/api/v1/spaces/*", (route) => route.abort());
    await page.locator(".sentence", { hasText: "Our server does not answer right now." }).waitFor();
    await look(page, "listen-house-away");
    await context.setOffline(true);
    await page.locator(".sentence", { hasText: "You are offline." }).waitFor();
    await look(page, "listen-offline");
    await context.setOffline(false);
  });

  test("without script, without storage, without a player, and with another tab", async () => {
    const { page, context } = person;
    const bare = await context.browser()?.newContext({ javaScriptEnabled: false });
    const still = await (bare ?? context).newPage();
    await still.goto(created.links.listen);
    await still.getByRole("heading", { name: "Listening here needs JavaScript" }).waitFor();
    await still.close();
    await bare?.close();

    const other = await context.newPage();
    await other.addInitScript(() => {
      Object.defineProperty(window, "localStorage", {
        get: () => {
          throw new DOMException("refused", "SecurityError");
        },
      });
    });
    await become(other, SPACES.doors);
    await other.goto(created.links.listen);
    await other.locator(".sentence", { hasText: "keeps nothing when the page closes" }).waitFor();
    await look(other, "listen-forgetful");

    await other.addInitScript(() => {
      for (const name of ["MediaSource", "ManagedMediaSource"]) Object.defineProperty(window, name, { value: undefined });
      HTMLMediaElement.prototype.canPlayType = () => "";
    });
    await become(other, SPACES.live);
    await other.goto(created.links.listen);
    await other.locator(".sentence", { hasText: "This browser cannot play the sound." }).waitFor();
    await look(other, "listen-unsupported");
    await other.close();

    await become(page, SPACES.doors);
    await page.goto(created.links.listen);
    await page.getByRole("button", { name: "Play when it begins" }).waitFor();
    const second = await context.newPage();
    await become(second, SPACES.doors);
    await second.goto(created.links.listen);
    await second.getByRole("button", { name: "Play when it begins" }).click();
    await page.locator(".sentence", { hasText: "It plays in another tab" }).waitFor();
    await look(page, "listen-other-tab");
    await second.close();
  });
});

describe("the live page of a real stream", () => {
  test("paused, and late with two buttons after ten seconds", async () => {
    const { page } = person;
    await page.unroute("**/api/v1/spaces/*");
    const space = await product.space({ title: "A pause" });
    const host = new Speaker(toneFile(440, 20), space.links.host, "--name", "Host", "--loop");
    await until(
      "the host is on stage",
      async () => (await product.call<PublicSpace>("GET", `/api/v1/spaces/${space.space.id}`)).state.stage.length === 1,
    );
    await product.call("POST", `/api/v1/spaces/${space.space.id}/live`, {}, space.tokens.host);
    await page.goto(space.links.listen);
    await page.getByRole("button", { name: "Listen", exact: true }).click();
    await page.getByText(/behind the stage/).waitFor();
    await page.getByRole("button", { name: "Pause" }).click();
    await page.locator(".sentence", { hasText: "Paused." }).waitFor();
    await look(page, "listen-paused");
    await page.getByRole("button", { name: "Continue" }).waitFor({ timeout: 20_000 });
    await page.getByRole("button", { name: "Go to live" }).waitFor();
    await look(page, "listen-paused-long");
    await page.getByRole("button", { name: "Continue" }).click();
    await page.locator(".sentence", { hasText: "You hear it from where you paused." }).waitFor();
    await look(page, "listen-late");
    await page.getByRole("button", { name: "Go to live" }).click();
    await page.locator(".sentence", { hasText: "You hear it as it happens." }).waitFor();
    host.kill();
    await product.call("POST", `/api/v1/spaces/${space.space.id}/end`, {}, space.tokens.host);
  });
});

describe("the front page and the operator's", () => {
  test("nothing on, then what is listed; signed out, signed in, making a Space", async () => {
    const { context } = person;
    const page = await context.newPage();
    await page.goto(product.url);
    await page.getByText("Nothing is announced here at the moment.").waitFor();
    await look(page, "home-empty");
    await product.space({ title: "A listed evening", visibility: "listed", startsAt: Date.now() + 30 * HOUR });
    await page.reload();
    await page.getByText("A listed evening").waitFor();
    await look(page, "home-listed");
    await page.goto(`${product.url}/control`);
    await look(page, "control-signed-out");
    await page.evaluate((token) => localStorage.setItem("odeon:operator", token), OPERATOR);
    await page.reload();
    await page.getByRole("heading", { name: "A listed evening" }).waitFor();
    await look(page, "control");
    await page.getByLabel("Title").fill("Forty years of light");
    await page.getByRole("button", { name: "Make it" }).click();
    await page
      .getByText(/Forty years of light/)
      .first()
      .waitFor();
    await page.getByText("Only this computer can open this.", { exact: false }).first().waitFor();
    await look(page, "control-made");
    await page.evaluate(() => localStorage.removeItem("odeon:operator"));
    await page.close();
  });
});

describe("the stage", () => {
  test("a link that was cut off, one of a listener, one that was taken back", async () => {
    const page = await person.context.newPage();
    await page.goto(`${product.url}/stage/${created.space.id}`);
    await page.getByRole("heading", { name: "This link does not open the stage" }).waitFor();
    await look(page, "stage-shut");
    await page.close();
  });

  test("no microphone, and one that is refused", async () => {
    const page = await person.context.newPage();
    for (const [name, error, words] of [
      ["denied", "NotAllowedError", "The microphone is not allowed"],
      ["none", "NotFoundError", "No microphone was found"],
      ["taken", "NotReadableError", "Something else has the microphone"],
    ] as const) {
      await page.addInitScript((kind) => {
        navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("", kind));
      }, error);
      await page.goto(created.links.speaker);
      await page.evaluate(() => localStorage.clear());
      await page.goto("about:blank");
      await page.goto(created.links.speaker);
      await page.getByLabel(/Your name/).fill("Ada");
      await page.getByRole("checkbox").check();
      await page.getByRole("button", { name: "To the green room" }).click();
      await page.getByText(words).waitFor();
      await look(page, `stage-microphone-${name}`);
    }
    await page.close();
  });
});
