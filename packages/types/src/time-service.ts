/** A pending callback of a {@link TimeService}. */
export interface Timer {
  /** The callback will not run any more. May be called at any time, also twice. */
  cancel(): void;
}

/**
 * All time of DiemNet goes through this, so that a simulation can replace it (behaviour 3).
 * Waiting, timeouts and intervals are functions over it: {@link sleep}, {@link withTimeout}, {@link startInterval}.
 */
export interface TimeService {
  /** Monotonic milliseconds from an arbitrary start; fractions possible. */
  now(): number;
  /** Milliseconds since the Unix epoch, an integer. May step when the clock is set. */
  unixTimeMs(): number;
  /** Runs `callback` once, after `delayMs` (rounded up to 0). */
  schedule(delayMs: number, callback: () => void): Timer;
}

const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/* eslint-disable no-restricted-globals, no-restricted-properties -- the one place where the real clock enters */

/** One shot of the real clock, in steps where the delay exceeds what setTimeout can hold. */
class SystemTimer implements Timer {
  #handle: ReturnType<typeof setTimeout>;

  constructor(delayMs: number, callback: () => void) {
    // setTimeout cuts fractions off: rounding up keeps it from firing before its time.
    this.#handle = this.#arm(Math.ceil(delayMs), callback);
  }

  #arm(delayMs: number, callback: () => void): ReturnType<typeof setTimeout> {
    if (delayMs > MAX_TIMEOUT_MS) {
      const rearm = () => (this.#handle = this.#arm(delayMs - MAX_TIMEOUT_MS, callback));
      return setTimeout(rearm, MAX_TIMEOUT_MS);
    }
    return setTimeout(callback, delayMs);
  }

  cancel(): void {
    clearTimeout(this.#handle);
  }
}

/** The real clock. */
export const systemTime: TimeService = Object.freeze({
  now: () => performance.now(),
  unixTimeMs: () => Date.now(),
  schedule: (delayMs: number, callback: () => void) => new SystemTimer(delayMs, callback),
});
