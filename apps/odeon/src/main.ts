/** The `odeon` command. */

import { backupCommand, restoreCommand } from "./data/commands.ts";
import { doctor } from "./doctor/doctor.ts";
import { serve } from "./serve/serve.ts";
import { signIn } from "./sign-in/sign-in.ts";
import { speak } from "./speak/speak.ts";

const COMMANDS: Readonly<Record<string, (args: string[]) => Promise<number>>> = {
  serve,
  speak,
  doctor,
  backup: backupCommand,
  restore: restoreCommand,
  "sign-in": signIn,
};

const HELP = `odeon: live audio events that keep their doors open on the big night.

  odeon serve              run the whole product
  odeon speak FILE URL     put a sound file on stage
  odeon sign-in            print a new one-use sign-in link
  odeon doctor             check this machine
  odeon backup FOLDER      copy log, keys, links and settings, also while live
  odeon restore FOLDER     put a backup in place of the data folder

Each has --help. Exit status: 0, 1 (the answer is no) or 2 (usage).`;

const [name = "", ...args] = process.argv.slice(2);
const command = COMMANDS[name];
if (command === undefined) {
  const asked = name === "" || name === "--help" || name === "help";
  (asked ? process.stdout : process.stderr).write(asked ? `${HELP}\n` : `odeon: there is no command "${name}"\n${HELP}\n`);
  process.exitCode = name === "--help" || name === "help" ? 0 : 2;
} else {
  process.exit(await command(args));
}
