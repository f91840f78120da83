import { abortReason, throwIfAborted, type WaitOptions } from '@diemnet/types';
import type { Lane } from './lane.js';

interface Waiter {
  readonly lane: Lane;
  resolve(): void;
  reject(error: Error): void;
}

/** Senders that were told to wait until their lane has room again. */
export class RoomWaiters {
  readonly #waiters = new Set<Waiter>();

  async wait(lane: Lane, { signal }: WaitOptions): Promise<void> {
    throwIfAborted(signal);
    return new Promise((resolve, reject) => {
      const done = () => {
        this.#waiters.delete(waiter);
        signal?.removeEventListener('abort', onAbort);
      };
      const onAbort = () => waiter.reject(abortReason(signal as AbortSignal));
      const waiter: Waiter = {
        lane,
        resolve: () => (done(), resolve()),
        reject: (error) => (done(), reject(error)),
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#waiters.add(waiter);
    });
  }

  /** Wakes those whose lane has room. */
  wake(hasRoom: (lane: Lane) => boolean): void {
    if (this.#waiters.size === 0) return;
    for (const waiter of [...this.#waiters]) if (hasRoom(waiter.lane)) waiter.resolve();
  }

  /** `createError` is called only if somebody waits. */
  rejectAll(createError: () => Error): void {
    if (this.#waiters.size === 0) return;
    const error = createError();
    for (const waiter of [...this.#waiters]) waiter.reject(error);
  }
}
