/** What people do on an evening: come on stage, go live, listen. */

import { fileURLToPath } from "node:url";
import type { PublicSpace } from "@odeon/wire/state";
import type { Page } from "playwright-core";
import type { Person } from "../../test/e2e/browser.ts";
import type { Created, Product } from "../../test/e2e/product.ts";
import { wavFile } from "../../test/e2e/sound.ts";
import { Speaker, until } from "../../test/e2e/speakers.ts";

/** A minute of machine-made speech. */
export const SPEECH = fileURLToPath(new URL("../../apps/odeon/src/serve/demo/ada.ogg", import.meta.url));

/** A WAV of silence; `odeon speak` sends it as it sends speech, 50 packets a second. */
export function silenceFile(): string {
  return wavFile(new Float32Array(30 * 48_000), "silence");
}

/** The public state of a Space. */
export function stateOf(product: Product, { space }: Created): Promise<PublicSpace> {
  return product.call<PublicSpace>("GET", `/api/v1/spaces/${space.id}`);
}

/** Waits until so many people are on stage. */
export async function untilOnStage(product: Product, created: Created, count: number): Promise<void> {
  await until(`${count} on stage`, async () => (await stateOf(product, created)).state.stage.length === count, 60);
}

/** The Space goes live. */
export async function goLive(product: Product, { space, tokens }: Created): Promise<void> {
  await product.call("POST", `/api/v1/spaces/${space.id}/live`, {}, tokens.host);
}

/** Sends a file on stage with a host's link, over and over, in a process of its own: `odeon speak`. */
export function speak(file: string, created: Created, name: string): Speaker {
  return new Speaker(file, created.links.host, "--name", name, "--loop");
}

/** A person with a host's link walks through the green room onto the stage, which before the Space is live is one press fewer. */
export async function comeOnStage({ page }: Person, created: Created, options: { readonly name: string; readonly live: boolean }): Promise<void> {
  await page.goto(created.links.host);
  await page.getByLabel(/Your name/).fill(options.name);
  await page.getByRole("checkbox").check();
  await press(page, "To the green room");
  await press(page, options.live ? "Come to the stage" : "Take your place on stage");
  if (options.live) await press(page, "Go on air");
}

/** Presses the button of that name. */
export function press(page: Page, name: string): Promise<void> {
  return page.getByRole("button", { name, exact: true }).first().click();
}
