import type { PeerManagerHandle } from '@diemnet/peer-manager';
import type { ConnectionMetadata } from '@diemnet/transport';
import {
  comparePeerIds,
  displayPeerId,
  errorCode,
  type Logger,
  type NetworkContext,
  type PeerId,
  type PeerRole,
  type TimeService,
} from '@diemnet/types';
import { ConnectionCloser } from './connection-closer.js';
import type { Dialer } from './dialer.js';
import { isDialable } from './dial-candidates.js';
import type { DiscoveredPeer } from './discovered-peer.js';
import type { DiscoveredPeers } from './discovered-peers.js';
import { KeyRotations } from './key-rotation.js';
import { judgeConnection, type ConnectionVerdict } from './stale-connection.js';
import type { TrustedSet } from './trusted-set.js';

/** What enforcing works with; the manager owns all of it. */
export interface TrustEnforcementComponents {
  readonly context: NetworkContext;
  readonly roles: ReadonlySet<PeerRole>;
  readonly peerManager: Pick<PeerManagerHandle, 'disconnect'>;
  readonly connected: ReadonlyMap<PeerId, ConnectionMetadata>;
  readonly discovered: DiscoveredPeers;
  readonly trusted: TrustedSet;
  readonly dialer: Dialer;
  readonly time: TimeService;
  readonly logger: Logger;
  readonly mutualAuthentication: boolean;
  /** How long a connection may wait for its successor. */
  readonly graceMs: number;
  /** Dials that the outbound limit leaves room for. */
  readonly outboundBudget: () => number;
  /** A connection's time is over: everything is to be looked at again. */
  readonly onExpired: () => void;
  /** PeerManager closes nothing any more. */
  readonly onShuttingDown: () => void;
}

/**
 * Ends the dials and connections that the trusted set of this moment does not cover (DiemNet behaviour, section 11.3;
 * D-19). A connection whose peer merely changed its key may stay until its successor stands.
 */
export class TrustEnforcement {
  readonly #components: TrustEnforcementComponents;
  readonly #closer: ConnectionCloser;
  readonly #rotations: KeyRotations;

  constructor(components: TrustEnforcementComponents) {
    const { peerManager, time, logger, graceMs, onExpired } = components;
    this.#components = components;
    this.#closer = new ConnectionCloser({
      peerManager,
      onClosed: ({ remotePeerId }) => logger.info(peerField(remotePeerId), 'stale connection closed'),
      onFailed: (metadata, error) => this.#onCloseFailed(metadata, error),
    });
    this.#rotations = new KeyRotations({ time, graceMs, onExpired });
  }

  /** Looks at every dial and every connection. */
  enforce(): void {
    const { connected, dialer, trusted, logger } = this.#components;
    for (const peerId of dialer.peerIds()) {
      if (trusted.get(peerId) !== undefined) continue;
      logger.debug(peerField(peerId), 'stale dial cancelled');
      dialer.cancel(peerId);
    }
    for (const metadata of [...connected.values()]) {
      const verdict = this.judge(metadata);
      if (verdict === 'keep') this.#rotations.end(metadata.remotePeerId);
      else if (verdict === 'not-trusted' || !this.#isBeingReplaced(metadata))
        this.#closer.close(metadata, verdict);
    }
  }

  judge(metadata: ConnectionMetadata): ConnectionVerdict {
    const { trusted, mutualAuthentication } = this.#components;
    return judgeConnection(metadata, trusted.get(metadata.remotePeerId), mutualAuthentication);
  }

  /** A connection now stands. @returns whether it may */
  connected(metadata: ConnectionMetadata): boolean {
    const inOrder = this.judge(metadata) === 'keep';
    if (inOrder) this.#rotations.end(metadata.remotePeerId);
    return inOrder;
  }

  /** The peer has no connection any more. */
  lost(peerId: PeerId): void {
    this.#rotations.end(peerId);
    this.#closer.forget(peerId);
  }

  /** A dial for a successor has ended; `standing` is what stands now, if it succeeded. */
  replaceEnded(peerId: PeerId, standing: ConnectionMetadata | undefined): void {
    const current = this.#components.connected.get(peerId);
    if (current === undefined) return;
    // The old connection won the tie, or nobody would replace it: no point in keeping it until the deadline.
    if (standing === undefined || standing.connectionId === current.connectionId) {
      if (this.judge(current) !== 'keep') this.#rotations.expire(peerId);
    }
  }

  /** Nothing waits for a successor any more. */
  clear(): void {
    this.#rotations.clear();
  }

  /** Make before break, see {@link KeyRotations}: true while the connection may stay for its successor's sake. */
  #isBeingReplaced(metadata: ConnectionMetadata): boolean {
    const { context, roles, discovered, dialer, outboundBudget } = this.#components;
    const { remotePeerId, origin } = metadata;
    const state = this.#rotations.stateOf(metadata);
    if (state !== undefined) return state === 'under-way';
    const peer = discovered.get(remotePeerId) as DiscoveredPeer;
    const mayDial = roles.has(peer.role) && isDialable(peer) && !dialer.has(remotePeerId);
    // Of two dials the greater PeerId's would win, so a peer that dialed us and is greater has to dial again.
    if (mayDial && origin === 'inbound' && comparePeerIds(context.peerId, remotePeerId) < 0) {
      this.#rotations.begin(metadata);
      return true;
    }
    // A successor of an outbound connection takes its place; that of an inbound one needs a place of its own.
    if (!mayDial || (origin === 'inbound' && outboundBudget() <= 0)) return false;
    this.#rotations.begin(metadata);
    dialer.queue(remotePeerId, peer.dialableAddresses, { replace: true });
    return true;
  }

  #onCloseFailed({ remotePeerId }: ConnectionMetadata, error: unknown): void {
    this.#components.logger.info(
      { ...peerField(remotePeerId), error: errorCode(error) },
      'stale connection could not be closed',
    );
    if (errorCode(error) === 'ERR_SHUTTING_DOWN') this.#components.onShuttingDown();
  }
}

function peerField(peerId: PeerId): { remote_peer: string } {
  return { remote_peer: displayPeerId(peerId) };
}
