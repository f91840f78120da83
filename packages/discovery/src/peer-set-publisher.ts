import { peerSetsEqual } from '@diemnet/network-address';
import type { Counter, Logger, PeerSet, TimeService, Timer } from '@diemnet/types';
import type { DiscoveredPeersReceiver, DiscoverySource } from './discovery-source.js';

interface PublisherComponents {
  readonly receiver: DiscoveredPeersReceiver;
  readonly time: TimeService;
  readonly logger: Logger;
  readonly sendFailures: Counter;
}

/**
 * Hands the peer sets of one source on: only what changed, and until it is taken (D-25). A set that the receiver
 * refuses waits for the next attempt, unless a newer one takes its place.
 */
export class PeerSetPublisher {
  readonly #components: PublisherComponents;
  readonly #source: DiscoverySource;
  readonly #retryDelayMs: number;
  #sent: PeerSet | undefined;
  #waiting: PeerSet | undefined;
  #retry: Timer | undefined;

  constructor(
    components: PublisherComponents,
    { source, retryDelayMs }: { readonly source: DiscoverySource; readonly retryDelayMs: number },
  ) {
    this.#components = components;
    this.#source = source;
    this.#retryDelayMs = retryDelayMs;
  }

  /** Hands `peers` on, if they differ from what was taken last. */
  publish(peers: PeerSet): void {
    this.#waiting = peers;
    this.#send();
  }

  /** No more attempts. */
  stop(): void {
    this.#retry?.cancel();
    this.#waiting = undefined;
  }

  #send(): void {
    this.#retry?.cancel();
    const peers = this.#waiting;
    this.#waiting = undefined;
    if (peers === undefined || (this.#sent !== undefined && peerSetsEqual(this.#sent, peers))) return;
    const { receiver, logger, sendFailures, time } = this.#components;
    this.#sent = peers;
    try {
      receiver.updateDiscoveredPeers(this.#source, peers);
    } catch (error) {
      // Nobody knows how much of it was taken: whatever comes next is news.
      this.#sent = undefined;
      this.#waiting = peers;
      this.#retry = time.schedule(this.#retryDelayMs, () => this.#send());
      sendFailures.inc();
      logger.warn({ error: String(error) }, 'discovery update not sent, will be tried again');
      return;
    }
    logger.trace({ peers: peers.size }, 'discovery update sent');
  }
}
