import { parseNetworkAddress } from '@diemnet/network-address';
import {
  parsePeerRole,
  peerIdFromHex,
  publicKeyFromHex,
  PEER_ROLES,
  type NetworkAddress,
  type Peer,
  type PeerId,
  type PeerSet,
} from '@diemnet/types';
import type { ConfigCursor, ConfigReader } from './config-cursor.js';

/** Addresses by peer: the older form of seeds. */
export type SeedAddresses = ReadonlyMap<PeerId, readonly NetworkAddress[]>;

/** Reads a network address. */
export function readNetworkAddress(at: ConfigCursor): NetworkAddress | undefined {
  return at.parsed('a network address such as /ip4/10.0.0.1/tcp/6180', parseNetworkAddress);
}

/** Reads a peer set: id to peer, each field of a peer optional, unknown fields of a peer ignored (behaviour 14.3). */
export function readPeerSet(at: ConfigCursor): PeerSet | undefined {
  return readByPeer(at, readPeer);
}

/** Reads addresses by peer. */
export function readSeedAddresses(at: ConfigCursor): SeedAddresses | undefined {
  return readByPeer(at, (addresses) => addresses.list(readNetworkAddress, 'a list of network addresses'));
}

function readPeer(at: ConfigCursor): Peer | undefined {
  const fields = at.fields('a peer {addresses, keys, role}');
  return (
    fields && {
      addresses: fields.or('addresses', (field) => field.list(readNetworkAddress), []),
      keys: new Set(
        fields.or(
          'keys',
          (field) =>
            field.list((key) => key.parsed('a public key of 64 hexadecimal digits', publicKeyFromHex)),
          [],
        ),
      ),
      role: fields.or('role', (field) => field.parsed(PEER_ROLES.join(', '), parsePeerRole), 'Unknown'),
    }
  );
}

function readByPeer<T>(at: ConfigCursor, read: ConfigReader<T>): ReadonlyMap<PeerId, T> | undefined {
  if (!at.isMapping) return at.reject('a mapping of PeerIds');
  const byPeer = new Map<PeerId, T>();
  for (const [key, value] of at.entries()) {
    let peerId: PeerId;
    try {
      peerId = peerIdFromHex(key);
    } catch {
      value.rejectKey('a PeerId of 32 hexadecimal digits', key);
      continue;
    }
    if (byPeer.has(peerId)) value.rejectKey('every PeerId once', key, 'ERR_CONFIG_DUPLICATE');
    const item = read(value);
    if (item !== undefined) byPeer.set(peerId, item);
  }
  return byPeer;
}

/** The YAML form of a peer set. */
export function peerSetToYaml(peers: PeerSet): unknown {
  return Object.fromEntries(
    Array.from(peers, ([peerId, peer]) => [
      peerId,
      { addresses: [...peer.addresses], keys: [...peer.keys], role: peer.role },
    ]),
  );
}

/** The YAML form of addresses by peer. */
export function seedAddressesToYaml(seeds: SeedAddresses): unknown {
  return Object.fromEntries(Array.from(seeds, ([peerId, addresses]) => [peerId, [...addresses]]));
}
