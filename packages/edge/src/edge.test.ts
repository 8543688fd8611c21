import { request as askHttp } from "node:http";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { FakeHouse, get, Listening, raw, SPACE, type Stand, stand, until } from "./testing/fake-house.ts";

let open: Stand | null = null;
afterEach(async () => {
  await open?.close();
  open = null;
});
const code = (text: string): unknown => (JSON.parse(text) as { code: string }).code;

describe("pages", () => {
  test("every navigation has its page, an unknown Space too, with a policy that lets nothing foreign in", async () => {
    open = await stand();
    const { port } = open;
    for (const [path, title, status] of [
      ["/", "home", 200],
      [`/s/${SPACE}`, "listen", 200],
      [`/s/${SPACE}?utm=x`, "listen", 200],
      ["/s/zzzzzzzzzz", "listen", 404],
      [`/stage/${SPACE}`, "stage", 200],
      ["/control", "control", 200],
    ] as const) {
      const got = await get(port, path);
      expect([path, got.status, /<title>(\w+)/.exec(got.text)?.[1]]).toEqual([path, status, title]);
      expect(got.headers["content-security-policy"]).toMatch(/^default-src 'self';(?!.*unsafe)/);
      expect(got.headers["referrer-policy"]).toBe("no-referrer");
      expect(got.headers["permissions-policy"]).toBe("microphone=(self)");
    }
    expect((await get(port, "/nothing", { headers: { accept: "text/html" } })).status).toBe(404);
    expect(code((await get(port, "/nothing")).text)).toBe("route_not_found");
    expect(code((await get(port, "/../../etc/passwd")).text)).toBe("route_not_found");
    expect(code((await get(port, "/", { method: "POST" })).text)).toBe("method_not_allowed");
  });

  test("assets are compressed once, never change and are not sent twice", async () => {
    open = await stand();
    const { port } = open;
    const ask = (headers: Record<string, string>): ReturnType<typeof get> => get(port, "/assets/app-1234.js", { headers });
    await until(async () => (await ask({ "accept-encoding": "br" })).headers["content-encoding"] === "br");
    const plain = await ask({});
    const zipped = await ask({ "accept-encoding": "gzip, br;q=0" });
    expect(zipped.headers["content-encoding"]).toBe("gzip");
    expect(gunzipSync(zipped.body)).toEqual(plain.body);
    expect(plain.headers["cache-control"]).toBe("public, max-age=31536000, immutable");
    expect(plain.headers["content-type"]).toContain("javascript");
    expect((await ask({ "accept-encoding": "gzip", "if-none-match": zipped.headers.etag ?? "" })).status).toBe(304);
  });
});

