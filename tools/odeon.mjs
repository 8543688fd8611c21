#!/usr/bin/env node
/** The `odeon` command from a checkout: prepares what is missing, then runs `apps/odeon` under Node 24 and ends as it ends. */

import { spawn } from "node:child_process";
import { join } from "node:path";
import { prepareNode, preparePackages, preparePages, ROOT, withNode } from "./launch/prepare.mjs";

const args = process.argv.slice(2);
const node = prepareNode();
preparePackages(node);
if (args[0] === "serve") preparePages(node);

const child = spawn(node, ["--disable-warning=ExperimentalWarning", join(ROOT, "apps/odeon/src/main.ts"), ...args], {
  stdio: "inherit",
  env: withNode(node),
});
// Ctrl-C reaches the whole foreground group: the child decides what it means, this process only waits.
process.on("SIGINT", () => undefined);
for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
