import type { LogFields } from './logger.js';
import type { TimeService } from './time-service.js';

/** How much of one kind a {@link LogThrottle} lets through. */
export interface LogThrottleOptions {
  /** Length of a window in milliseconds. It begins with the first event in it. 0: everything passes. */
  readonly intervalMs: number;
  /** Events of one key per window. @default 1 */
  readonly limit?: number;
}

interface Window {
  startedAt: number;
  admitted: number;
  suppressed: number;
}

const NONE: LogFields = Object.freeze({});

/**
 * Keeps what a remote can cause as often as it likes from flooding the log (D-12): lets a number of events per key and
 * window through, and counts the rest. Keys come from a small set, or are forgotten when what they stand for is gone.
 *
 * @example
 * const throttle = new LogThrottle(time, { intervalMs: 1000 });
 * const sampled = throttle.admit('decode');
 * if (sampled !== undefined) logger.warn({ error, ...sampled }, 'a payload does not decode');
 */
export class LogThrottle {
  readonly #time: TimeService;
  readonly #intervalMs: number;
  readonly #limit: number;
  readonly #windows = new Map<string, Window>();

  constructor(time: TimeService, { intervalMs, limit = 1 }: LogThrottleOptions) {
    this.#time = time;
    this.#intervalMs = intervalMs;
    this.#limit = limit;
  }

  /**
   * Undefined if the event is not to be logged; else fields to log with it: `suppressed`, the number of those that were
   * left out since the last one, if there are any.
   */
  admit(key = ''): LogFields | undefined {
    const now = this.#time.now();
    let window = this.#windows.get(key);
    if (window === undefined) {
      window = { startedAt: now, admitted: 0, suppressed: 0 };
      this.#windows.set(key, window);
    } else if (now - window.startedAt >= this.#intervalMs) {
      window.startedAt = now;
      window.admitted = 0;
    }
    if (window.admitted >= this.#limit) {
      window.suppressed++;
      return undefined;
    }
    window.admitted++;
    const { suppressed } = window;
    if (suppressed === 0) return NONE;
    window.suppressed = 0;
    return { suppressed };
  }

  /** Drops what is known of a key. */
  forget(key: string): void {
    this.#windows.delete(key);
  }
}
