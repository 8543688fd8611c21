/** The share of packets that were not there in time, over the last 5 s. */

const SLOT_MS = 100;
const SLOTS = 50;

/** Counts in slots of 100 ms; constant memory. */
export class LossShare {
  readonly #taken = new Float64Array(SLOTS);
  readonly #missed = new Float64Array(SLOTS);
  #slot = 0;

  /** Notes that `taken` packets fell due at `at` (milliseconds, monotonic), and that `missed` of them were not there. */
  note(at: number, taken: number, missed: number): void {
    this.#turn(at);
    const slot = this.#slot % SLOTS;
    this.#taken[slot] = (this.#taken[slot] ?? 0) + taken;
    this.#missed[slot] = (this.#missed[slot] ?? 0) + missed;
  }

  /** 0 to 1; 0 when nothing was due. */
  share(at: number): number {
    this.#turn(at);
    let taken = 0;
    let missed = 0;
    for (let i = 0; i < SLOTS; i++) {
      taken += this.#taken[i] ?? 0;
      missed += this.#missed[i] ?? 0;
    }
    return taken === 0 ? 0 : missed / taken;
  }

  #turn(at: number): void {
    const slot = Math.max(0, Math.floor(at / SLOT_MS));
    for (let next = Math.max(this.#slot + 1, slot - SLOTS + 1); next <= slot; next++) {
      this.#taken[next % SLOTS] = 0;
      this.#missed[next % SLOTS] = 0;
    }
    this.#slot = Math.max(this.#slot, slot);
  }
}
