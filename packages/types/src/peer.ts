import type { PeerId } from './peer-id.js';
import type { X25519PublicKey } from './keys.js';
import type { PeerRole } from './role.js';

/**
 * The address of a peer as canonical text, e.g. `/ip4/10.0.0.16/tcp/80/ln-noise-ik/<key>/ln-handshake/0`.
 * Made and taken apart by `@diemnet/network-address`; a string, so that it compares and prints by itself.
 */
export type NetworkAddress = string & { readonly __brand: 'NetworkAddress' };

/** What authentication needs to know about a peer. */
export interface TrustedPeer {
  readonly keys: ReadonlySet<X25519PublicKey>;
  readonly role: PeerRole;
}

/** What discovery knows about a peer (behaviour 14.3). */
export interface Peer extends TrustedPeer {
  readonly addresses: readonly NetworkAddress[];
}

/** Peers by their id. */
export type PeerSet = ReadonlyMap<PeerId, Peer>;
