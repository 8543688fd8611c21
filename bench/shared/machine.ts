/** The machine on which a figure was measured. */

import { readFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg, release, tmpdir, totalmem } from "node:os";

/** What is written beside every figure. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly kernel: string;
  readonly node: string;
  /** The file system of the temporary data folders. */
  readonly disk: string;
  /** Processes that were running on average in the minute before. */
  readonly loadBefore: number;
}

/** Describes this machine, as it is before the measurement. */
export function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    node: process.versions.node,
    disk: fileSystemOf(tmpdir()),
    loadBefore: Math.round((loadavg()[0] ?? 0) * 100) / 100,
  };
}

function fileSystemOf(folder: string): string {
  try {
    const mounts = readFileSync("/proc/mounts", "utf8")
      .split("\n")
      .map((line) => line.split(" "))
      .filter(([, at = " "]) => folder === at || folder.startsWith(at.endsWith("/") ? at : `${at}/`))
      .toSorted(([, a = ""], [, b = ""]) => b.length - a.length);
    return mounts[0]?.[2] ?? "unknown";
  } catch {
    return "unknown";
  }
}
