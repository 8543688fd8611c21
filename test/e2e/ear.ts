/** An ear that never looks away: when a tone could not be heard in a page, to a twentieth of a second. */

import type { Page } from "playwright-core";
import { heard } from "./browser.ts";
import { until } from "./speakers.ts";

/** A stretch without the tone, in milliseconds since 1970; `to` is null while it lasts. */
export interface Pause {
  readonly from: number;
  readonly to: number | null;
}

/** Listens to one page for one tone from `listen` on. */
export class Ear {
  readonly #page: Page;

  private constructor(page: Page) {
    this.#page = page;
  }

  /** Begins to listen for a tone of `hertz`; what is quieter than `least` (full scale 1) is a pause. */
  static async listen(page: Page, hertz: number, least = 0.01): Promise<Ear> {
    // Takes hold of what plays; it is called again whenever another element or track may have begun.
    await heard(page);
    await page.evaluate(hearOn, { hertz, least });
    return new Ear(page);
  }

  /** The pauses that ended after `since`, oldest first. */
  pauses(since = 0): Promise<readonly Pause[]> {
    return this.#page.evaluate((from) => {
      const { odeonPauses } = window as unknown as { odeonPauses: { from: number; to: number | null }[] };
      return odeonPauses.filter(({ to }) => to === null || to > from);
    }, since);
  }

  /** The longest silence after `since` in milliseconds. */
  async longestPause(since = 0): Promise<number> {
    const now = Date.now();
    return Math.max(0, ...(await this.pauses(since)).map((pause) => (pause.to ?? now) - Math.max(since, pause.from)));
  }

  /** Waits until the tone has been heard without a pause for `steady` seconds that began after `since`; gives when it was back, `since` where it never went. */
  untilSteady(since: number, steady: number, within: number): Promise<number> {
    return until(
      `the tone is heard for ${steady} s without a pause`,
      async () => {
        await heard(this.#page);
        const last = (await this.pauses(since)).at(-1);
        const from = last === undefined ? since : (last.to ?? Number.POSITIVE_INFINITY);
        return Date.now() - from >= steady * 1_000 ? { from } : null;
      },
      within,
    ).then(({ from }) => from);
  }
}

/** Runs in the page: every 50 ms judges each twentieth of a second that was played since the last time. */
function hearOn({ hertz, least }: { readonly hertz: number; readonly least: number }): void {
  const w = window as unknown as {
    odeonTap: { context: AudioContext; taps: Map<HTMLMediaElement, { node: AnalyserNode }> };
    odeonPauses: { from: number; to: number | null }[];
  };
  w.odeonPauses = [];
  const rate = 48_000;
  const window50 = rate / 20;
  const all = new Float32Array(32_768);
  const one = new Float32Array(32_768);
  let doneAt = w.odeonTap.context.currentTime;
  const amplitude = (from: number): number => {
    let re = 0;
    let im = 0;
    for (let i = 0; i < window50; i++) {
      const angle = (2 * Math.PI * hertz * i) / rate;
      re += (all[from + i] ?? 0) * Math.cos(angle);
      im += (all[from + i] ?? 0) * Math.sin(angle);
    }
    return (2 * Math.hypot(re, im)) / window50;
  };
  setInterval(() => {
    const { context, taps } = w.odeonTap;
    all.fill(0);
    for (const [element, { node }] of taps) {
      if (element.paused || element.muted) continue;
      node.getFloatTimeDomainData(one);
      for (let i = 0; i < all.length; i++) all[i] = (all[i] ?? 0) + (one[i] ?? 0);
    }
    const played = context.currentTime;
    const now = Date.now();
    const windows = Math.min(Math.floor(all.length / window50), Math.floor((played - doneAt) * 20));
    doneAt = windows === Math.floor(all.length / window50) ? played : doneAt + windows / 20;
    for (let i = windows; i > 0; i--) {
      const at = Math.round(now - i * 50);
      const last = w.odeonPauses.at(-1);
      if (amplitude(all.length - i * window50) >= least) {
        if (last?.to === null) last.to = at;
      } else if (last === undefined || last.to !== null) w.odeonPauses.push({ from: at, to: null });
    }
  }, 50);
}
