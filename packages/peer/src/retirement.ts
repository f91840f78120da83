import type { DeadlineHandle, DeadlineWheel } from './deadline-wheel.js';

/** How often a retiring connection looks whether its requests have been answered. */
const CHECK_INTERVAL_MS = 100;

/** The time between the decision that a connection is not needed any more and its end. */
export class Retirement {
  readonly #deadlines: DeadlineWheel;
  readonly #isBusy: () => boolean;
  readonly #onOver: () => void;
  #next: DeadlineHandle;

  /** After `lingerMs`, and as soon as `isBusy` is false, `onOver` is called, unless it was cancelled. */
  constructor(deadlines: DeadlineWheel, lingerMs: number, isBusy: () => boolean, onOver: () => void) {
    this.#deadlines = deadlines;
    this.#isBusy = isBusy;
    this.#onOver = onOver;
    this.#next = deadlines.add(lingerMs, this);
  }

  onDeadline(): void {
    if (this.#isBusy()) this.#next = this.#deadlines.add(CHECK_INTERVAL_MS, this);
    else this.#onOver();
  }

  cancel(): void {
    this.#deadlines.remove(this.#next);
  }
}
