import type { PeerManagerHandle } from '@diemnet/peer-manager';
import type { ConnectionMetadata } from '@diemnet/transport';
import {
  displayPeerId,
  errorCode,
  type Logger,
  type NetworkAddress,
  type PeerId,
  type Rng,
  type TimeService,
} from '@diemnet/types';
import { dialFailure, describeError } from './dial-failure.js';
import type { DialObservers } from './dial-observers.js';
import { dialDelayMs, type BackoffOptions } from './backoff.js';
import { DialQueue, type Dial, type DialOutcome } from './dial-queue.js';
import { DialState } from './dial-state.js';
import type { ConnectivityMetrics, DialResult } from './metrics.js';

/** What dialing needs. */
export interface DialerComponents {
  readonly peerManager: Pick<PeerManagerHandle, 'dial'>;
  readonly time: TimeService;
  readonly rng: Rng;
  readonly logger: Logger;
  readonly metrics: ConnectivityMetrics;
  readonly options: BackoffOptions;
  readonly observers: DialObservers;
  /** A dial that was to replace a connection has ended; `standing` is what stands now, if it succeeded. */
  readonly onReplaced: (peerId: PeerId, standing: ConnectionMetadata | undefined) => void;
  /** PeerManager takes no more dials. */
  readonly onShuttingDown: () => void;
}

/** Carries out dials: which address is next, after which delay, and what became of it. */
export class Dialer {
  readonly #components: DialerComponents;
  readonly #queue: DialQueue;
  readonly #states = new Map<PeerId, DialState>();

  constructor(components: DialerComponents) {
    this.#components = components;
    this.#queue = new DialQueue({
      time: components.time,
      dial: ({ peerId, address, replace }, signal) =>
        components.peerManager.dial(peerId, address, replace ? { signal, replace } : { signal }),
      onStarted: (dial) => components.logger.info(this.#fields(dial), 'dialing'),
      onEnded: (dial, outcome) => this.#onEnded(dial, outcome),
    });
  }

  /** Dials that wait or are under way. */
  get size(): number {
    return this.#queue.size;
  }

  /** What counts against the outbound limit. */
  get occupied(): number {
    return this.#queue.occupied;
  }

  get(peerId: PeerId): Dial | undefined {
    return this.#queue.get(peerId);
  }

  has(peerId: PeerId): boolean {
    return this.#queue.has(peerId);
  }

  peerIds(): PeerId[] {
    return this.#queue.peerIds();
  }

  stateOf(peerId: PeerId): DialState | undefined {
    return this.#states.get(peerId);
  }

  /** Queues a dial to a peer that has none, at its next address and after its next delay. */
  queue(
    peerId: PeerId,
    addresses: readonly NetworkAddress[],
    { replace = false }: { readonly replace?: boolean } = {},
  ): void {
    const { options, rng, logger, metrics } = this.#components;
    const state = this.#states.get(peerId) ?? new DialState();
    this.#states.set(peerId, state);
    const { address, attempt } = state.next(addresses);
    const delayMs = dialDelayMs(attempt, options, rng);
    const dial = this.#queue.add({ peerId, address, delayMs, replace });
    metrics.dialQueued(delayMs);
    logger.info({ ...this.#fields(dial), delay: delayMs }, 'dial queued');
  }

  cancel(peerId: PeerId): void {
    this.#queue.cancel(peerId);
  }

  /** The peer is connected: a dial that waits is pointless, and the next one starts afresh. */
  connected(
    peerId: PeerId,
    dialedAddress: NetworkAddress | undefined,
    addresses: readonly NetworkAddress[],
  ): void {
    this.#queue.cancelWaiting(peerId);
    this.#states.get(peerId)?.connected(dialedAddress, addresses);
  }

  /**
   * What is known of the peer changed: the next dial starts from the first address, without delay. A dial to an
   * address that is not listed any more is given up.
   */
  reset(peerId: PeerId, addresses: readonly NetworkAddress[]): void {
    this.#states.delete(peerId);
    const dial = this.#queue.get(peerId);
    if (dial === undefined) return;
    if (addresses.includes(dial.address)) this.#queue.cancelWaiting(peerId);
    else this.#queue.cancel(peerId);
  }

  /** Gives up everything. */
  clear(): void {
    this.#queue.clear();
    this.#states.clear();
  }

  #onEnded(dial: Dial, outcome: DialOutcome): void {
    const { logger, metrics, time, observers, onReplaced, onShuttingDown } = this.#components;
    const fields = this.#fields(dial);
    const result = resultOf(outcome);
    metrics.dialEnded(result);
    if (outcome.kind === 'failed') {
      logger.info(
        { ...fields, error: describeError(outcome.error) },
        `dial ended: ${result.replace('_', ' ')}`,
      );
      const failure =
        result === 'failed' ? dialFailure(outcome.error, dial.address, time.unixTimeMs()) : undefined;
      const state = this.#states.get(dial.peerId);
      if (failure !== undefined && state !== undefined) state.lastFailure = failure;
      observers.tell({ peerId: dial.peerId, address: dial.address, result, failure });
      if (errorCode(outcome.error) === 'ERR_SHUTTING_DOWN') return onShuttingDown();
    } else {
      logger.info(fields, `dial ended: ${result}`);
      observers.tell({ peerId: dial.peerId, address: dial.address, result, failure: undefined });
    }
    // A failed one leaves the old connection its time; with any other end it will not be replaced.
    if (dial.replace && result !== 'failed' && result !== 'cancelled') {
      onReplaced(dial.peerId, outcome.kind === 'succeeded' ? outcome.metadata : undefined);
    }
  }

  #fields({ peerId, address }: Dial) {
    return { remote_peer: displayPeerId(peerId), network_address: address };
  }
}

function resultOf(outcome: DialOutcome): DialResult {
  if (outcome.kind !== 'failed') return outcome.kind;
  return errorCode(outcome.error) === 'ERR_ALREADY_CONNECTED' ? 'already_connected' : 'failed';
}
