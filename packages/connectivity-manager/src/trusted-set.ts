import {
  displayPeerId,
  type Logger,
  type PeerId,
  type TrustedPeer,
  type TrustedPeers,
  type X25519PublicKey,
} from '@diemnet/types';
import { sameKeys } from './discovered-peer.js';
import type { DiscoveredPeers } from './discovered-peers.js';

/** Keeps the shared set of trusted peers equal to the eligible ones. The only writer of that set. */
export class TrustedSet {
  readonly #trusted: TrustedPeers;
  readonly #logger: Logger;
  #warned: ReadonlySet<X25519PublicKey> = new Set();

  constructor(trusted: TrustedPeers, logger: Logger) {
    this.#trusted = trusted;
    this.#logger = logger;
  }

  get(peerId: PeerId): TrustedPeer | undefined {
    return this.#trusted.get(peerId);
  }

  /** Works the set out anew and swaps it in if a key, a role or a member changed. True if so. */
  recompute(discovered: DiscoveredPeers): boolean {
    const next = new Map<PeerId, TrustedPeer>();
    for (const [peerId, { eligible, keys, role }] of discovered.entries()) {
      if (eligible) next.set(peerId, Object.freeze({ keys, role }));
    }
    if (this.#isCurrent(next)) return false;
    this.#trusted.replace(next);
    this.#warnAboutSharedKeys(next);
    return true;
  }

  #isCurrent(next: ReadonlyMap<PeerId, TrustedPeer>): boolean {
    if (next.size !== this.#trusted.size) return false;
    for (const [peerId, { keys, role }] of next) {
      const current = this.#trusted.get(peerId);
      if (current === undefined || current.role !== role || !sameKeys(keys, current.keys)) return false;
    }
    return true;
  }

  /**
   * A dialer proves the listener's key and takes its PeerId from discovery: with one key under two PeerIds, both
   * connections would end at the same machine (D-40). Trusted all the same, for the reference trusts them too.
   */
  #warnAboutSharedKeys(peers: ReadonlyMap<PeerId, TrustedPeer>): void {
    const owners = new Map<X25519PublicKey, PeerId>();
    const shared = new Set<X25519PublicKey>();
    for (const [peerId, { keys }] of peers) {
      for (const key of keys) {
        const other = owners.get(key);
        if (other === undefined) {
          owners.set(key, peerId);
          continue;
        }
        shared.add(key);
        if (!this.#warned.has(key)) {
          this.#logger.warn(
            { peers: [displayPeerId(other), displayPeerId(peerId)] },
            'two trusted peers share a public key',
          );
        }
      }
    }
    this.#warned = shared;
  }
}
