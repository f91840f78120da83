import { VFN_NETWORK_NAME, peerRoleRank, type NetworkContext, type PeerRole } from '@diemnet/types';

const NO_ROLES: ReadonlySet<PeerRole> = new Set();
const VALIDATORS: ReadonlySet<PeerRole> = new Set<PeerRole>(['Validator']);
const PUBLIC_UPSTREAM: ReadonlySet<PeerRole> = new Set<PeerRole>([
  'PreferredUpstream',
  'Upstream',
  'ValidatorFullNode',
]);
const PRIVATE_UPSTREAM: ReadonlySet<PeerRole> = new Set<PeerRole>(['PreferredUpstream', 'Upstream']);

/**
 * The roles that are ours to dial on a network (DiemNet behaviour, section 11.4). Peers of other roles may connect
 * to us, but we do not call them.
 */
export function upstreamRoles({
  networkId,
  role,
}: Pick<NetworkContext, 'networkId' | 'role'>): ReadonlySet<PeerRole> {
  switch (networkId.kind) {
    case 'validator':
      return VALIDATORS;
    case 'public':
      return PUBLIC_UPSTREAM;
    case 'private':
      // Between a validator and its full nodes it is the full nodes that dial.
      if (networkId.name === VFN_NETWORK_NAME) return role === 'validator' ? NO_ROLES : VALIDATORS;
      return PRIVATE_UPSTREAM;
  }
}

/** Orders roles by who is dialed first: negative if `a` comes before `b`. */
export function compareRoles(a: PeerRole, b: PeerRole): number {
  return peerRoleRank(a) - peerRoleRank(b);
}
