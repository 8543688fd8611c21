/** The writer's own thread: takes what has come since the last commit and commits it at once. */

import { parentPort, workerData } from "node:worker_threads";
import { Fault } from "@odeon/core/shared/fault";
import type { Append } from "../log.ts";
import { Store, type StoreOptions } from "./store.ts";

/** One order to the thread. */
export type Order =
  | { readonly ask: "take_over" }
  | { readonly ask: "append"; readonly appends: readonly Append[]; readonly at: number }
  | { readonly ask: "forget_parts"; readonly space: string; readonly before: number }
  | { readonly ask: "remove"; readonly space: string }
  | { readonly ask: "close" };

/** The thread's answer to the order of the same id. */
export type Answer = { readonly id: number; readonly value: number } | { readonly id: number; readonly code: Fault["code"]; readonly detail: string };

const { path, options } = workerData as { readonly path: string; readonly options: StoreOptions };
const store = new Store(path, options);

parentPort?.on("message", ({ id, order }: { readonly id: number; readonly order: Order }) => {
  parentPort?.postMessage(answer(id, order));
  if (order.ask === "close") parentPort?.close();
});

function answer(id: number, order: Order): Answer {
  try {
    return { id, value: carryOut(order) };
  } catch (error) {
    if (error instanceof Fault) return { id, code: error.code, detail: error.message };
    throw error;
  }
}

function carryOut(order: Order): number {
  switch (order.ask) {
    case "take_over":
      return store.takeOver();
    case "append":
      store.append(order.appends, order.at);
      return 0;
    case "forget_parts":
      store.forgetParts(order.space, order.before);
      return 0;
    case "remove":
      store.remove(order.space);
      return 0;
    case "close":
      store.close();
      return 0;
  }
}
