/** Settings: one table of names, read from flags, environment and a file, in that order of strength. */

import { Fault } from "@odeon/core/shared/fault";

/** How `odeon serve` runs; every field is a setting of the table in docs/operations.md. */
export interface Settings {
  readonly host: string;
  /** Open to the network, with certificates of this house's own. */
  readonly lan: boolean;
  readonly port: number;
  readonly data: string;
  /** The public address without a trailing slash; null: the address that is listened on. */
  readonly url: string | null;
  readonly operatorToken: string | null;
  readonly edges: number | null;
  readonly mixers: number;
  readonly stagePort: number | null;
  readonly stageUrl: string | null;
  readonly opsPort: number;
  readonly tlsCert: string | null;
  readonly tlsKey: string | null;
  readonly udpPorts: { readonly begin: number; readonly end: number } | null;
  readonly publicIp: string | null;
  readonly turn: readonly string[];
  readonly trustedProxies: readonly string[];
  readonly log: "file" | "stderr" | null;
}

/** The values with which everything runs when nothing is set. */
export const DEFAULTS: Settings = {
  host: "127.0.0.1",
  lan: false,
  port: 8080,
  data: "./data",
  url: null,
  operatorToken: null,
  edges: null,
  mixers: 1,
  stagePort: null,
  stageUrl: null,
  opsPort: 9080,
  tlsCert: null,
  tlsKey: null,
  udpPorts: null,
  publicIp: null,
  turn: [],
  trustedProxies: [],
  log: null,
};

type Reader<Value> = (text: string, name: string) => Value;

const READERS: { readonly [Key in keyof Settings]: Reader<Settings[Key]> } = {
  host: readText,
  lan: readSwitch,
  port: readPort,
  data: readText,
  url: readUrl,
  operatorToken: readToken,
  edges: readCount,
  mixers: readMixers,
  stagePort: readPort,
  stageUrl: readUrl,
  opsPort: readPort,
  tlsCert: readText,
  tlsKey: readText,
  udpPorts: readPortRange,
  publicIp: readText,
  turn: readList,
  trustedProxies: readList,
  log: readLog,
};

const KEYS = Object.keys(READERS) as readonly (keyof Settings)[];
/** Flags that may stand without a value. */
const SWITCHES: readonly (keyof Settings)[] = ["lan"];
/** Names that start with ODEON_ but are not settings of the server. */
const OTHER_NAMES = new Set(["ODEON_CONFIG"]);

/** The environment's name of a setting: `stagePort` is `ODEON_STAGE_PORT`. */
export function environmentName(key: string): string {
  return `ODEON_${key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

/** The flag of a setting: `stagePort` is `--stage-port`. */
export function flagName(key: string): string {
  return `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** What the three sources hold, as text. */
export interface Sources {
  readonly flags: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Lines `ODEON_NAME=value`; empty lines and lines that begin with `#` are passed over. */
  readonly file: string;
}

/**
 * Reads settings; flags are stronger than the environment, which is stronger than the file.
 *
 * @throws Fault `setting_unknown` or `setting_invalid`, naming the setting in one line
 */
export function readSettings(sources: Sources): Settings {
  const named = { ...readFileLines(sources.file), ...readEnvironment(sources.environment), ...readFlags(sources.flags) };
  const settings: Record<string, unknown> = { ...DEFAULTS };
  for (const [name, text] of Object.entries(named)) {
    const key = KEYS.find((candidate) => environmentName(candidate) === name);
    if (key === undefined) throw new Fault("setting_unknown", `${name} is not a setting${nearest(name)}`);
    settings[key] = READERS[key](text, name);
  }
  const read = settings as unknown as Settings;
  if ((read.tlsCert === null) !== (read.tlsKey === null))
    throw new Fault("setting_invalid", "ODEON_TLS_CERT and ODEON_TLS_KEY belong together: set both or neither");
  if (read.stagePort !== null && read.url !== null && read.stageUrl === null && isBehindProxy(read)) {
    throw new Fault("setting_invalid", "ODEON_STAGE_PORT behind a proxy needs ODEON_STAGE_URL, its public address");
  }
  return read;
}

function isBehindProxy(settings: Settings): boolean {
  return settings.trustedProxies.length > 0;
}

function readFlags(flags: readonly string[]): Record<string, string> {
  const named: Record<string, string> = {};
  for (let i = 0; i < flags.length; i++) {
    const [flag = "", inline] = splitOnce(flags[i] ?? "", "=");
    const key = KEYS.find((candidate) => flagName(candidate) === flag);
    if (key === undefined) throw new Fault("setting_unknown", `${flag} is not a flag; odeon serve --help lists them`);
    const bare = SWITCHES.includes(key) && (flags[i + 1] ?? "--").startsWith("--");
    const value = inline ?? (bare ? "1" : flags[++i]);
    if (value === undefined) throw new Fault("setting_invalid", `${flag} needs a value`);
    named[environmentName(key)] = value;
  }
  return named;
}

function readEnvironment(environment: Sources["environment"]): Record<string, string> {
  const named: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    if (name.startsWith("ODEON_") && value !== undefined && value !== "" && !OTHER_NAMES.has(name)) named[name] = value;
  }
  return named;
}

