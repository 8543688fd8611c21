/** Authority in links: it travels in the URL fragment, and moves to this browser's storage as soon as the page opens. */

/** Where this page keeps things: the browser's storage, or memory when it refuses. */
export interface Keep {
  get(key: string): string | null;
  set(key: string, value: string): void;
  remove(key: string): void;
  /** False when the browser refuses storage: what is kept is gone with the page, and the page says so. */
  readonly lasts: boolean;
}

/** The key of the operator's token. */
export const OPERATOR_KEY = "odeon:operator";
/** The key of the token for a Space's stage. */
export const stageKey = (space: string): string => `odeon:stage:${space}`;

/** This browser's storage, with memory behind it. */
export const keep: Keep = openKeep();

/**
 * Takes `#token=…` out of the address bar into storage under `key` and gives the token that now counts.
 *
 * A fresh link replaces what was kept. The rest of the address stays; nothing is added to the history.
 */
export function takeToken(key: string): string | null {
  const fresh = takeFromFragment("token");
  if (fresh !== null) keep.set(key, fresh);
  return fresh ?? keep.get(key);
}

/** Takes one parameter out of the fragment, e.g. `signin`; null when it is not there. The address bar no longer shows it. */
export function takeFromFragment(name: string): string | null {
  const fragment = new URLSearchParams(location.hash.slice(1));
  const value = fragment.get(name);
  if (value === null) return null;
  fragment.delete(name);
  const rest = fragment.toString();
  history.replaceState(history.state, "", `${location.pathname}${location.search}${rest === "" ? "" : `#${rest}`}`);
  return value;
}

/** The Space's id in `/s/:id` or `/stage/:id`; null elsewhere. */
export function spaceOfPath(pathname: string): string | null {
  const id = /^\/(?:s|stage)\/([^/]+)\/?$/.exec(pathname)?.[1];
  try {
    return id === undefined ? null : decodeURIComponent(id);
  } catch {
    return null;
  }
}

function openKeep(): Keep {
  const memory = new Map<string, string>();
  const storage = usableStorage();
  return {
    get: (key) => memory.get(key) ?? storage?.getItem(key) ?? null,
    set: (key, value) => {
      memory.set(key, value);
      try {
        storage?.setItem(key, value);
      } catch {
        // Full or refused in the meantime: memory has it.
      }
    },
    remove: (key) => {
      memory.delete(key);
      storage?.removeItem(key);
    },
    lasts: storage !== null,
  };
}

function usableStorage(): Storage | null {
  try {
    localStorage.setItem("odeon:probe", "1");
    localStorage.removeItem("odeon:probe");
    return localStorage;
  } catch {
    return null;
  }
}
