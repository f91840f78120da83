import type { TimeService } from '@diemnet/types';

/** How many Diffie-Hellman operations per second a listener does for dialers of one kind. */
export interface DhBudgetOptions {
  /** Operations per second, in the long run. */
  readonly perSecond: number;
  /** Operations that may have been saved up. */
  readonly burst: number;
}

/**
 * Operations that may be done now: a bucket that fills at a steady rate on the given clock. Who has begun may finish,
 * so that the bucket may go into debt, by one handshake for each that is begun with the last operations.
 */
export class DhBudget {
  readonly #options: DhBudgetOptions;
  readonly #time: TimeService;
  #tokens: number;
  #at: number;

  constructor(options: DhBudgetOptions, time: TimeService) {
    this.#options = options;
    this.#time = time;
    this.#tokens = options.burst;
    this.#at = time.now();
  }

  /** Takes `count` operations; false, and none are taken, if there are not so many. */
  take(count: number): boolean {
    this.#refill();
    if (this.#tokens < count) return false;
    this.#tokens -= count;
    return true;
  }

  /** Takes `count` operations whether or not they are there. */
  spend(count: number): void {
    this.#refill();
    this.#tokens -= count;
  }

  #refill(): void {
    const now = this.#time.now();
    const { perSecond, burst } = this.#options;
    // Unlimited, without the NaN of Infinity times zero.
    const earned = perSecond === Number.POSITIVE_INFINITY ? perSecond : ((now - this.#at) * perSecond) / 1000;
    this.#tokens = Math.min(burst, this.#tokens + earned);
    this.#at = now;
  }
}
