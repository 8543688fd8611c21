/** The house over its real sockets, with a log in memory and fakes only for the processes that connect to it. */

import { createHash } from "node:crypto";
import { mkdtempSync } from "node:fs";
import { request } from "node:http";
import { connect as dial } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FAULTS, Fault } from "@odeon/core/shared/fault";
import { wallTime } from "@odeon/core/shared/units";
import type { Append } from "@odeon/log/log";
import { MemoryLog } from "@odeon/log/memory/memory-log";
import { keepLink, type Peer } from "@odeon/wire/ipc/link";
import type { HouseToEdge, HouseToMixer, HouseToStage } from "@odeon/wire/ipc/messages";
import { afterEach, describe, expect, test } from "vitest";
import { type RunningHouse, runHouse } from "./main.ts";

const OPERATOR = "the-operators-token-0123";
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const SETTLE_MS = 4_000;

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A log whose medium can be full. */
class FailingLog extends MemoryLog {
  full = false;
  override append(appends: readonly Append[]): Promise<void> {
    return this.full ? Promise.reject(new Fault("log_unavailable", "no space left")) : super.append(appends);
  }
}

class Bench {
  readonly log = new FailingLog();
  readonly folder = mkdtempSync(join(tmpdir(), "odeon-house-"));
  readonly abort = new AbortController();
  readonly toMixer: HouseToMixer[] = [];
  readonly toEdge: HouseToEdge[] = [];
  mixer: Peer | null = null;
  edge: Peer | null = null;
  now = 1_000_000;
  house: RunningHouse | null = null;

  async open(): Promise<void> {
    this.house = await runHouse({
      log: this.log,
      socket: join(this.folder, "house.sock"),
      api: join(this.folder, "api.sock"),
      url: "http://house.test",
      stageUrl: "http://house.test",
      keys: { token: "ab".repeat(32), tickets: [{ id: 1, secret: "cd".repeat(32) }] },
      operatorTokenHash: createHash("sha256").update(OPERATOR).digest("hex"),
      signInCodes: { take: (code) => code === "good" },
      onDemo: () => undefined,
      now: () => wallTime(this.now),
      signal: this.abort.signal,
      logger: silent,
    });
    const socket = join(this.folder, "house.sock");
    keepLink<HouseToMixer>(
      socket,
      {
        opened: (peer) => {
          this.mixer = peer;
          peer.send({ type: "hello", from: "mixer", id: "mixer", pid: 1 });
        },
        message: (message) => this.toMixer.push(message),
      },
      this.abort.signal,
    );
    keepLink<HouseToEdge>(
      socket,
      {
        opened: (peer) => {
          this.edge = peer;
          peer.send({ type: "hello", from: "edge", id: "edge-0", pid: 2 });
        },
        message: (message) => this.toEdge.push(message),
      },
      this.abort.signal,
    );
    keepLink<HouseToStage>(
      socket,
      {
        opened: (peer) => peer.send({ type: "hello", from: "stage", id: "stage", pid: 3 }),
        message: (message, _, peer) => {
          if (message.type === "offer")
            peer.send(
              message.sdp.includes("no-opus")
                ? { type: "refused", id: message.id, code: "sdp_no_opus", detail: "no" }
                : { type: "answer", id: message.id, sdp: "v=0 answer" },
            );
        },
      },
      this.abort.signal,
    );
    await this.until(() => this.house?.ready() === true);
  }

  async close(): Promise<void> {
    await this.house?.close();
    this.abort.abort();
  }

