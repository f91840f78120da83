import {
  parsePeerRole,
  peerIdFromHex,
  publicKeyFromHex,
  type NetworkAddress,
  type Peer,
  type PeerId,
  type PeerRole,
  type PeerSet,
  type X25519PublicKey,
} from '@diemnet/types';
import { noiseKeysOf } from './compose.js';
import { NetworkAddressError, quote } from './errors.js';
import { parseNetworkAddress } from './text.js';

/** A peer as it stands in YAML and JSON. */
export interface PeerObject {
  readonly addresses: readonly NetworkAddress[];
  readonly keys: readonly X25519PublicKey[];
  readonly role: PeerRole;
}

/** A peer set as it stands in YAML and JSON: peers by PeerId in lower-case hex (DiemNet behaviour, section 14.3). */
export type PeerSetObject = Readonly<Record<PeerId, PeerObject>>;

/**
 * Reads a peer set from parsed YAML or JSON. Of a peer, `addresses`, `keys` and `role` may each be absent, other
 * fields are ignored. Parse YAML so that all scalars stay text (the failsafe schema): a PeerId of decimal digits
 * would become a number.
 * @throws NetworkAddressError `ERR_INVALID_PEER_SET`, whose details name the peer and the field
 */
export function parsePeerSet(value: unknown): PeerSet {
  const peers = new Map<PeerId, Peer>();
  for (const [name, fields] of entriesOf(value)) {
    const peerId = attempt(quote(name), undefined, () => peerIdFromHex(name));
    if (peers.has(peerId)) throw invalid(peerId, undefined, 'it is there twice');
    peers.set(peerId, parsePeer(peerId, fields));
  }
  return peers;
}

function entriesOf(value: unknown): [string, unknown][] {
  if (value instanceof Map) return [...value].map(([name, fields]) => [String(name), fields]);
  if (!isObject(value)) {
    throw new NetworkAddressError('ERR_INVALID_PEER_SET', 'a peer set is a map from PeerId to peer');
  }
  return Object.entries(value);
}

function parsePeer(peer: PeerId, value: unknown): Peer {
  const fields: unknown = value instanceof Map ? Object.fromEntries(value) : value;
  if (!isObject(fields)) throw invalid(peer, undefined, 'it is not a map of addresses, keys and role');
  const {
    addresses,
    keys,
    role = 'Unknown',
  } = fields as { addresses?: unknown; keys?: unknown; role?: unknown };
  return {
    addresses: parseTexts(peer, 'addresses', addresses, parseNetworkAddress),
    keys: new Set(parseTexts(peer, 'keys', keys, publicKeyFromHex)),
    role: attempt(peer, 'role', () => parsePeerRole(textOf(role))),
  };
}

function parseTexts<T>(peer: PeerId, field: string, value: unknown, parse: (text: string) => T): T[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw invalid(peer, field, 'it is not a list');
  return value.map((item: unknown, i) => attempt(peer, `${field}[${i}]`, () => parse(textOf(item))));
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new NetworkAddressError('ERR_INVALID_PEER_SET', 'it is not text');
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function attempt<T>(peer: string, field: string | undefined, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw invalid(peer, field, (error as Error).message, error);
  }
}

function invalid(
  peer: string,
  field: string | undefined,
  problem: string,
  cause?: unknown,
): NetworkAddressError {
  const place = field === undefined ? `peer ${peer}` : `${field} of peer ${peer}`;
  return new NetworkAddressError('ERR_INVALID_PEER_SET', `${place}: ${problem}`, {
    cause,
    details: { peer, field },
  });
}

/** The form of a peer set in YAML and JSON. {@link parsePeerSet} reads it back. */
export function peerSetToObject(peers: PeerSet): PeerSetObject {
  return Object.fromEntries(
    [...peers].map(([peerId, { addresses, keys, role }]) => [
      peerId,
      { addresses: [...addresses], keys: [...keys], role },
    ]),
  );
}

/** The peer set with every peer's keys completed by those inside its addresses (D-27). */
export function completeKeys(peers: PeerSet): PeerSet {
  return new Map(
    [...peers].map(([peerId, peer]) => [
      peerId,
      { ...peer, keys: new Set([...peer.keys, ...peer.addresses.flatMap(noiseKeysOf)]) },
    ]),
  );
}

/** Same peers, roles, sets of keys, and addresses in the same order? */
export function peerSetsEqual(a: PeerSet, b: PeerSet): boolean {
  if (a.size !== b.size) return false;
  for (const [peerId, peer] of a) {
    const other = b.get(peerId);
    if (other === undefined || !peersEqual(peer, other)) return false;
  }
  return true;
}

function peersEqual(a: Peer, b: Peer): boolean {
  return (
    a.role === b.role &&
    a.keys.size === b.keys.size &&
    [...a.keys].every((key) => b.keys.has(key)) &&
    a.addresses.length === b.addresses.length &&
    a.addresses.every((address, i) => address === b.addresses[i])
  );
}
