/** `odeon sign-in`: prints a new one-use link for the operator. */

import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { Fault } from "@odeon/core/shared/fault";
import { stageUrl } from "../config/public-address.ts";
import { settingsOf } from "../lan/lan.ts";
import { makeCode } from "./codes.ts";

const HELP = `odeon sign-in [--data FOLDER] [--url ADDRESS]: prints a sign-in link that works once, within a day.`;

/** Runs the command; resolves with the exit status. */
export function signIn(args: string[]): Promise<number> {
  if (args.includes("--help")) {
    process.stdout.write(`${HELP}\n`);
    return Promise.resolve(0);
  }
  try {
    const settings = settingsOf(args);
    const data = resolve(settings.data);
    if (!existsSync(join(data, "keys.json"))) {
      process.stderr.write(`odeon: ${settings.data} is not a data folder of Odeon; start it once, or name the folder with --data\n`);
      return Promise.resolve(1);
    }
    process.stdout.write(`${stageUrl(settings)}/control#signin=${makeCode(data, Date.now())}\n`);
    return Promise.resolve(0);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    process.stderr.write(`odeon: ${error.message}\n`);
    return Promise.resolve(2);
  }
}
