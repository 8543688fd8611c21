/** One bench's outcome: printed as a table, written to `bench/results/<name>.json`. */

import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describeMachine, type Machine } from "./machine.ts";
import { type Summary, summarize } from "./statistics.ts";
import { figureTable } from "./table.ts";

/** One figure of a bench. Without a goal it is there to be compared with. */
export interface Figure {
  readonly figure: string;
  readonly unit: "ms" | "s" | "% of a core" | "kB" | "count";
  readonly runs: readonly number[];
  /** The most that its median may be. */
  readonly goal?: number;
  /** A peer or a floor, measured in the same run. */
  readonly beside?: { readonly what: string; readonly runs: readonly number[] };
}

/** What a bench says. */
export interface Report {
  readonly name: string;
  readonly title: string;
  /** How it was measured, in sentences; also what could not be done. */
  readonly method: readonly string[];
  readonly figures: readonly Figure[];
}

/** A figure as it stands in the file. */
export interface WrittenFigure extends Figure {
  readonly summary: Summary;
  readonly met: boolean | null;
}

/** The file of one bench. */
export interface WrittenReport extends Omit<Report, "figures"> {
  readonly date: string;
  readonly machine: Machine;
  readonly figures: readonly WrittenFigure[];
}

/** The folder of the files. */
export const RESULTS = fileURLToPath(new URL("../results/", import.meta.url));
const BIOME = fileURLToPath(new URL("../../node_modules/.bin/biome", import.meta.url));

const machine = describeMachine();

/** Prints the figures and writes the file. */
export function report({ name, title, method, figures }: Report): void {
  const written: WrittenReport = { name, title, date: new Date().toISOString(), machine, method, figures: figures.map(judge) };
  process.stdout.write(`\n${title}\n${method.map((line) => `  ${line}\n`).join("")}\n${figureTable(written.figures)}\n`);
  mkdirSync(RESULTS, { recursive: true });
  const file = `${RESULTS}${name}.json`;
  writeFileSync(file, `${JSON.stringify(written, null, 2)}\n`);
  spawnSync(BIOME, ["format", "--write", file], { stdio: "ignore" });
}

function judge(figure: Figure): WrittenFigure {
  const runs = figure.runs.map(round);
  const summary = summarize(runs);
  const { goal, beside } = figure;
  return {
    ...figure,
    runs,
    ...(beside === undefined ? {} : { beside: { what: beside.what, runs: beside.runs.map(round) } }),
    summary,
    met: goal === undefined ? null : summary.median <= goal,
  };
}

/** Four significant digits: more was not measured. */
function round(value: number): number {
  return Number(value.toPrecision(4));
}
