import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSqliteLog } from "@odeon/log/sqlite/sqlite-log";
import { expect, test } from "vitest";
import { backup, restore } from "./commands.ts";
import { openDataFolder } from "./data-folder.ts";

const fresh = (): string => join(mkdtempSync(join(tmpdir(), "odeon-data-")), "data");
const none = { operatorToken: null };

test("keys are made once and stay; a set operator token is kept hashed", async () => {
  const path = fresh();
  const first = await openDataFolder(path, none);
  await first.close();
  const second = await openDataFolder(path, { operatorToken: "a-token-of-the-operator" });
  expect(second.keys).toEqual(first.keys);
  expect(second.operatorTokenHash).not.toBe(first.operatorTokenHash);
  expect(readFileSync(join(path, "keys.json"), "utf8")).not.toContain("a-token-of-the-operator");
  await second.close();
});

test("a second house on the same data is refused in one line; a lock left by a dead one is taken over", async () => {
  const path = fresh();
  const first = await openDataFolder(path, none);
  await expect(openDataFolder(path, none)).rejects.toThrow(/in use by another Odeon/);
  await first.close();
  writeFileSync(join(path, "lock"), "999999 1\n");
  const second = await openDataFolder(path, none);
  writeFileSync(join(path, "lock"), `${process.pid} not-my-start\n`);
  const third = await openDataFolder(path, none);
  await Promise.all([second.close(), third.close()]);
});

test("an older format is brought up to date with its backup kept; a newer one is refused in one line", async () => {
  const path = fresh();
  await (await openDataFolder(path, none)).close();
  const migrations = [{ to: 2, run: (folder: string) => writeFileSync(join(folder, "migrated"), "") }];
  await (await openDataFolder(path, { ...none, format: 2, migrations })).close();
  expect(existsSync(join(path, "migrated"))).toBe(true);
  expect(existsSync(join(`${path}.format-1`, "keys.json"))).toBe(true);
  expect(existsSync(join(`${path}.format-1`, "migrated"))).toBe(false);
  await expect(openDataFolder(path, none)).rejects.toThrow(/newer Odeon \(format 2, this one knows 1\)/);
});

test("a backup taken while the log is written restores to the same keys and records", async () => {
  const path = fresh();
  const folder = await openDataFolder(path, none);
  const log = await openSqliteLog(join(path, "log"));
  const epoch = await log.takeOver();
  await log.append([{ space: "a", epoch, expect: 0, records: [{ kind: "part", part: 1, body: Uint8Array.of(1) }] }]);
  const copy = join(path, "..", "copy");
  await backup(path, copy);
  await expect(restore(copy, path)).rejects.toThrow(/in use/);
  await log.close();
  await folder.close();
  await restore(copy, path);
  const again = await openDataFolder(path, none);
  expect(again.keys).toEqual(folder.keys);
  const restored = await openSqliteLog(join(path, "log"));
  expect((await restored.extent("a"))?.count).toBe(1);
  await restored.close();
  await again.close();
});
