import { noiseKeysOf } from '@diemnet/network-address';
import type { NetworkAddress, Peer, PeerRole, X25519PublicKey } from '@diemnet/types';
import type { DiscoverySource } from './discovery-source.js';

/** What one source says about one peer. */
export interface PeerEntry {
  readonly source: DiscoverySource;
  readonly peer: Peer;
}

/** Which rule gave a peer its role. */
export type RoleRule =
  /** Some source calls it PreferredUpstream: the operator's wish, which wins from any source. */
  | 'preferred-upstream'
  /** The first source in order of priority that names a role. */
  | 'highest-priority-source'
  /** No source names one. */
  | 'unspecified';

/** What holds for one peer, all sources together. Immutable. */
export interface DiscoveredPeer {
  /** In order of priority. */
  readonly entries: readonly PeerEntry[];
  readonly role: PeerRole;
  readonly roleRule: RoleRule;
  /** Keys that sources list, and those inside the addresses: all of them authenticate. */
  readonly keys: ReadonlySet<X25519PublicKey>;
  /** In order of priority, each once. */
  readonly addresses: readonly NetworkAddress[];
  /** Those of `addresses` that are worth a dial. */
  readonly dialableAddresses: readonly NetworkAddress[];
  /** Has a listed key; keys inside addresses alone do not suffice. */
  readonly eligible: boolean;
}

/**
 * Joins what the sources say about a peer (DiemNet behaviour, section 11.1).
 * Gives back `previous` itself if nothing follows that was not so before, which makes comparing cheap.
 */
export function combinePeer(
  entries: readonly PeerEntry[],
  isDialable: (address: NetworkAddress) => boolean,
  previous?: DiscoveredPeer,
): DiscoveredPeer {
  if (previous !== undefined && sameEntries(entries, previous.entries)) return previous;
  const keys = new Set<X25519PublicKey>();
  const addresses = new Set<NetworkAddress>();
  for (const { peer } of entries) {
    for (const key of peer.keys) keys.add(key);
    for (const address of peer.addresses) addresses.add(address);
  }
  const eligible = keys.size > 0;
  for (const address of addresses) for (const key of noiseKeysOf(address)) keys.add(key);
  const list = [...addresses];
  return {
    entries,
    ...decideRole(entries),
    keys,
    addresses: list,
    dialableAddresses: list.filter(isDialable),
    eligible,
  };
}

/**
 * The role of a peer: PreferredUpstream from any source, else what the source of highest priority says that knows
 * the role (D-18). `Unknown` is what a source shows that leaves the role open, and so decides nothing.
 */
function decideRole(entries: readonly PeerEntry[]): { readonly role: PeerRole; readonly roleRule: RoleRule } {
  if (entries.some(({ peer }) => peer.role === 'PreferredUpstream')) {
    return { role: 'PreferredUpstream', roleRule: 'preferred-upstream' };
  }
  const decisive = entries.find(({ peer }) => peer.role !== 'Unknown');
  return decisive === undefined
    ? { role: 'Unknown', roleRule: 'unspecified' }
    : { role: decisive.peer.role, roleRule: 'highest-priority-source' };
}

/** True if both are the same keys. */
export function sameKeys(
  a: ReadonlySet<X25519PublicKey>,
  b: ReadonlySet<X25519PublicKey> | undefined,
): boolean {
  if (b === undefined || a.size !== b.size) return false;
  for (const key of a) if (!b.has(key)) return false;
  return true;
}

function sameEntries(a: readonly PeerEntry[], b: readonly PeerEntry[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ source, peer }, i) => {
      const other = b[i] as PeerEntry;
      return (
        source === other.source &&
        (peer === other.peer ||
          (peer.role === other.peer.role &&
            sameKeys(peer.keys, other.peer.keys) &&
            peer.addresses.length === other.peer.addresses.length &&
            peer.addresses.every((address, j) => address === other.peer.addresses[j])))
      );
    })
  );
}
