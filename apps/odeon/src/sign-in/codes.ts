/** One-use sign-in codes, kept as hashed file names in the data folder so that any process may make one and only one may take it. */

import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, rmSync, statSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Codes older than this are refused: one day. */
const LIFETIME_MS = 86_400_000;

/** Makes a code that {@link takeCode} accepts once within a day. */
export function makeCode(data: string, now: number): string {
  const folder = join(data, "sign-in");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(folder)) if (now - statSync(join(folder, name)).mtimeMs > LIFETIME_MS) rmSync(join(folder, name), { force: true });
  const code = randomBytes(24).toString("base64url");
  writeFileSync(join(folder, hash(code)), "", { mode: 0o600 });
  return code;
}

/** Whether `code` was valid; it never is again. */
export function takeCode(data: string, code: string, now: number): boolean {
  const file = join(data, "sign-in", hash(code));
  try {
    const fresh = now - statSync(file).mtimeMs <= LIFETIME_MS;
    unlinkSync(file);
    return fresh;
  } catch {
    return false;
  }
}

function hash(code: string): string {
  return createHash("sha256").update(code).digest("hex");
}
