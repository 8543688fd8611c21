import { spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Fault } from "@odeon/core/shared/fault";
import { expect, test } from "vitest";
import { describeLog } from "./log.contract.ts";
import { MemoryLog } from "./memory/memory-log.ts";
import { openSqliteLog } from "./sqlite/sqlite-log.ts";
import { openSqliteReader } from "./sqlite/sqlite-reader.ts";

const folder = (): string => mkdtempSync(join(tmpdir(), "odeon-log-"));

describeLog("memory", () => Promise.resolve(new MemoryLog()));
describeLog("sqlite", () => openSqliteLog(folder()));

test("every append that a killed writer had acknowledged is there afterwards", async () => {
  const where = folder();
  const script = `
    import { openSqliteLog } from ${JSON.stringify(new URL("./sqlite/sqlite-log.ts", import.meta.url).href)};
    const log = await openSqliteLog(${JSON.stringify(where)});
    const epoch = await log.takeOver();
    for (let i = 0; ; i++) {
      await log.append([{ space: "a", epoch, expect: i, records: [{ kind: "part", part: i, body: new Uint8Array(3000) }] }]);
      process.stdout.write(i + "\\n");
    }`;
  const file = join(where, "writer.mjs");
  writeFileSync(file, script);
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", file], { stdio: ["ignore", "pipe", "inherit"] });
  let acknowledged = "";
  await new Promise<void>((resolve) => {
    child.stdout.on("data", (chunk: Buffer) => {
      acknowledged += chunk.toString();
      if (acknowledged.split("\n").length > 50) child.kill("SIGKILL");
    });
    child.once("exit", () => resolve());
  });
  const last = Number(acknowledged.trim().split("\n").at(-1));
  const reader = openSqliteReader(where);
  const extent = await reader.extent("a");
  expect(extent?.last).toBeGreaterThanOrEqual(last);
  expect(extent?.count).toBe((extent?.last ?? 0) + 1);
  await reader.close();
  const log = await openSqliteLog(where);
  expect(await log.takeOver()).toBe(2);
  await log.close();
});

test("another process's reader sees a commit at once, and a log that is not there yet is empty", async () => {
  const where = folder();
  const reader = openSqliteReader(where);
  expect(await reader.spaces()).toEqual([]);
  const log = await openSqliteLog(where);
  const epoch = await log.takeOver();
  await log.append([{ space: "a", epoch, expect: 0, records: [{ kind: "part", part: 9, body: Uint8Array.of(1) }] }]);
  expect((await reader.parts("a", 0, 10)).length).toBe(1);
  await log.backup(join(where, "copy"));
  const copy = openSqliteReader(join(where, "copy"));
  expect(await copy.extent("a")).toEqual({ first: 9, last: 9, count: 1 });
  await Promise.all([log.close(), reader.close(), copy.close()]);
});

test("a full medium refuses with log_unavailable, keeps what it has and takes more when there is room", async () => {
  const log = await openSqliteLog(folder(), { maxPages: 40 });
  const epoch = await log.takeOver();
  const body = new Uint8Array(20_000);
  let written = 0;
  let refusal: unknown = null;
  while (refusal === null && written < 100) {
    refusal = await log.append([{ space: "a", epoch, expect: written, records: [{ kind: "part", part: written, body }] }]).then(
      () => null,
      (error: unknown) => error,
    );
    if (refusal === null) written += 1;
  }
  expect((refusal as Fault).code).toBe("log_unavailable");
  expect(await log.head("a")).toEqual({ seq: written, epoch });
  await log.forgetParts("a", written - 1);
  await log.append([{ space: "a", epoch, expect: written, records: [{ kind: "part", part: written, body }] }]);
  expect((await log.extent("a"))?.last).toBe(written);
  await log.close();
});
