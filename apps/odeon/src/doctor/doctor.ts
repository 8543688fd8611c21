/** `odeon doctor`: what this machine has and lacks, in plain words, before the doors open. */

import { readFileSync, statfsSync } from "node:fs";
import { availableParallelism, freemem } from "node:os";
import { resolve } from "node:path";
import { Fault } from "@odeon/core/shared/fault";
import { settingsOf } from "../lan/lan.ts";

const HELP = `odeon doctor [--json]: checks this machine. Exit status 0 when nothing is in the way, else 1.`;
const GIB = 1 << 30;

/** One finding. `is` bad makes the exit status 1. */
export interface Finding {
  readonly is: "ok" | "care" | "bad";
  readonly what: string;
  readonly detail: string;
}

/** What {@link judge} looks at; null where the system does not tell. */
export interface Measurements {
  readonly node: string;
  readonly cores: number;
  readonly freeMemory: number;
  readonly freeDisk: number | null;
  readonly openFiles: number | null;
  readonly somaxconn: number | null;
}

/** Judges measurements. Bytes for memory and disk. */
export function judge(m: Measurements): readonly Finding[] {
  const findings: Finding[] = [
    { is: Number(m.node.split(".")[0]) >= 24 ? "ok" : "bad", what: "Node", detail: `${m.node}; 24 is needed` },
    { is: m.cores >= 2 ? "ok" : "care", what: "cores", detail: `${m.cores}; one edge a core but one` },
    { is: m.freeMemory >= GIB ? "ok" : "care", what: "memory", detail: `${(m.freeMemory / GIB).toFixed(1)} GiB free` },
  ];
  if (m.freeDisk !== null) {
    const hours = Math.floor(m.freeDisk / (62 * 1_000_000));
    findings.push({
      is: hours >= 24 ? "ok" : hours >= 3 ? "care" : "bad",
      what: "disk",
      detail: `${(m.freeDisk / GIB).toFixed(1)} GiB free: about ${hours} h of recording`,
    });
  }
  if (m.openFiles !== null) {
    findings.push({
      is: m.openFiles >= 4_096 ? "ok" : "care",
      what: "open files",
      detail: `${m.openFiles} a process: about ${Math.max(0, m.openFiles - 200)} listeners an edge`,
    });
  }
  if (m.somaxconn !== null) {
    findings.push({
      is: m.somaxconn >= 4_096 ? "ok" : "care",
      what: "somaxconn",
      detail: `${m.somaxconn} connections may wait to be accepted; "sysctl net.core.somaxconn=4096" raises it`,
    });
  }
  return findings;
}

/** Runs the command; resolves with the exit status. */
export function doctor(args: string[]): Promise<number> {
  if (args.includes("--help")) {
    process.stdout.write(`${HELP}\n`);
    return Promise.resolve(0);
  }
  try {
    const settings = settingsOf(args.filter((arg) => arg !== "--json"));
    const findings = judge(measure(settings.data));
    if (args.includes("--json")) process.stdout.write(`${JSON.stringify({ findings }, null, 2)}\n`);
    else for (const { is, what, detail } of findings) process.stdout.write(`${is.padEnd(5)}${what.padEnd(12)}${detail}\n`);
    return Promise.resolve(findings.some((finding) => finding.is === "bad") ? 1 : 0);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    process.stderr.write(`odeon: ${error.message}\n`);
    return Promise.resolve(2);
  }
}

function measure(data: string): Measurements {
  return {
    node: process.versions.node,
    cores: availableParallelism(),
    freeMemory: freemem(),
    freeDisk: attempt(() => {
      const disk = statfsSync(resolve(data, ".."));
      return disk.bavail * disk.bsize;
    }),
    openFiles: attempt(() => Number(/Max open files\s+(\d+)/.exec(readFileSync("/proc/self/limits", "utf8"))?.[1])),
    somaxconn: attempt(() => Number(readFileSync("/proc/sys/net/core/somaxconn", "utf8"))),
  };
}

function attempt(read: () => number): number | null {
  try {
    const value = read();
    return Number.isFinite(value) ? value : null;
  } catch {
    return null;
  }
}