  async until(probe: () => boolean): Promise<void> {
    const end = performance.now() + SETTLE_MS;
    while (!probe()) {
      if (performance.now() > end) throw new Error("did not come");
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  call(
    method: string,
    path: string,
    options: { readonly token?: string | null; readonly body?: unknown; readonly raw?: string; readonly type?: string; readonly key?: string } = {},
  ): Promise<Answer> {
    const { token = OPERATOR, body, raw, type = "application/json", key } = options;
    const text = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    return new Promise((resolve, reject) => {
      const call = request(
        {
          socketPath: join(this.folder, "api.sock"),
          method,
          path,
          headers: {
            ...(token === null ? {} : { authorization: `Bearer ${token}` }),
            ...(text === undefined ? {} : { "content-type": type, "content-length": Buffer.byteLength(text) }),
            ...(key === undefined ? {} : { "idempotency-key": key }),
          },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("end", () => {
            const answer = Buffer.concat(chunks).toString();
            resolve({ status: response.statusCode ?? 0, headers: response.headers, body: answer.startsWith("{") ? JSON.parse(answer) : {} });
          });
        },
      );
      call.on("error", reject);
      call.end(text);
    });
  }

  async space(settings: object = {}): Promise<{ readonly id: string; readonly host: string; readonly speaker: string }> {
    const { body } = await this.call("POST", "/api/v1/spaces", { body: { title: "An evening", ...settings } });
    const { space, tokens } = body as {
      readonly space: { readonly id: string };
      readonly tokens: { readonly host: string; readonly speaker: string };
    };
    return { id: space.id, ...tokens };
  }

  part(space: string, number: number, gap = false): void {
    this.mixer?.send({ type: "part", space, number, gap, level: 40, speaking: [], dueAt: this.now }, [
      Uint8Array.of(1),
      Uint8Array.of(2),
      Uint8Array.of(3),
    ]);
  }

  parts(): readonly Extract<HouseToEdge, { type: "part" }>[] {
    return this.toEdge.filter((message) => message.type === "part");
  }
}

let bench = new Bench();
afterEach(async () => {
  await bench.close();
  bench = new Bench();
});

const JOIN = { sdp: "v=0 offer", name: "Ada", consent: { version: "1", agreed: true } };

describe("bad input gets a problem document with a documented code and changes nothing", () => {
  test("every refusal, by code", async () => {
    await bench.open();
    const { id, host, speaker } = await bench.space();
    const other = await bench.space();
    const spaces = "/api/v1/spaces";
    const of = (path: string): string => `${spaces}/${id}/${path}`;
    const cases: readonly (readonly [string, string, string, Parameters<Bench["call"]>[2]])[] = [
      ["token_missing", "POST", spaces, { token: null, body: { title: "x" } }],
      ["token_invalid", "POST", spaces, { token: "nonsense", body: { title: "x" } }],
      ["role_insufficient", "POST", spaces, { token: host, body: { title: "x" } }],
      ["token_foreign", "POST", of("live"), { token: other.host }],
      ["role_insufficient", "POST", of("live"), { token: speaker }],
      ["space_not_found", "GET", `${spaces}/nowhere`, {}],
      ["route_not_found", "GET", "/api/v1/nothing", {}],
      ["body_malformed", "POST", spaces, { raw: "{" }],
      ["body_malformed", "POST", spaces, { body: { title: 7 } }],
      ["body_malformed", "POST", spaces, { body: { title: "x", unknown: 1 } }],
      ["body_too_large", "POST", spaces, { raw: JSON.stringify({ title: "x".repeat(300_000) }) }],
      ["media_type_unsupported", "POST", spaces, { raw: "title=x", type: "application/x-www-form-urlencoded" }],
      ["title_invalid", "POST", spaces, { body: { title: "x".repeat(10_000) } }],
      ["title_invalid", "POST", spaces, { body: { title: " \u202e " } }],
      ["text_invalid", "POST", spaces, { body: { title: "x", description: "y".repeat(6_000) } }],
      ["time_invalid", "POST", spaces, { body: { title: "x", startsAt: -4 } }],
      ["setting_invalid", "POST", spaces, { body: { title: "x", zone: "no zone!" } }],
      ["space_not_live", "POST", of("end"), { token: host }],
      ["space_not_ended", "POST", of("reopen"), { token: host }],
      ["participant_not_found", "POST", of("admit"), { token: host, body: { participant: "nobody" } }],
      ["consent_missing", "POST", of("stage"), { token: speaker, body: { ...JOIN, consent: { version: "1", agreed: false } } }],
      ["name_invalid", "POST", of("stage"), { token: speaker, body: { ...JOIN, name: "  " } }],
      ["sdp_too_large", "POST", of("stage"), { token: speaker, body: { ...JOIN, sdp: "v".repeat(70_000) } }],
      ["sdp_no_opus", "POST", of("stage"), { token: speaker, body: { ...JOIN, sdp: "no-opus" } }],
      ["token_invalid", "POST", of("stage"), { token: speaker, body: { ...JOIN, participant: "somebody", secret: "guessed" } }],
      ["sign_in_used", "POST", "/api/v1/sign-in", { token: null, body: { code: "bad" } }],
      ["media_type_unsupported", "POST", `/whip/${id}`, { token: speaker, body: {} }],
      ["method_not_allowed", "PATCH", `/whip/${id}/x`, { token: speaker }],
    ];
    for (const [code, method, path, options] of cases) {
      const answer = await bench.call(method, path, options);
      expect({ path, code: answer.body.code }).toEqual({ path, code });
      expect(answer.status).toBe(FAULTS[code as keyof typeof FAULTS]);
      expect(answer.headers["content-type"]).toContain("application/problem+json");
    }
    const { body } = await bench.call("GET", `${spaces}/${id}`);
    expect(body).toMatchObject({ life: "scheduled", title: "An evening" });
  });

  test("titles of emoji, right to left and markup are kept as they are", async () => {
    await bench.open();
    for (const title of ["👩‍👩‍👧 🎙️", "مساء الخير", "<script>alert(1)</script> & more"]) {
      const { body } = await bench.call("POST", "/api/v1/spaces", { body: { title } });
      expect((body.space as { title: string }).title).toBe(title);
    }
  });

  test("a body that never ends is cut after 10 s, and others are served meanwhile", async () => {
    await bench.open();
    const socket = dial(join(bench.folder, "api.sock"));
    let answer = "";
    socket.on("data", (chunk: Buffer) => {
      answer += chunk.toString();
    });
    const closed = new Promise((resolve) => socket.once("close", resolve));
    socket.write(`POST /api/v1/spaces HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{"title":`);
    expect((await bench.call("GET", "/api/v1/spaces")).status).toBe(200);
    await closed;
    expect(answer).toMatch(/^HTTP\/1\.1 408 [\s\S]*"body_timeout"/);
  }, 25_000);

  test("a revoked link is refused at once, others of the same role are not", async () => {
    await bench.open();
    const { id, host } = await bench.space();
    const { body: made } = await bench.call("POST", `/api/v1/spaces/${id}/links`, { token: host, body: { role: "speaker" } });
    await bench.call("POST", `/api/v1/spaces/${id}/links`, { token: host, body: { role: "speaker", revoke: made.id } });
    const refused = await bench.call("POST", `/api/v1/spaces/${id}/stage`, { token: made.token as string, body: JOIN });
    expect(refused.body.code).toBe("token_revoked");
  });
});

describe("the life of a Space", () => {
  test("two hosts going live at once: one does, the other is told", async () => {
    await bench.open();
    const { id, host } = await bench.space();
    const answers = await Promise.all([1, 2].map(() => bench.call("POST", `/api/v1/spaces/${id}/live`, { token: host })));
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 409]);
    expect(answers.find((answer) => answer.status === 409)?.body.code).toBe("space_already_live");
  });

  test("the same Idempotency-Key is one action; with another body it is refused", async () => {
    await bench.open();
    const { id, host } = await bench.space();
    const go = (body: object): Promise<Answer> => bench.call("POST", `/api/v1/spaces/${id}/live`, { token: host, key: "k1", body });
    expect([(await go({})).status, (await go({})).status]).toEqual([200, 200]);
    expect((await go({ x: 1 })).body.code).toBe("idempotency_mismatch");
  });

  test("a person who comes back with their secret is the same person, still muted by the host", async () => {
    await bench.open();
    const { id, host, speaker } = await bench.space();
    const first = await bench.call("POST", `/api/v1/spaces/${id}/stage`, { token: speaker, body: JOIN });
    const { id: participant } = first.body.participant as { id: string };
    await bench.call("POST", `/api/v1/spaces/${id}/mute`, { token: host, body: { participant } });
    const again = await bench.call("POST", `/api/v1/spaces/${id}/stage`, {
      token: speaker,
      body: { ...JOIN, participant, secret: first.body.secret },
    });
    expect(again.body.participant).toMatchObject({ id: participant });
    expect(bench.toMixer.filter((message) => message.type === "place").at(-1)).toMatchObject({ participant, muted: true });
    const press = await bench.call("POST", `/api/v1/spaces/${id}/place`, {
      token: speaker,
      body: { participant, place: "stage", secret: first.body.secret },
    });
    expect(press.body.code).toBe("participant_not_ready");
    await bench.call("POST", `/api/v1/spaces/${id}/admit`, { token: host, body: { participant } });
    expect((await bench.call("POST", `/api/v1/spaces/${id}/place`, { token: host, body: { participant, place: "stage" } })).body.code).toBe(
      "participant_not_ready",
    );
    expect(
      (
        await bench.call("POST", `/api/v1/spaces/${id}/place`, {
          token: speaker,
          body: { participant, place: "stage", secret: first.body.secret },
        })
      ).status,
    ).toBe(200);
  });
});

