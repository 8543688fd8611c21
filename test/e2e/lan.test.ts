/** A house on a network without a certificate of its own: listening over HTTP, stage pages over HTTPS, and words where the microphone cannot be. */

import { get } from "node:https";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openBrowser, type Person, untilHeard } from "./browser.ts";
import { look } from "./look.ts";
import { type Created, freePort, Product } from "./product.ts";
import { toneFile } from "./sound.ts";
import { until } from "./speakers.ts";

let product: Product;
let stage: string;
let created: Created;
let people: Person[] = [];

beforeAll(async () => {
  const [port, stagePort] = [await freePort(), await freePort()];
  stage = `https://127.0.0.1:${stagePort}`;
  product = await Product.start({
    ODEON_LAN: "1",
    ODEON_PORT: String(port),
    ODEON_STAGE_PORT: String(stagePort),
    ODEON_URL: `http://127.0.0.1:${port}`,
    ODEON_STAGE_URL: stage,
  });
  created = await product.space({ title: "In the village hall" });
});
afterAll(async () => {
  await Promise.all(people.map((person) => person.close()));
  people = [];
  await product.close();
});

test("links of the stage are secure, the listeners' link is plain; the stage's port is trusted by who took the certificate", async () => {
  expect(created.links.host.startsWith(`${stage}/stage/`)).toBe(true);
  expect(created.links.listen.startsWith(`${product.url}/s/`)).toBe(true);
  expect(product.output).toContain(`${product.url}/lan`);
  const authority = await (await fetch(`${product.url}/lan/odeon-ca.crt`)).text();
  expect(authority).toContain("BEGIN CERTIFICATE");
  for (const [path, status] of [
    ["/control", 200],
    [`/stage/${created.space.id}`, 200],
    [`/s/${created.space.id}`, 307],
    ["/api/v1/spaces", 200],
    ["/api/v1/nothing", 404],
  ] as const)
    expect([path, await statusOf(`${stage}${path}`, authority)]).toEqual([path, status]);
  await expect(statusOf(`${stage}/control`)).rejects.toThrow();
});

test("a phone finds the steps; a host speaks over the secure page, a listener hears over the plain one", async () => {
  const [host, listener] = [await openBrowser({ microphone: toneFile(550, 20) }), await openBrowser()];
  people.push(host, listener);
  await listener.page.goto(`${product.url}/lan`);
  await listener.page.getByRole("link", { name: "Get the certificate" }).waitFor();
  await look(listener.page, "lan");
  await host.page.goto(created.links.host);
  expect(await host.page.evaluate(() => isSecureContext)).toBe(true);
  await host.page.getByLabel(/Your name/).fill("Ada");
  await host.page.getByRole("checkbox").check();
  await host.page.getByRole("button", { name: "To the green room" }).click();
  await host.page.getByRole("button", { name: "Take your place on stage" }).click();
  await host.page.getByText("On stage").first().waitFor();
  await until(
    "somebody is on stage",
    async () => (await product.call<{ state: { stage: unknown[] } }>("GET", `/api/v1/spaces/${created.space.id}`)).state.stage.length === 1,
  );
  await host.page.getByRole("button", { name: "Go live" }).click();
  await listener.page.goto(created.links.listen);
  await listener.page.getByRole("button", { name: "Listen", exact: true }).click();
  await untilHeard(listener.page, [550], ([tone = 0]) => tone > 0.015);
  await look(host.page, "desk-lan");
});

test("on a plain page of another computer the microphone is missing, and the page says why and what to do", async () => {
  const visitor = await openBrowser({ flags: ["--host-resolver-rules=MAP hall.test 127.0.0.1"] });
  people.push(visitor);
  await visitor.page.goto(`http://hall.test:${product.port}${new URL(created.links.speaker).pathname}${new URL(created.links.speaker).hash}`);
  await visitor.page.getByLabel(/Your name/).fill("Tomás");
  await visitor.page.getByRole("checkbox").check();
  await visitor.page.getByRole("button", { name: "To the green room" }).click();
  await visitor.page.getByText("The microphone stays closed on this address").waitFor();
  await look(visitor.page, "stage-microphone-insecure");
});

test("without --lan there is no such page", async () => {
  const plain = await Product.start();
  expect((await fetch(`${plain.url}/lan`, { headers: { accept: "text/html" } })).status).toBe(404);
  expect((await fetch(`${plain.url}/lan/odeon-ca.crt`)).status).toBe(404);
  await plain.close();
});

function statusOf(url: string, ca?: string): Promise<number> {
  return new Promise((resolve, reject) => {
    get(url, { ...(ca === undefined ? {} : { ca }), agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    }).on("error", reject);
  });
}
