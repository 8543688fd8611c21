/** Processes and time: what they cost, where they listen, when they are waited for. */

import { readFileSync } from "node:fs";

/** Clock ticks a second in `/proc`: 100 on every Linux that Node runs on. */
const TICKS_A_SECOND = 100;

/** CPU time that a process has used since its start, in seconds: user and system. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
}

/** Percent of one core that the processes take together, in `runs` windows of `seconds` each. */
export async function cpuPercent(pids: readonly number[], options: { readonly runs: number; readonly seconds: number }): Promise<number[]> {
  const used = (): number => pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0);
  const percents: number[] = [];
  for (let run = 0; run < options.runs; run++) {
    const [before, began] = [used(), performance.now()];
    await rest(options.seconds * 1_000);
    percents.push((100_000 * (used() - before)) / (performance.now() - began));
  }
  return percents;
}

/** Waits. */
export function rest(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
