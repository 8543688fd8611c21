/** Keeps the screen on while somebody is on stage. */

/** Holds a wake lock, and again whenever the page comes back to sight, until the returned function is called. Does nothing where browsers cannot. */
export function stayAwake(): () => void {
  let lock: WakeLockSentinel | null = null;
  let over = false;
  const ask = (): void => {
    const locks = navigator.wakeLock as WakeLock | undefined;
    if (over || document.visibilityState !== "visible" || locks === undefined) return;
    locks.request("screen").then(
      (granted) => {
        lock = granted;
        if (over) void granted.release();
      },
      () => undefined,
    );
  };
  ask();
  document.addEventListener("visibilitychange", ask);
  return () => {
    over = true;
    document.removeEventListener("visibilitychange", ask);
    void lock?.release();
  };
}
