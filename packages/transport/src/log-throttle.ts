import type { TimeService } from '@diemnet/types';

/** Lets one event per key and interval through and counts the rest. Keys come from a small fixed set. */
export class LogThrottle {
  readonly #time: TimeService;
  readonly #intervalMs: number;
  readonly #keys = new Map<string, { nextAt: number; suppressed: number }>();

  constructor(time: TimeService, intervalMs: number) {
    this.#time = time;
    this.#intervalMs = intervalMs;
  }

  /** How many events of this key were held back since the last one, or undefined if this one is held back too. */
  admit(key: string): number | undefined {
    const now = this.#time.now();
    const entry = this.#keys.get(key);
    if (entry === undefined) {
      this.#keys.set(key, { nextAt: now + this.#intervalMs, suppressed: 0 });
      return 0;
    }
    if (now < entry.nextAt) {
      entry.suppressed++;
      return undefined;
    }
    const { suppressed } = entry;
    entry.nextAt = now + this.#intervalMs;
    entry.suppressed = 0;
    return suppressed;
  }
}