function readFileLines(file: string): Record<string, string> {
  const named: Record<string, string> = {};
  for (const line of file.split(/\r?\n/)) {
    const trimmed = line.trim();
    if (trimmed === "" || trimmed.startsWith("#")) continue;
    const [name = "", value] = splitOnce(trimmed, "=");
    if (value === undefined) throw new Fault("setting_invalid", `the line "${trimmed.slice(0, 80)}" of the settings file is not NAME=value`);
    named[name.trim()] = value.trim();
  }
  return named;
}

function splitOnce(text: string, by: string): [string, string | undefined] {
  const at = text.indexOf(by);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + by.length)];
}

function nearest(name: string): string {
  const known = KEYS.map(environmentName).find((candidate) => candidate.startsWith(name.slice(0, 9)));
  return known === undefined ? "" : `; is ${known} meant?`;
}

function readText(text: string, name: string): string {
  if (text.length > 4_096) throw invalid(name, "is too long");
  return text;
}

function readSwitch(text: string, name: string): boolean {
  if (/^(1|true|yes|on)$/i.test(text)) return true;
  if (/^(0|false|no|off)$/i.test(text)) return false;
  throw invalid(name, "is 1 or 0");
}

function readToken(text: string, name: string): string {
  if (text.length < 16) throw invalid(name, "needs at least 16 characters");
  return text;
}

function readPort(text: string, name: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) throw invalid(name, "is a port from 0 to 65535");
  return port;
}

function readPortRange(text: string, name: string): { readonly begin: number; readonly end: number } {
  const [first = "", last = first] = splitOnce(text, "-");
  const range = { begin: readPort(first, name), end: readPort(last, name) };
  if (range.begin > range.end || range.begin === 0) throw invalid(name, "is a port or a range like 50000-50100");
  return range;
}

function readCount(text: string, name: string): number {
  const count = Number(text);
  if (!/^\d{1,3}$/.test(text) || count < 1) throw invalid(name, "is a number from 1 to 999");
  return count;
}

function readMixers(text: string, name: string): number {
  const count = readCount(text, name);
  if (count > 1) throw invalid(name, "is 1: this release mixes every Space in one process");
  return count;
}

function readUrl(text: string, name: string): string {
  if (!URL.canParse(text)) throw invalid(name, "is an address like https://odeon.example");
  const url = new URL(text);
  if (!/^https?:$/.test(url.protocol) || url.pathname !== "/" || url.search !== "" || url.hash !== "")
    throw invalid(name, "is an address like https://odeon.example, without a path");
  return url.origin;
}

function readList(text: string): readonly string[] {
  return text.split(/[,\s]+/).filter((item) => item !== "");
}

function readLog(text: string, name: string): "file" | "stderr" {
  if (text === "file" || text === "stderr") return text;
  throw invalid(name, "is file or stderr");
}

function invalid(name: string, why: string): Fault {
  return new Fault("setting_invalid", `${name} ${why}`);
}
