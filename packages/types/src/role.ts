import { TypesError } from './errors.js';

/** What a node is. */
export type RoleType = 'validator' | 'full_node';

/** @throws TypesError `ERR_INVALID_ROLE` */
export function parseRoleType(text: string): RoleType {
  if (text === 'validator' || text === 'full_node') return text;
  throw new TypesError('ERR_INVALID_ROLE', `a role is "validator" or "full_node", got "${text}"`);
}

/** The roles a peer can have towards us, in order of rank (behaviour 14.3). */
export const PEER_ROLES = [
  'Validator',
  'PreferredUpstream',
  'Upstream',
  'ValidatorFullNode',
  'Downstream',
  'Known',
  'Unknown',
] as const;

/** What a peer is to us. */
export type PeerRole = (typeof PEER_ROLES)[number];

/** @throws TypesError `ERR_INVALID_ROLE` */
export function parsePeerRole(text: string): PeerRole {
  const role = PEER_ROLES.find((known) => known === text);
  if (role === undefined) {
    throw new TypesError('ERR_INVALID_ROLE', `a peer role is one of ${PEER_ROLES.join(', ')}, got "${text}"`);
  }
  return role;
}

/** Rank of a role: 0 is dialed first. */
export function peerRoleRank(role: PeerRole): number {
  return PEER_ROLES.indexOf(role);
}
