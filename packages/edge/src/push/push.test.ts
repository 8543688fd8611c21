import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { OWNERS } from "@odeon/wire/emsg";
import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { FakeHouse, get, Listening, makeMedia, raw, SPACE, type Stand, stand, until } from "../testing/fake-house.ts";

let open: Stand | null = null;
afterEach(async () => {
  await open?.close();
  open = null;
});

async function onAir(parts: number, house = new FakeHouse()): Promise<Stand> {
  open = await stand({ house });
  await house.parts(parts);
  await open.settle();
  return open;
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);
const live = (query = ""): string => `/spaces/${SPACE}/live.mp4${query}`;

describe("the push stream", () => {
  test("begins with init, texts, the newest state, the pass and the newest three parts, and goes on part by part", async () => {
    const { house, port } = await onAir(20);
    const listening = new Listening(port, live());
    await until(() => listening.parts.length === 3);
    expect(listening.headers["cache-control"]).toBe("no-store, no-transform");
    expect(listening.headers["x-accel-buffering"]).toBe("no");
    expect(listening.headers["transfer-encoding"]).toBe("chunked");
    expect(listening.headers["content-type"]).toBe("video/mp4");
    expect(listening.inits).toBe(1);
    const opening = listening.events.filter((event) => event.before === 0).map((event) => event.owner);
    expect(opening.slice(0, 3)).toEqual([OWNERS.texts, OWNERS.state, OWNERS.pass]);
    expect(listening.events.find((event) => event.owner === OWNERS.state)?.value.part).toBe(18);
    await house.parts(7);
    await until(() => listening.parts.length === 10);
    expect(listening.parts).toEqual(range(17, 27));
    expect(listening.media.map((media) => Buffer.from(media))).toEqual(range(17, 27).map((n) => Buffer.from(makeMedia(n)[0] ?? [])));
    listening.close();
  });

  test("gives each rendition its own bytes and its type", async () => {
    const { port } = await onAir(4);
    const listening = new Listening(port, live("?rendition=aac-64k&from=1"));
    await until(() => listening.parts.length === 3);
    expect(listening.headers["content-type"]).toBe("audio/mp4");
    expect(listening.media.map((media) => Buffer.from(media))).toEqual([1, 2, 3].map((n) => Buffer.from(makeMedia(n)[2] ?? [])));
    listening.close();
  });

  test("from=N goes on at exactly part N: in memory, in the log, and one that is next", async () => {
    const { house, port } = await onAir(400);
    for (const from of [0, 5, 67, 68, 200, 398, 399]) {
      const listening = new Listening(port, live(`?from=${from}`));
      await until(() => listening.parts.at(-1) === 399);
      expect(listening.parts).toEqual(range(from, 400));
      listening.close();
    }
    for (const from of [0, 1, 2]) {
      const next = new Listening(port, live(`?from=${house.next + from}`));
      await until(() => next.inits === 1);
      await house.parts(4);
      await until(() => next.parts.at(-1) === house.next - 1);
      expect(next.parts).toEqual(range(house.next - 4 + from, house.next));
      next.close();
    }
  });

  test("an edge that has just started gives what the house remembers from memory and the rest from the log", async () => {
    const house = new FakeHouse();
    await house.parts(400);
    const { port } = await onAir(0, house);
    for (const from of [5, 199, 200, 201, 399]) {
      const listening = new Listening(port, live(`?from=${from}`));
      await until(() => listening.parts.at(-1) === 399);
      expect(listening.parts).toEqual(range(from, 400));
      listening.close();
    }
  });

  test("a listener cut off anywhere resumes with nothing missing and nothing twice", async () => {
    const { house, port } = await onAir(40);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 9_000 }), { minLength: 1, maxLength: 6 }),
        fc.constantFrom("opus-48k", "aac-64k"),
        async (cuts, rendition) => {
          const first = house.next - 12;
          const got: number[] = [];
          for (const [i, cut] of cuts.entries()) {
            const listening = new Listening(port, live(`?rendition=${rendition}&from=${(got.at(-1) ?? first - 1) + 1}`), cut);
            if (i % 2 === 0) await house.parts(2);
            await until(() => listening.closed || (listening.parts.at(-1) ?? got.at(-1)) === house.next - 1);
            listening.close();
            got.push(...listening.parts);
          }
          const last = new Listening(port, live(`?rendition=${rendition}&from=${(got.at(-1) ?? first - 1) + 1}`));
          await house.parts(1);
          await until(() => last.parts.at(-1) === house.next - 1);
          last.close();
          expect([...got, ...last.parts]).toEqual(range(first, house.next));
        },
      ),
      { numRuns: 25 },
    );
  });

  test("a number far ahead means the newest, one that is forgotten the nearest that exists", async () => {
    const house = new FakeHouse();
    house.message = house.say("live", { settings: { record: false } });
    const { port } = await onAir(400, house);
    const ahead = new Listening(port, live("?from=9999999"));
    await until(() => ahead.parts.length === 3);
    expect(ahead.parts).toEqual([397, 398, 399]);
    ahead.close();
    const late = new Listening(port, live("?from=3"));
    await until(() => late.parts.at(-1) === 399);
    expect(late.parts[0]).toBeGreaterThan(60);
    expect(late.parts).toEqual(range(late.parts[0] ?? 0, 400));
    late.close();
  });

  test("ends cleanly after the last part with the final state; nothing can be resumed past it", async () => {
    const { house, port } = await onAir(10);
    const listening = new Listening(port, live());
    await until(() => listening.parts.length === 3);
    await house.parts(2);
    house.end();
    await until(() => listening.ended);
    expect(listening.parts).toEqual(range(7, 12));
    expect(listening.events.at(-1)).toMatchObject({ owner: OWNERS.state, before: 5, value: { life: "ended", part: 12 } });
    expect(listening.response?.complete).toBe(true);
    // Who lost the network in the last second still gets the rest.
    const resumed = new Listening(port, live("?from=10"));
    await until(() => resumed.ended);
    expect(resumed.parts).toEqual([10, 11]);
    expect(JSON.parse((await get(port, live("?from=12"))).text)).toMatchObject({ code: "space_ended" });
    expect(JSON.parse((await get(port, live())).text)).toMatchObject({ code: "space_ended" });
  });

  test("without parts for a second, state comes alone and says that the stage is away", async () => {
    const { port } = await onAir(5);
    const listening = new Listening(port, live());
    await until(() => listening.events.some((event) => event.before === 3), 4_000);
    expect(listening.events.at(-1)).toMatchObject({
      owner: OWNERS.state,
      value: { life: "live", part: 5, stage: [{ away: true, speaking: false }] },
    });
    listening.close();
  });

  test("a house that dies costs nobody the connection, and parts sent anew are not repeated", async () => {
    const { house, port } = await onAir(10);
    const listening = new Listening(port, live());
    await until(() => listening.parts.length === 3);
    house.die();
    expect((await get(port, `/api/v1/spaces/${SPACE}`)).status).toBe(200);
    const during = new Listening(port, live("?from=4"));
    await until(() => during.parts.length === 6);
    await house.parts(4);
    await house.open();
    await house.parts(1);
    await until(() => listening.parts.at(-1) === 14 && during.parts.at(-1) === 14);
    expect(listening.parts).toEqual(range(7, 15));
    expect(during.parts).toEqual(range(4, 15));
    listening.close();
    during.close();
  });

  test("a house away for longer than it remembers: what is missing comes from the log", async () => {
    const { house, port } = await onAir(10);
    const listening = new Listening(port, live());
    await until(() => listening.parts.length === 3);
    house.die();
    house.remembers = 5;
    await house.parts(40);
    await house.open();
    await until(() => listening.parts.at(-1) === 49);
    expect(listening.parts).toEqual(range(7, 50));
    listening.close();
  });

  test("a reader that stops and goes on gets every part, also those that left the ring", async () => {
    const house = new FakeHouse();
    const large = new Uint8Array(60_000);
    house.useMedia((number) => makeMedia(number).map((media) => Buffer.concat([media, Buffer.from([0, 0, 0xea, 0x68]), Buffer.from("free"), large])));
    const { port } = await onAir(5, house);
    const listening = new Listening(port, live());
    await until(() => listening.parts.length === 3);
    listening.response?.pause();
    await house.parts(450);
    await open?.settle();
    listening.response?.resume();
    await until(() => listening.parts.at(-1) === 454, 15_000);
    expect(listening.parts).toEqual(range(2, 455));
    listening.close();
  });

  test("HEAD, HTTP/1.0 and pipelined requests are answered as they must be", async () => {
    const { house, port } = await onAir(5);
    const head = await get(port, live(), { method: "HEAD" });
    expect(head.status).toBe(200);
    expect(head.body.length).toBe(0);
    const old = raw(port, `GET ${live()} HTTP/1.0\r\n\r\n`, (text) => text.includes("mdat"));
    const text = await old;
    expect(text.toLowerCase()).not.toContain("transfer-encoding");
    const pipelined = raw(port, `GET /spaces/${SPACE}/doors HTTP/1.1\r\nHost: a\r\n\r\nGET ${live()} HTTP/1.1\r\nHost: a\r\n\r\n`, (all) =>
      all.includes("mdat"),
    );
    expect((await pipelined).indexOf('"epoch":1')).toBeLessThan((await pipelined).indexOf("moov"));
    expect(house.heard.some((message) => message.type === "hello")).toBe(true);
  });

  test("is refused before the Space is live, for an unknown Space, rendition or number, with the code and when to ask again", async () => {
    const { house, port } = await onAir(5);
    const code = async (path: string): Promise<unknown> => {
      const got = await get(port, path);
      expect(got.headers["content-type"]).toBe("application/problem+json");
      return [got.status, (JSON.parse(got.text) as { code: string }).code];
    };
    expect(await code(live("?rendition=mp3"))).toEqual([404, "rendition_unknown"]);
    for (const bad of ["-1", "1.5", "1e3", "x", "", "99999999999999999"]) expect(await code(live(`?from=${bad}`))).toEqual([400, "query_invalid"]);
    expect(await code("/spaces/zzzzzzzzzz/live.mp4")).toEqual([404, "space_not_found"]);
    house.become(house.say("doors"));
    await open?.settle();
    expect(await code(live())).toEqual([409, "space_not_live"]);
    expect((await get(port, live())).headers["retry-after"]).toBe("2");
  });
});

test("a plain node server is what the edge's framing is compared with", async () => {
  // The same client that reads the edge's hand-made chunks reads Node's own.
  const server = createServer((_, response) => void response.end(Buffer.concat(makeMedia(3).slice(0, 1)))).listen(0);
  const listening = new Listening((server.address() as AddressInfo).port, "/");
  await until(() => listening.ended);
  expect(listening.parts).toEqual([3]);
  server.close();
});
