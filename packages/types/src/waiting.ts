import { TypesError } from './errors.js';
import type { Timer, TimeService } from './time-service.js';

/** Options of every call that waits. */
export interface WaitOptions {
  /** Gives up when it aborts; the call then rejects with the reason if that is an error of the caller's, else `ERR_ABORTED`. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The error that a call gives up with when `signal` aborts: the caller's own reason if it is an error, else
 * `ERR_ABORTED`. What the platform puts there by default (AbortError, TimeoutError) becomes its cause.
 */
export function abortReason(signal: AbortSignal): Error {
  return signal.reason instanceof Error && !(signal.reason instanceof DOMException)
    ? signal.reason
    : new TypesError('ERR_ABORTED', 'the operation was aborted', { cause: signal.reason });
}

/** Throws {@link abortReason} if `signal` has aborted. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw abortReason(signal);
}

/** Resolves after `delayMs`. Aborting leaves no timer behind. */
export function sleep(time: TimeService, delayMs: number, { signal }: WaitOptions = {}): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(abortReason(signal));
    const onAbort = () => {
      timer.cancel();
      reject(abortReason(signal as AbortSignal));
    };
    const timer = time.schedule(delayMs, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

/**
 * The result of `operation`, which gets a signal that aborts when `timeoutMs` pass or the caller's signal aborts.
 * An operation that is ready when the time is up wins. What the operation throws, at once or later, is passed on.
 * @throws TypesError `ERR_ELAPSED`
 */
export async function withTimeout<T>(
  time: TimeService,
  timeoutMs: number,
  operation: (signal: AbortSignal) => Promise<T>,
  { signal }: WaitOptions = {},
): Promise<T> {
  throwIfAborted(signal);
  const controller = new AbortController();
  // The operation starts before the timer: whatever it schedules for the same moment comes first.
  const result = operation(controller.signal);
  return new Promise<T>((resolve, reject) => {
    const finish = () => {
      timer.cancel();
      signal?.removeEventListener('abort', onAbort);
    };
    const giveUp = (reason: Error) => {
      finish();
      controller.abort(reason);
      reject(reason);
    };
    const onAbort = () => giveUp(abortReason(signal as AbortSignal));
    signal?.addEventListener('abort', onAbort, { once: true });
    result.then(
      (value) => (finish(), resolve(value)),
      (error: unknown) => (finish(), reject(error)),
    );
    const timer = time.schedule(timeoutMs, () =>
      giveUp(new TypesError('ERR_ELAPSED', `no result within ${timeoutMs} ms`, { details: { timeoutMs } })),
    );
    // The operation itself may have aborted the caller's signal while it started.
    if (signal?.aborted) onAbort();
  });
}

/**
 * Calls `tick` at once (or after `firstDelayMs`) and then every `periodMs`, scheduled from the previous
 * deadline, so that late ticks are caught up. `cancel()` ends it.
 * @throws TypesError `ERR_INVALID_PERIOD` unless the period is positive
 */
export function startInterval(
  time: TimeService,
  periodMs: number,
  tick: () => void,
  { firstDelayMs = 0 }: { readonly firstDelayMs?: number } = {},
): Timer {
  if (!(periodMs > 0)) {
    throw new TypesError('ERR_INVALID_PERIOD', `an interval needs a positive period, got ${periodMs} ms`);
  }
  let deadline = time.now() + firstDelayMs;
  let cancelled = false;
  let timer = time.schedule(firstDelayMs, run);
  function run(): void {
    if (cancelled) return;
    deadline += periodMs;
    timer = time.schedule(deadline - time.now(), run);
    tick();
  }
  return {
    cancel() {
      cancelled = true;
      timer.cancel();
    },
  };
}