describe("what the edge answers of the API itself", () => {
  test("the public state comes from memory, also while the house is away; with authority the house is asked", async () => {
    open = await stand({ api: (request, response) => response.end(`house ${request.url}`) });
    const { house, port } = open;
    const got = await get(port, `/api/v1/spaces/${SPACE}`);
    expect(JSON.parse(got.text)).toMatchObject({ id: SPACE, life: "live", title: "An evening" });
    expect(got.headers["cache-control"]).toBe("public, max-age=1");
    expect(JSON.parse((await get(port, "/api/v1/spaces")).text)).toMatchObject({ spaces: [{ id: SPACE }] });
    expect((await get(port, `/api/v1/spaces/${SPACE}`, { headers: { authorization: "Bearer x" } })).text).toBe(`house /api/v1/spaces/${SPACE}`);
    expect(code((await get(port, "/api/v1/spaces/zzzzzzzzzz")).text)).toBe("space_not_found");
    house.become({ ...house.message, listed: false });
    await open.settle();
    expect(JSON.parse((await get(port, "/api/v1/spaces")).text)).toEqual({ spaces: [] });
    house.die();
    expect((await get(port, `/api/v1/spaces/${SPACE}`)).status).toBe(200);
    expect((await get(port, `/s/${SPACE}`)).status).toBe(200);
  });

  test("a ticket is made, taken, and turned into a pass; a forged one means a fresh place", async () => {
    open = await stand();
    const { house, port } = open;
    await house.parts(5);
    const made = await get(port, `/api/v1/spaces/${SPACE}/tickets`, { method: "POST" });
    expect(made.status).toBe(201);
    const { ticket, invited } = JSON.parse(made.text) as { ticket: string; invited: boolean };
    expect(invited).toBe(true);
    const passOf = async (query: string): Promise<string> => {
      const listening = new Listening(port, `/spaces/${SPACE}/live.mp4${query}`);
      await until(() => listening.events.some((event) => event.owner === "odeon:pass"));
      listening.close();
      return String(listening.events.find((event) => event.owner === "odeon:pass")?.value.pass);
    };
    const [mine, again, forged, none] = [
      await passOf(`?ticket=${ticket}`),
      await passOf(`?ticket=${ticket}`),
      await passOf(`?ticket=${ticket.slice(0, -1)}!`),
      await passOf(""),
    ];
    expect(again).toBe(mine);
    expect(new Set([mine, forged, none]).size).toBe(3);
    expect((await get(port, `/spaces/${SPACE}/p/${mine}/parts/opus-48k/3`)).status).toBe(200);
    expect((await get(port, `/spaces/zzzzzzzzzz/p/${mine}/parts/opus-48k/3`)).status).toBe(404);
  });

  test("the doors say the truth in under 1 kB, and leaving closes the stream", async () => {
    open = await stand();
    const { house, port } = open;
    await house.parts(5);
    const doors = await get(port, `/spaces/${SPACE}/doors`);
    expect(JSON.parse(doors.text)).toMatchObject({ epoch: 1, open: true, invited: "all", waiting: 0, listening: 3 });
    expect(doors.body.length).toBeLessThan(1_024);
    const listening = new Listening(port, `/spaces/${SPACE}/live.mp4`);
    await until(() => listening.events.some((event) => event.owner === "odeon:pass"));
    const pass = String(listening.events.find((event) => event.owner === "odeon:pass")?.value.pass);
    expect((await get(port, `/spaces/${SPACE}/leave`, { method: "POST", body: pass })).status).toBe(204);
    await until(() => listening.closed);
    expect((await get(port, `/spaces/${SPACE}/leave`, { method: "POST", body: "forged" })).status).toBe(204);
    expect(code((await get(port, `/spaces/${SPACE}/leave`)).text)).toBe("method_not_allowed");
  });

  test("the house is told each second how many listen", async () => {
    open = await stand();
    const { house, port } = open;
    await house.parts(5);
    const all = [1, 2, 3].map(() => new Listening(port, `/spaces/${SPACE}/live.mp4`));
    await house.parts(32);
    // Parts that come one by one, as in a night: a burst of them is not drained between two writes.
    const program = setInterval(() => void house.parts(1), 50);
    await until(() => house.heard.some((message) => message.type === "audience" && message.listening === 3 && message.unique === 3));
    expect(house.heard.some((message) => message.type === "heartbeat" && message.sockets >= 3)).toBe(true);
    for (const one of all) one.close();
    await until(() => house.heard.findLast((message) => message.type === "audience")?.listening === 0);
    clearInterval(program);
  });

  test("a Space that was removed is gone, also when it was removed while the house was away", async () => {
    open = await stand();
    const { house, port } = open;
    await house.parts(5);
    const listening = new Listening(port, `/spaces/${SPACE}/live.mp4`);
    await until(() => listening.parts.length > 0);
    house.send({ type: "space_gone", space: SPACE });
    await until(() => listening.closed);
    expect((await get(port, `/spaces/${SPACE}/live.mp4`)).status).toBe(404);
  });

  test("health is told to this machine only", async () => {
    open = await stand();
    const { house, port } = open;
    expect((await get(port, "/readyz")).status).toBe(200);
    expect((await get(port, "/healthz", { headers: { "x-forwarded-for": "9.9.9.9" } })).status).toBe(404);
    house.die();
    await until(async () => (await get(port, "/readyz")).status === 503);
    expect((await get(port, "/healthz")).status).toBe(200);
  });
});

