import type { PeerManagerHandle } from '@diemnet/peer-manager';
import type { ConnectionMetadata } from '@diemnet/transport';
import {
  displayPeerId,
  errorCode,
  type Logger,
  type NetworkAddress,
  type PeerId,
  type TimeService,
  type Timer,
} from '@diemnet/types';

/** What renewing connections needs. */
export interface ConnectionRenewalsComponents {
  readonly peerManager: Pick<PeerManagerHandle, 'dial'>;
  readonly time: TimeService;
  readonly logger: Logger;
  readonly retryMs: number;
  /** Where the peer can be dialed now. */
  readonly addressesOf: (peerId: PeerId) => readonly NetworkAddress[];
}

interface Renewal {
  readonly connectionId: number;
  readonly deadlineMs: number;
  readonly controller: AbortController;
  attempts: number;
  timer: Timer | undefined;
}

/**
 * Dials peers again although they are connected, because the connection was made under a key of ours that is about to
 * go. Peers that do not know the new key yet refuse, so every attempt is repeated until one stands, the connection is
 * another one, or the time is up. The old connection stays until then: make before break.
 */
export class ConnectionRenewals {
  readonly #components: ConnectionRenewalsComponents;
  readonly #renewals = new Map<PeerId, Renewal>();

  constructor(components: ConnectionRenewalsComponents) {
    this.#components = components;
  }

  get size(): number {
    return this.#renewals.size;
  }

  /** Renews this connection, at once and then every `retryMs`, for `forMs` at most. */
  begin({ remotePeerId, connectionId, address }: ConnectionMetadata, forMs: number): void {
    this.end(remotePeerId);
    const renewal: Renewal = {
      connectionId,
      deadlineMs: this.#components.time.now() + forMs,
      controller: new AbortController(),
      attempts: 0,
      timer: undefined,
    };
    this.#renewals.set(remotePeerId, renewal);
    this.#schedule(remotePeerId, renewal, address, 0);
  }

  /** The peer has this connection now; a renewal of another one is over. */
  connected({ remotePeerId, connectionId }: ConnectionMetadata): void {
    const renewal = this.#renewals.get(remotePeerId);
    if (renewal === undefined || renewal.connectionId === connectionId) return;
    // An attempt under way is left to the tie-break of both sides.
    renewal.timer?.cancel();
    this.#renewals.delete(remotePeerId);
  }

  /** Gives up the renewal, an attempt under way included. */
  end(peerId: PeerId): void {
    const renewal = this.#renewals.get(peerId);
    this.#renewals.delete(peerId);
    renewal?.timer?.cancel();
    renewal?.controller.abort();
  }

  clear(): void {
    for (const peerId of [...this.#renewals.keys()]) this.end(peerId);
  }

  #schedule(peerId: PeerId, renewal: Renewal, dialed: NetworkAddress, delayMs: number): void {
    renewal.timer = this.#components.time.schedule(
      delayMs,
      () => void this.#attempt(peerId, renewal, dialed),
    );
  }

  async #attempt(peerId: PeerId, renewal: Renewal, dialed: NetworkAddress): Promise<void> {
    const { peerManager, time, logger, retryMs, addressesOf } = this.#components;
    const known = addressesOf(peerId);
    const address = known[renewal.attempts++ % known.length] ?? dialed;
    const { signal } = renewal.controller;
    const fields = { remote_peer: displayPeerId(peerId), network_address: address };
    try {
      const { connectionId } = await peerManager.dial(peerId, address, { signal, replace: true });
      if (connectionId !== renewal.connectionId) logger.info(fields, 'connection renewed under our new key');
    } catch (error) {
      if (signal.aborted) return;
      logger.debug({ ...fields, error: errorCode(error) }, 'connection not renewed yet');
    }
    if (this.#renewals.get(peerId) !== renewal) return;
    if (time.now() + retryMs < renewal.deadlineMs) this.#schedule(peerId, renewal, dialed, retryMs);
    else this.#renewals.delete(peerId);
  }
}
