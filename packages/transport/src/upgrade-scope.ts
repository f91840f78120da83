import {
  TypesError,
  abortReason,
  throwIfAborted,
  type TimeService,
  type Timer,
  type WaitOptions,
} from '@diemnet/types';

/**
 * The time that one upgrade and each of its steps has, and the one signal that ends them all: an upgrade fails with its
 * step, so that no step needs a signal of its own.
 */
export class UpgradeScope {
  readonly #time: TimeService;
  readonly #controller = new AbortController();
  #reject: ((reason: Error) => void) | undefined;
  #timer: Timer | undefined;
  #stepTimer: Timer | undefined;

  constructor(time: TimeService) {
    this.#time = time;
  }

  /** Aborts when the upgrade is given up. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Gives the upgrade up. One that has ended keeps its result, one that has not begun will not. */
  abort(reason: Error): void {
    const reject = this.#reject;
    this.#finish();
    this.#controller.abort(reason);
    reject?.(reason);
  }

  /**
   * The result of the upgrade: rejects when `timeoutMs` pass, a step takes too long, {@link abort} is called or the
   * caller's signal aborts. An upgrade that is ready when the time is up wins.
   * @throws TypesError `ERR_ELAPSED`
   */
  async run<T>(timeoutMs: number, upgrade: () => Promise<T>, { signal }: WaitOptions = {}): Promise<T> {
    throwIfAborted(signal);
    throwIfAborted(this.signal);
    const onAbort = () => this.abort(abortReason(signal as AbortSignal));
    try {
      return await new Promise<T>((resolve, reject) => {
        this.#reject = reject;
        signal?.addEventListener('abort', onAbort, { once: true });
        // The upgrade starts before the timer: whatever it schedules for the same moment comes first.
        upgrade().then(resolve, reject);
        if (this.#reject === undefined) return;
        this.#timer = this.#time.schedule(timeoutMs, () => this.abort(elapsed(timeoutMs)));
        // The upgrade itself may have aborted the caller's signal while it started.
        if (signal?.aborted) onAbort();
      });
    } finally {
      signal?.removeEventListener('abort', onAbort);
      this.#finish();
    }
  }

  /** The result of a step, which has `timeoutMs`; one step at a time. */
  async step<T>(timeoutMs: number, step: (signal: AbortSignal) => Promise<T>): Promise<T> {
    throwIfAborted(this.signal);
    const result = step(this.signal);
    const timer = this.#time.schedule(timeoutMs, () => this.abort(elapsed(timeoutMs)));
    this.#stepTimer = timer;
    try {
      return await result;
    } finally {
      timer.cancel();
    }
  }

  #finish(): void {
    this.#reject = undefined;
    this.#timer?.cancel();
    this.#stepTimer?.cancel();
  }
}

function elapsed(timeoutMs: number): TypesError {
  return new TypesError('ERR_ELAPSED', `no result within ${timeoutMs} ms`, { details: { timeoutMs } });
}
