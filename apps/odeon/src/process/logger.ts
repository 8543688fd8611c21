/** Structured logs: one JSON object a line, in a file of the data folder or on standard error. */

import { type Logger, pino } from "pino";
import type { Start } from "../supervisor/child.ts";

/** Makes the log of one process; every line bears the process's id. */
export function openLogger(start: Start): Logger {
  const destination = start.logFile === null ? pino.destination(2) : pino.destination({ dest: start.logFile, append: true, mkdir: true, sync: true });
  return pino({ base: { process: start.id, pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime }, destination);
}
