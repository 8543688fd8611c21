/** A value that pages watch. */

import { useEffect, useState } from "preact/hooks";

/** Holds a value; whoever watches is told when it becomes another. */
export class Cell<T> {
  readonly #watchers = new Set<() => void>();
  #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  get value(): T {
    return this.#value;
  }

  /** Sets it; nobody is told when it stays the same (`Object.is`). */
  set(value: T): void {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    for (const watcher of this.#watchers) watcher();
  }

  /** Calls `watcher` after every change until the returned function is called. */
  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }
}

/** The cell's value in a component, which is drawn again when it changes. */
export function useCell<T>(cell: Cell<T>): T {
  const [, redraw] = useState(0);
  useEffect(() => {
    redraw((n) => n + 1);
    return cell.watch(() => redraw((n) => n + 1));
  }, [cell]);
  return cell.value;
}
