/** `odeon backup FOLDER` and `odeon restore FOLDER`: log, keys and links, also while live. */

import { copyFileSync, cpSync, existsSync, mkdirSync, renameSync } from "node:fs";
import { join, resolve } from "node:path";
import { Fault } from "@odeon/core/shared/fault";
import { backupSqliteLog } from "@odeon/log/sqlite/sqlite-log";
import { DATABASE } from "@odeon/log/sqlite/sqlite-reader";
import { settingsOf } from "../lan/lan.ts";
import { openDataFolder } from "./data-folder.ts";

const FILES = ["format", "keys.json"] as const;
const BACKUP_HELP = "odeon backup FOLDER [--data FOLDER]: copies log, keys and links into an empty folder, also while live.";
const RESTORE_HELP = "odeon restore FOLDER [--data FOLDER]: puts a backup in place; the data folder that was there is kept beside it.";

/** Copies the data folder `data` into `target`, consistently, also while a house writes it. @throws Fault `setting_invalid` */
export async function backup(data: string, target: string): Promise<void> {
  if (!existsSync(join(data, "keys.json"))) throw new Fault("setting_invalid", `${data} is not a data folder of Odeon`);
  if (existsSync(join(target, "keys.json"))) throw new Fault("setting_invalid", `${target} holds a backup already`);
  mkdirSync(target, { recursive: true, mode: 0o700 });
  if (existsSync(join(data, "log", DATABASE))) await backupSqliteLog(join(data, "log", DATABASE), join(target, "log"));
  for (const file of FILES) copyFileSync(join(data, file), join(target, file));
}

/** Puts the backup `source` in place of `data`; what was there moves aside. @throws Fault `setting_invalid` while a house runs on it */
export async function restore(source: string, data: string): Promise<void> {
  if (!existsSync(join(source, "keys.json"))) throw new Fault("setting_invalid", `${source} is not a backup of Odeon`);
  if (existsSync(data)) {
    const folder = await openDataFolder(data, { operatorToken: null });
    await folder.close();
    renameSync(data, `${data}.before-restore-${Date.now()}`);
  }
  cpSync(source, data, { recursive: true });
}

/** Runs `odeon backup`; resolves with the exit status. */
export function backupCommand(args: string[]): Promise<number> {
  return run(args, BACKUP_HELP, async (folder, data) => {
    await backup(data, folder);
    return `Backed up to ${folder}.`;
  });
}

/** Runs `odeon restore`; resolves with the exit status. */
export function restoreCommand(args: string[]): Promise<number> {
  return run(args, RESTORE_HELP, async (folder, data) => {
    await restore(folder, data);
    return `Restored from ${folder}.`;
  });
}

async function run(args: readonly string[], help: string, work: (folder: string, data: string) => Promise<string>): Promise<number> {
  const [folder, ...flags] = args;
  if (folder === undefined || folder.startsWith("--")) {
    process.stdout.write(`${help}\n`);
    return folder === "--help" ? 0 : 2;
  }
  try {
    const settings = settingsOf(flags);
    process.stdout.write(`${await work(resolve(folder), resolve(settings.data))}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    process.stderr.write(`odeon: ${error.message}\n`);
    return error.code === "setting_unknown" ? 2 : 1;
  }
}
