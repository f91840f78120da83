import type { NetworkAddress, PeerId, PeerSet } from '@diemnet/types';
import { combinePeer, sameKeys, type DiscoveredPeer, type PeerEntry } from './discovered-peer.js';
import { DISCOVERY_SOURCES, type DiscoverySource } from './discovery-source.js';

/** What an update changed. */
export interface DiscoveryChange {
  /** Peers whose keys are others than before, newcomers included. */
  readonly keysChanged: readonly PeerId[];
  /** Peers whose addresses are others than before, newcomers included. */
  readonly addressesChanged: readonly PeerId[];
  /** Peers that no source has keys or addresses for any more. */
  readonly forgotten: readonly PeerId[];
}

/**
 * All that discovery says, one whole peer set per source. An update replaces what its source said before; what
 * holds for a peer follows from all sources together and is worked out anew each time.
 */
export class DiscoveredPeers {
  readonly #ourPeerId: PeerId;
  readonly #isDialable: (address: NetworkAddress) => boolean;
  readonly #said = new Map<DiscoverySource, PeerSet>();
  #peers: ReadonlyMap<PeerId, DiscoveredPeer> = new Map();

  constructor(ourPeerId: PeerId, isDialable: (address: NetworkAddress) => boolean) {
    this.#ourPeerId = ourPeerId;
    this.#isDialable = isDialable;
  }

  get(peerId: PeerId): DiscoveredPeer | undefined {
    return this.#peers.get(peerId);
  }

  get size(): number {
    return this.#peers.size;
  }

  entries(): IterableIterator<[PeerId, DiscoveredPeer]> {
    return this.#peers.entries() as IterableIterator<[PeerId, DiscoveredPeer]>;
  }

  /** Replaces all that `source` said. Ourselves are left out. The same update twice changes nothing. */
  update(source: DiscoverySource, peers: PeerSet): DiscoveryChange {
    const previous = this.#peers;
    const said = new Map(this.#said).set(source, new Map(peers));
    const next = this.#combine(said, previous);
    // Only now, so that an address which cannot be read leaves everything as it was.
    this.#said.set(source, said.get(source) as PeerSet);
    this.#peers = next;
    return compare(previous, next);
  }

  #combine(
    said: ReadonlyMap<DiscoverySource, PeerSet>,
    previous: ReadonlyMap<PeerId, DiscoveredPeer>,
  ): Map<PeerId, DiscoveredPeer> {
    const combined = new Map<PeerId, DiscoveredPeer>();
    for (const peers of said.values()) {
      for (const peerId of peers.keys()) {
        if (peerId === this.#ourPeerId || combined.has(peerId)) continue;
        const entries: PeerEntry[] = [];
        for (const source of DISCOVERY_SOURCES) {
          const peer = said.get(source)?.get(peerId);
          if (peer !== undefined) entries.push({ source, peer });
        }
        // A bare mention, without keys and addresses anywhere, leaves nothing behind (D-17).
        if (entries.some(({ peer }) => peer.keys.size > 0 || peer.addresses.length > 0)) {
          combined.set(peerId, combinePeer(entries, this.#isDialable, previous.get(peerId)));
        }
      }
    }
    return combined;
  }
}

function compare(
  previous: ReadonlyMap<PeerId, DiscoveredPeer>,
  next: ReadonlyMap<PeerId, DiscoveredPeer>,
): DiscoveryChange {
  const keysChanged: PeerId[] = [];
  const addressesChanged: PeerId[] = [];
  for (const [peerId, peer] of next) {
    const before = previous.get(peerId);
    if (peer === before) continue;
    if (!sameKeys(peer.keys, before?.keys)) keysChanged.push(peerId);
    if (!sameList(peer.addresses, before?.addresses ?? [])) addressesChanged.push(peerId);
  }
  return {
    keysChanged,
    addressesChanged,
    forgotten: [...previous.keys()].filter((peerId) => !next.has(peerId)),
  };
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, i) => item === b[i]);
}
