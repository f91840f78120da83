import type { TrustedPeer } from './peer.js';
import type { PeerId } from './peer-id.js';

/** Read side of the trusted set: what Noise and PeerManager consult, always the current state. */
export interface TrustedPeersView {
  get(peerId: PeerId): TrustedPeer | undefined;
  readonly size: number;
  entries(): IterableIterator<[PeerId, TrustedPeer]>;
}

/**
 * The peers that are trusted now. One per network instance: ConnectivityManager replaces its content,
 * Noise and PeerManager read it at the moment they decide (behaviour 1, 5).
 */
export class TrustedPeers implements TrustedPeersView {
  #peers: ReadonlyMap<PeerId, TrustedPeer>;

  constructor(peers: ReadonlyMap<PeerId, TrustedPeer> = new Map()) {
    this.#peers = peers;
  }

  get(peerId: PeerId): TrustedPeer | undefined {
    return this.#peers.get(peerId);
  }

  get size(): number {
    return this.#peers.size;
  }

  entries(): IterableIterator<[PeerId, TrustedPeer]> {
    return this.#peers.entries() as IterableIterator<[PeerId, TrustedPeer]>;
  }

  /** Swaps in a new set, which must not change any more; handshakes from now on see it. */
  replace(peers: ReadonlyMap<PeerId, TrustedPeer>): void {
    this.#peers = peers;
  }
}
