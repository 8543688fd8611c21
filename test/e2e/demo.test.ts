/** A newcomer's first minute: the sign-in link from the terminal, "Try it", and a conversation is heard. */

import type { PublicSpace } from "@odeon/wire/state";
import { afterAll, beforeAll, expect, test } from "vitest";
import { heard, openBrowser, type Person } from "./browser.ts";
import { look } from "./look.ts";
import { Product } from "./product.ts";
import { until } from "./speakers.ts";

let product: Product;
let person: Person;

beforeAll(async () => {
  product = await Product.start();
  person = await openBrowser();
});
afterAll(async () => {
  await person?.close();
  await product.close();
});

test("the printed link signs in once; Try it is heard without another press, with a true count", async () => {
  const { page, context } = person;
  const link = /Sign in +(\S+)/.exec(product.output)?.[1] ?? "";
  await page.goto(link);
  await page.getByRole("button", { name: "Try it" }).click();
  const pressed = Date.now();
  await page.waitForURL(/\/s\//);
  expect(page.url()).not.toContain("play");
  await until("two voices are heard", async () => Math.max(...(await heard(page))) > 0.02, 20);
  console.info(`heard ${((Date.now() - pressed) / 1_000).toFixed(1)} s after the press`);
  const id = new URL(page.url()).pathname.split("/")[2];
  const space = await until("the count is true", async () => {
    const answer = await product.call<PublicSpace>("GET", `/api/v1/spaces/${id}`);
    return answer.state.listening === 1 && answer.state.stage.length === 2 ? answer : null;
  });
  expect(space.demo).toBe(true);
  await page.getByText("1 person listening now").waitFor({ state: "attached" });
  await look(page, "listen-demo");

  const second = await context.newPage();
  await second.evaluate(() => sessionStorage.clear()).catch(() => undefined);
  await second.goto(product.url);
  await second.getByText(space.title).waitFor();
  await second.evaluate(() => localStorage.removeItem("odeon:operator"));
  await second.goto("about:blank");
  await second.goto(link);
  await second
    .getByRole("heading", { name: "This sign-in link does not work" })
    .or(second.getByText("has been used", { exact: false }))
    .first()
    .waitFor();
  await second.close();
});
