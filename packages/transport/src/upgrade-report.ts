import type { NetworkAddress, PeerId } from '@diemnet/types';
import type { ConnectionMetadata, ConnectionOrigin } from './connection.js';
import type { UpgradeError } from './errors.js';
import type { UpgradeStage } from './upgrade-attempt.js';

/** How long an upgrade was in one stage. */
export interface StageTiming {
  readonly stage: UpgradeStage;
  readonly durationMs: number;
}

/** One upgrade that has ended, in whatever way. */
export interface UpgradeReport {
  readonly origin: ConnectionOrigin;
  /** Outbound: the dialed address. Inbound: that of the socket, or the one that a PROXY header named. */
  readonly remoteAddress: NetworkAddress;
  /** Outbound: whom we wanted to reach. Inbound: who it was, if the upgrade came so far. */
  readonly remotePeerId: PeerId | undefined;
  /** On the monotonic clock. */
  readonly startedAt: number;
  readonly elapsedMs: number;
  /** In order, the one that failed last. */
  readonly stages: readonly StageTiming[];
  /** Exactly one of the two is there. */
  readonly metadata: ConnectionMetadata | undefined;
  readonly failure: UpgradeError | undefined;
}

/** Hears of every upgrade that ends. Called synchronously; what it throws is ignored. */
export type UpgradeObserver = (report: UpgradeReport) => void;

/** Those who want to hear. Without any an upgrade costs nothing more. */
export class UpgradeObservers {
  readonly #observers = new Set<{ readonly observe: UpgradeObserver }>();

  /** Returns the way to remove it. */
  add(observe: UpgradeObserver): () => void {
    const entry = { observe };
    this.#observers.add(entry);
    return () => void this.#observers.delete(entry);
  }

  /** Makes the report only if somebody hears it. */
  tell(report: () => UpgradeReport): void {
    if (this.#observers.size === 0) return;
    const made = report();
    for (const { observe } of [...this.#observers]) {
      try {
        observe(made);
      } catch {
        // An observer must not decide about a connection.
      }
    }
  }
}
