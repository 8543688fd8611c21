/** The settings file that `ODEON_CONFIG` names. */

import { readFileSync } from "node:fs";
import { Fault } from "@odeon/core/shared/fault";

/** Its text; empty where none is named. @throws Fault `setting_invalid` when it cannot be read */
export function readSettingsFile(): string {
  const path = process.env.ODEON_CONFIG;
  if (path === undefined) return "";
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new Fault("setting_invalid", `ODEON_CONFIG ${path} cannot be read`, { cause });
  }
}
