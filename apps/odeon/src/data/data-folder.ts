/** The data folder: one running house at a time, a format version, and the keys. */

import { createHash, randomBytes } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Fault } from "@odeon/core/shared/fault";

/** The format this release writes. */
export const FORMAT = 1;

/** Brings a folder from one format to the next. */
export interface Migration {
  /** The format it makes out of the one before. */
  readonly to: number;
  readonly run: (folder: string) => void;
}

/** What every process needs of the folder. */
export interface DataFolder {
  readonly path: string;
  readonly keys: { readonly token: string; readonly tickets: readonly { readonly id: number; readonly secret: string }[] };
  /** SHA-256 of the operator's token, hex. */
  readonly operatorTokenHash: string;
  readonly close: () => Promise<void>;
}

interface KeyFile {
  readonly token: string;
  readonly tickets: readonly { readonly id: number; readonly secret: string }[];
  readonly operatorTokenHash: string;
}

const MIGRATIONS: readonly Migration[] = [];

/**
 * Opens the folder, making it where there is none, and holds it until `close`.
 *
 * An older format is brought up to date, with the folder as it was kept beside it.
 *
 * @throws Fault `setting_invalid` when another house holds it, `format_newer` when a newer release wrote it
 */
export function openDataFolder(
  path: string,
  options: { readonly operatorToken: string | null; readonly migrations?: readonly Migration[]; readonly format?: number },
): Promise<DataFolder> {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    const unlock = lock(path);
    try {
      upgrade(path, options.format ?? FORMAT, options.migrations ?? MIGRATIONS);
      const keys = readKeys(path, options.operatorToken);
      return Promise.resolve({
        path,
        keys: { token: keys.token, tickets: keys.tickets },
        operatorTokenHash: keys.operatorTokenHash,
        close: () => {
          unlock();
          return Promise.resolve();
        },
      });
    } catch (error) {
      unlock();
      throw error;
    }
  } catch (error) {
    return Promise.reject(error);
  }
}

/** Takes the folder; a lock whose process is gone (killed, or the machine restarted) is taken over. */
function lock(path: string): () => void {
  const file = join(path, "lock");
  for (let tries = 0; ; tries++) {
    try {
      writeFileSync(file, `${process.pid} ${startOf(process.pid)}\n`, { flag: "wx", mode: 0o600 });
      return () => rmSync(file, { force: true });
    } catch (cause) {
      const holder = holderOf(file);
      if (holder !== null || tries > 1)
        throw new Fault("setting_invalid", `ODEON_DATA ${path} is in use by another Odeon (process ${holder ?? "unknown"})`, { cause });
      rmSync(file, { force: true });
    }
  }
}

/** The process that holds a lock; null when it is no longer the one that took it. */
function holderOf(file: string): number | null {
  try {
    const [pid = "", start = ""] = readFileSync(file, "utf8").trim().split(" ");
    process.kill(Number(pid), 0);
    return startOf(Number(pid)) === start ? Number(pid) : null;
  } catch {
    return null;
  }
}

/** When a process started, so that a number used again is not taken for the same one; "unknown" where the system does not tell. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "unknown";
  } catch {
    return "unknown";
  }
}

function upgrade(path: string, format: number, migrations: readonly Migration[]): void {
  const file = join(path, "format");
  if (!existsSync(file)) {
    writeFileSync(file, `${format}\n`, { mode: 0o600 });
    return;
  }
  const found = Number(readFileSync(file, "utf8").trim());
  if (!Number.isSafeInteger(found)) throw new Fault("setting_invalid", `ODEON_DATA ${path} has an unreadable format file`);
  if (found > format)
    throw new Fault(
      "format_newer",
      `ODEON_DATA ${path} was written by a newer Odeon (format ${found}, this one knows ${format}): update Odeon, or use another folder`,
    );
  if (found === format) return;
  const backup = `${path}.format-${found}`;
  if (!existsSync(backup)) {
    cpSync(path, `${backup}.partial`, { recursive: true, filter: (source) => !source.endsWith("/lock") });
    renameSync(`${backup}.partial`, backup);
  }
  for (let to = found + 1; to <= format; to++) {
    const migration = migrations.find((candidate) => candidate.to === to);
    if (migration === undefined) throw new Fault("internal", `no way from data format ${to - 1} to ${to}`);
    migration.run(path);
    replaceFile(file, `${to}\n`);
  }
}

function readKeys(path: string, operatorToken: string | null): KeyFile {
  const file = join(path, "keys.json");
  const known = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as KeyFile) : makeKeys();
  const keys = operatorToken === null ? known : { ...known, operatorTokenHash: sha256(operatorToken) };
  replaceFile(file, `${JSON.stringify(keys, null, 2)}\n`);
  return keys;
}

/** Nobody knows the first operator token: people sign in by link, scripts set one of their own. */
function makeKeys(): KeyFile {
  const secret = (): string => randomBytes(32).toString("hex");
  return { token: secret(), tickets: [{ id: 1, secret: secret() }], operatorTokenHash: sha256(secret()) };
}

function replaceFile(file: string, text: string): void {
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
