/** Opens and closes a speaker over 10 ms, so that nobody's coming and going clicks. */

const STEP = 1 / 480;

/** One speaker's fader; it begins closed. */
export class Fader {
  #gain = 0;

  /**
   * Fades `block` in place towards open or closed; closed, it is silence.
   *
   * Runs every 20 ms for every speaker: no allocation.
   *
   * @returns whether anything of it is left
   */
  process(block: Float32Array, open: boolean): boolean {
    if (open && this.#gain === 1) return true;
    if (!open && this.#gain === 0) {
      block.fill(0);
      return false;
    }
    const step = open ? STEP : -STEP;
    for (let i = 0; i < block.length; i++) {
      this.#gain = Math.min(1, Math.max(0, this.#gain + step));
      block[i] = (block[i] ?? 0) * this.#gain;
    }
    return true;
  }
}
