import type { NetworkAddress, PeerId } from '@diemnet/types';
import type { DialFailure } from './dial-state.js';
import type { DialResult } from './metrics.js';

/** A dial that has ended. */
export interface DialReport {
  readonly peerId: PeerId;
  readonly address: NetworkAddress;
  readonly result: DialResult;
  /** Of a dial that failed. */
  readonly failure: DialFailure | undefined;
}

/** Hears of every dial that ends. Called synchronously; what it throws is ignored. */
export type DialObserver = (report: DialReport) => void;

/** Those who want to hear. */
export class DialObservers {
  readonly #observers = new Set<{ readonly observe: DialObserver }>();

  /** Returns the way to remove it. */
  add(observe: DialObserver): () => void {
    const entry = { observe };
    this.#observers.add(entry);
    return () => void this.#observers.delete(entry);
  }

  tell(report: DialReport): void {
    for (const { observe } of [...this.#observers]) {
      try {
        observe(report);
      } catch {
        // An observer must not decide about dials.
      }
    }
  }
}