describe("parts", () => {
  test("go to the log first, then to the edges, once and in order; repeats are passed over", async () => {
    await bench.open();
    const { id, host } = await bench.space();
    await bench.call("POST", `/api/v1/spaces/${id}/live`, { token: host });
    for (const number of [0, 1, 1, 0, 2]) bench.part(id, number);
    await bench.until(() => bench.parts().length === 3);
    expect(bench.parts().map((part) => [part.number, part.confirmed])).toEqual([
      [0, true],
      [1, true],
      [2, true],
    ]);
    expect((await bench.log.extent(id))?.count).toBe(3);
  });

  test("a full disk never stops the sound: parts go out unconfirmed, the host is told, and they are written when there is room", async () => {
    await bench.open();
    const { id, host } = await bench.space();
    await bench.call("POST", `/api/v1/spaces/${id}/live`, { token: host });
    bench.part(id, 0);
    await bench.until(() => bench.parts().length === 1);
    bench.log.full = true;
    bench.part(id, 1);
    await bench.until(() => bench.parts().length === 2);
    expect(bench.parts()[1]?.confirmed).toBe(false);
    expect((await bench.call("GET", `/api/v1/spaces/${id}`)).body.state).toMatchObject({ recording: false });
    bench.log.full = false;
    bench.part(id, 2);
    await bench.until(() => bench.parts().length === 3);
    const extent = async (): Promise<number> => (await bench.log.extent(id))?.count ?? 0;
    const end = performance.now() + SETTLE_MS;
    while ((await extent()) < 3 && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await extent()).toBe(3);
  });

  test("a house that comes back goes on with the next number, and gives a new edge what it missed", async () => {
    await bench.open();
    const { id, host } = await bench.space();
    await bench.call("POST", `/api/v1/spaces/${id}/live`, { token: host });
    for (const number of [0, 1, 2]) bench.part(id, number);
    await bench.until(() => bench.parts().length === 3);
    const again = new Bench();
    Object.assign(again, { log: bench.log });
    const before = bench;
    bench = again;
    await again.open();
    await again.until(() => again.parts().length === 3 && again.toMixer.some((message) => message.type === "space_open"));
    expect(again.toMixer.find((message) => message.type === "space_open")).toMatchObject({ space: id, program: { next: 3 } });
    await before.close();
  });

  test("gaps are merged, and the replay after the end says where they are", async () => {
    await bench.open();
    const { id, host } = await bench.space();
    await bench.call("POST", `/api/v1/spaces/${id}/live`, { token: host });
    for (let number = 0; number < 10; number++) bench.part(id, number, number === 4 || number === 5);
    await bench.until(() => bench.parts().length === 10);
    await bench.call("POST", `/api/v1/spaces/${id}/end`, { token: host });
    bench.now += 10_001;
    await bench.until(() => bench.toEdge.some((message) => message.type === "program_end"));
    const { body } = await bench.call("GET", `/api/v1/spaces/${id}`);
    expect(body).toMatchObject({ life: "ended", replayReady: true, duration: 3_200 });
    const [gap] = body.gaps as { from: number; to: number }[];
    expect([gap?.from, gap?.to].map((seconds) => Math.round((seconds ?? 0) * 1000))).toEqual([1_280, 1_920]);
  });
});

test("every route is in the description, each with a summary", async () => {
  await bench.open();
  const { body } = await bench.call("GET", "/api/openapi.json");
  const paths = body.paths as Record<string, Record<string, { summary?: string }>>;
  expect(body.openapi).toBe("3.1.0");
  expect(Object.keys(paths)).toContain("/api/v1/spaces/{id}/stage");
  for (const [path, methods] of Object.entries(paths)) for (const operation of Object.values(methods)) expect(operation.summary, path).toBeTruthy();
});
