/** Figures as lines of text. */

import type { WrittenFigure, WrittenReport } from "./report.ts";
import { summarize } from "./statistics.ts";

const HEAD = ["figure", "median", "spread", "goal", "", "beside it, in the same run"] as const;

/** A table for the terminal. */
export function figureTable(figures: readonly WrittenFigure[]): string {
  return columns([[...HEAD], ...figures.map(cells)]);
}

/** The closing table of several benches. */
export function summaryTable(reports: readonly WrittenReport[]): string {
  return columns([["bench", ...HEAD], ...reports.flatMap(({ name, figures }) => figures.filter(hasGoal).map((figure) => [name, ...cells(figure)]))]);
}

/** The README's table, in Markdown. */
export function markdownTable(reports: readonly WrittenReport[]): string {
  const rows = reports.flatMap(({ name, title, figures }) =>
    figures.filter(hasGoal).map((figure) => {
      const [what = "", median = "", spread = "", goal = "", met = "", beside = ""] = cells(figure);
      return [`[${title}](bench/${name}.ts): ${what}`, `${median} (${spread})`, goal, met, beside];
    }),
  );
  const lines = [["Figure", "Median (spread)", "Goal", "", "Beside it, in the same run"], ["---", "--:", "--:", "---", "---"], ...rows];
  return `${lines.map((line) => `| ${line.join(" | ")} |`).join("\n")}\n\n${machinesOf(reports)}\n`;
}

function hasGoal({ goal }: WrittenFigure): boolean {
  return goal !== undefined;
}

function machinesOf(reports: readonly WrittenReport[]): string {
  const lines = reports.map(({ machine, date, figures }) => {
    const runs = Math.min(...figures.map((figure) => figure.runs.length));
    return `${machine.cores} cores (${machine.cpu}), ${machine.memoryGiB} GiB, Node ${machine.node}, ${date.slice(0, 10)}, at least ${runs} runs`;
  });
  return [...new Set(lines)].map((line) => `Measured on ${line}.`).join("\n");
}

function cells({ figure, unit, summary, goal, met, beside }: WrittenFigure): string[] {
  const other = beside === undefined ? null : summarize(beside.runs);
  return [
    figure,
    `${show(summary.median)} ${unit}`,
    `${show(summary.min)} to ${show(summary.max)}`,
    goal === undefined ? "" : `≤ ${show(goal)} ${unit}`,
    met === null ? "" : met ? "met" : "missed",
    other === null || beside === undefined ? "" : `${beside.what}: ${show(other.median)} ${unit} (${show(other.min)} to ${show(other.max)})`,
  ];
}

/** Three significant digits, never an exponent. */
function show(value: number): string {
  if (!Number.isFinite(value)) return "none";
  const digits = value === 0 ? 0 : Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return String(Number(value.toFixed(Math.min(digits, 6))));
}

function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => (row[i] ?? "").length)));
  return rows.map((row) => `  ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join("  ")}`.trimEnd()).join("\n");
}
