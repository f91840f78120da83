import { shuffle, type PeerId, type PeerRole, type Rng } from '@diemnet/types';
import type { DiscoveredPeer } from './discovered-peer.js';
import { compareRoles } from './role-priority.js';

/** True if the peer can be dialed: eligible, with an address worth a dial. */
export function isDialable({ eligible, dialableAddresses }: DiscoveredPeer): boolean {
  return eligible && dialableAddresses.length > 0;
}

/**
 * Whom to dial now, in order: dialable, of a role that is ours to dial, and free; by role, and by chance within a
 * role, so that limits do not send everybody to the same peer. At most `budget` of them.
 */
export function chooseCandidates({
  peers,
  roles,
  isFree,
  budget,
  rng,
}: {
  readonly peers: Iterable<readonly [PeerId, DiscoveredPeer]>;
  readonly roles: ReadonlySet<PeerRole>;
  /** Neither connected nor being dialed. */
  readonly isFree: (peerId: PeerId) => boolean;
  readonly budget: number;
  readonly rng: Rng;
}): readonly (readonly [PeerId, DiscoveredPeer])[] {
  if (budget <= 0) return [];
  const candidates: (readonly [PeerId, DiscoveredPeer])[] = [];
  for (const candidate of peers) {
    const [peerId, peer] = candidate;
    if (roles.has(peer.role) && isDialable(peer) && isFree(peerId)) candidates.push(candidate);
  }
  shuffle(rng, candidates);
  candidates.sort(([, a], [, b]) => compareRoles(a.role, b.role));
  return candidates.slice(0, budget);
}
