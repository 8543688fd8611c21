/**
 * Makes a fresh clone runnable: Node 24 where the installed one is older, the packages of the lock file, the built pages.
 *
 * Plain JavaScript without dependencies, because it runs before any is there, on any Node from 20.
 */

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The checkout's root folder. */
export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const NODE_VERSION = "24.21.0";
const PAGE_SOURCES = ["apps/web", "packages/core/src", "packages/wire/src", "packages/player/src"];

/** The Node that runs Odeon: the running one from 24 on, else one brought from npm. Returns its path. */
export function prepareNode() {
  if (Number(process.versions.node.split(".")[0]) >= 24) return process.execPath;
  const name = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
  const home = join(ROOT, ".runtime");
  const node = join(home, "node_modules", name, "bin", "node");
  if (existsSync(node) && runs(node)) return node;
  say(`Node ${process.versions.node} is older than 24: bringing Node ${NODE_VERSION} from npm (once).`);
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, "package.json"), '{"private":true}\n');
  run("npm", ["install", "--no-audit", "--no-fund", "--no-save", "--loglevel=error", `${name}@${NODE_VERSION}`], { cwd: home });
  if (!runs(node)) fail(`Node ${NODE_VERSION} from npm does not run here; install Node 24 and try again.`);
  return node;
}

/** Installs the lock file's packages when they are not the ones that are there. */
export function preparePackages(node) {
  const stamp = join(ROOT, "node_modules", ".odeon-stamp");
  const wanted = createHash("sha256")
    .update(readFileSync(join(ROOT, "package-lock.json")))
    .digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  say("Installing packages (once).");
  // Not `npm ci`: it refuses a lock file made where the registry lacks another platform's optional binaries. Versions are the lock file's here too.
  run("npm", ["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: ROOT, env: withNode(node) });
  writeFileSync(stamp, wanted);
}

/** Builds the pages when their sources changed. */
export function preparePages(node) {
  const stamp = join(ROOT, "apps/web/dist", ".odeon-stamp");
  const wanted = fingerprint();
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  say("Building the pages (once).");
  run(node, [join(ROOT, "node_modules/vite/bin/vite.js"), "build", "apps/web", "--logLevel", "error"], { cwd: ROOT, env: withNode(node) });
  writeFileSync(stamp, wanted);
}

/** The environment in which `node` comes first. */
export function withNode(node) {
  return { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH ?? ""}` };
}

/** Runs a command to its end; a failure ends this process with the same status. */
export function run(command, args, options) {
  const result = spawnSync(command, args, { stdio: ["ignore", "inherit", "inherit"], ...options });
  if (result.error) fail(`${command} could not be started: ${result.error.message}`);
  if (result.status !== 0) process.exit(result.status ?? 1);
}

/** One line to the person at the terminal. */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

function fail(line) {
  say(line);
  process.exit(1);
}

function runs(node) {
  return existsSync(node) && spawnSync(node, ["--version"]).status === 0;
}

function fingerprint() {
  const hash = createHash("sha256");
  for (const folder of PAGE_SOURCES) {
    for (const file of filesUnder(join(ROOT, folder))) {
      const { size, mtimeMs } = statSync(file);
      hash.update(`${file}\0${size}\0${mtimeMs}\n`);
    }
  }
  return hash.digest("hex");
}

function filesUnder(folder) {
  const files = [];
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.name === "dist" || entry.name === "node_modules") continue;
    if (entry.isDirectory()) files.push(...filesUnder(path));
    else files.push(path);
  }
  return files;
}