describe("the relay", () => {
  test("passes method, path, body and end-to-end headers on, replaces what an untrusted peer claims, and streams the answer", async () => {
    let seen: Record<string, unknown> = {};
    open = await stand({
      api: (request, response) => {
        let body = "";
        request.on("data", (chunk: Buffer) => {
          body += chunk.toString();
        });
        request.on("end", () => {
          seen = { method: request.method, url: request.url, body, headers: request.headers };
          response.writeHead(201, { "x-own": "yes", "keep-alive": "timeout=99", "content-type": "text/event-stream" });
          response.write("event: one\n\n");
        });
      },
    });
    const { port } = open;
    const first = await new Promise<string>((resolve, reject) => {
      const asked = askHttp(
        {
          host: "127.0.0.1",
          port,
          path: "/api/v1/spaces?x=1",
          method: "POST",
          headers: {
            authorization: "Bearer y",
            "x-forwarded-for": "6.6.6.6",
            "x-forwarded-proto": "https",
            forwarded: "for=6.6.6.6",
            connection: "x-secret",
            "x-secret": "1",
          },
        },
        (response) => {
          expect([response.statusCode, response.headers["x-own"]]).toEqual([201, "yes"]);
          expect(response.headers["keep-alive"]).not.toBe("timeout=99");
          response.once("data", (chunk: Buffer) => {
            resolve(chunk.toString());
            asked.destroy();
          });
        },
      );
      asked.on("error", reject);
      asked.end('{"title":"T"}');
    });
    expect(first).toBe("event: one\n\n");
    expect(seen).toMatchObject({
      method: "POST",
      url: "/api/v1/spaces?x=1",
      body: '{"title":"T"}',
      headers: { authorization: "Bearer y", "x-forwarded-for": "127.0.0.1", "x-forwarded-proto": "http" },
    });
    expect(seen.headers).not.toHaveProperty("x-secret");
    expect(seen.headers).not.toHaveProperty("forwarded");
  });

  test("believes a trusted proxy, and continues its list", async () => {
    open = await stand({ trustedProxies: ["127.0.0.0/8"], api: (request, response) => response.end(JSON.stringify(request.headers)) });
    const got = await get(open.port, "/whip/x", {
      headers: { "x-forwarded-for": "6.6.6.6", "x-forwarded-proto": "https", "x-forwarded-host": "odeon.example" },
    });
    expect(JSON.parse(got.text)).toMatchObject({
      "x-forwarded-for": "6.6.6.6, 127.0.0.1",
      "x-forwarded-proto": "https",
      "x-forwarded-host": "odeon.example",
    });
  });

  test("a listener who goes away takes the house's side along; a house that is away is said so, with when to ask again", async () => {
    let gone = false;
    open = await stand({
      api: (request, response) => {
        response.on("close", () => {
          gone = true;
        });
        if (request.url === "/api/cut") request.socket.destroy();
        else response.write("x");
      },
    });
    const { port } = open;
    const asked = askHttp({ host: "127.0.0.1", port, path: "/api/v1/spaces/x/events" }, (response) => response.once("data", () => asked.destroy()));
    asked.on("error", () => undefined);
    asked.end();
    await until(() => gone);
    const cut = await get(port, "/api/cut");
    expect([cut.status, code(cut.text), cut.headers["retry-after"]]).toEqual([503, "house_away", "1"]);
  });

  test("a body that is too large is refused, whether it says so or not, and the edge lives on", async () => {
    open = await stand({ api: (request) => void request.resume() });
    const { port } = open;
    const said = await raw(port, "POST /api/v1/spaces HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999\r\n\r\n", (text) =>
      text.includes("body_too_large"),
    );
    expect(said).toContain("HTTP/1.1 413");
    const chunk = `10000\r\n${"x".repeat(65_536)}\r\n`;
    const unsaid = await raw(port, `POST /api/v1/spaces HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${chunk.repeat(20)}`, (text) =>
      text.includes("body_too_large"),
    );
    expect(unsaid).toContain("HTTP/1.1 413");
    expect((await get(port, "/healthz")).status).toBe(200);
  });
});

describe("before the house has said anything", () => {
  test("a Space is not called unknown: try again in a second", async () => {
    const house = new FakeHouse();
    const silent = Object.assign(house, { open: () => Promise.resolve() });
    open = await stand({ house: silent });
    const got = await get(open.port, `/spaces/${SPACE}/live.mp4`);
    expect([got.status, code(got.text), got.headers["retry-after"]]).toEqual([503, "house_away", "1"]);
    expect((await get(open.port, `/s/${SPACE}`)).status).toBe(200);
    expect((await get(open.port, "/readyz")).status).toBe(503);
  });
});

describe("whatever is sent", () => {
  test("arbitrary bytes and addresses are answered or cut off, and the edge lives on", async () => {
    open = await stand();
    const { port, house } = open;
    await house.parts(3);
    const names = fc.constantFrom(
      "spaces",
      SPACE,
      "p",
      "x",
      "parts",
      "hls",
      "replay",
      "live.mp4",
      "main.m3u8",
      "opus-48k",
      "0",
      "-1",
      "%00",
      "%",
      "..",
      "init.mp4",
      "doors",
      "leave",
      "api",
      "v1",
      "tickets",
      "s",
      "stage",
      "replay.m4a",
      "constructor",
      "__proto__",
      "",
    );
    const path = fc
      .tuple(fc.array(names, { maxLength: 9 }), fc.option(fc.string({ maxLength: 20 }), { nil: "" }))
      .map(([all, query]) => encodeURI(`/${all.join("/")}?${query}`).replace(/[\r\n]/g, ""));
    await fc.assert(
      fc.asyncProperty(path, fc.constantFrom("GET", "POST", "HEAD", "OPTIONS", "DELETE"), async (where, method) => {
        if (where.includes("live.mp4")) return;
        const got = await get(port, where, { method });
        expect(got.status).toBeLessThan(504);
        expect(got.status).not.toBe(500);
        if (
          got.status >= 400 &&
          method !== "HEAD" &&
          !got.headers["content-type"]?.startsWith("text/html") &&
          got.headers["content-type"] !== undefined
        )
          expect(got.headers["content-type"]).toMatch(/problem\+json|text\/plain/);
      }),
      { numRuns: 200 },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.uint8Array({ maxLength: 300 }),
          fc.string({ unit: "binary" }).map((text) => Buffer.from(`GET ${text} HTTP/1.1\r\nHost: a\r\n\r\n`)),
        ),
        async (bytes) => {
          await raw(port, bytes, (text) => text.includes("\r\n\r\n"));
        },
      ),
      { numRuns: 60 },
    );
    expect(await raw(port, `GET /${"x".repeat(5_000)} HTTP/1.1\r\nHost: a\r\n\r\n`, (text) => text.includes("}"))).toContain("query_invalid");
    expect(await raw(port, `GET / HTTP/1.1\r\nHost: a\r\nX: ${"x".repeat(9_000)}\r\n\r\n`)).toContain("431");
    expect((await get(port, "/healthz")).status).toBe(200);
  });
});
