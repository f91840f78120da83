import type { NetworkAddress, PeerId, PeerRole, Socket, X25519PublicKey } from '@diemnet/types';
import type { MessagingProtocolVersion, ProtocolIdSet } from '@diemnet/wire';

/** Who dialed, seen from us. */
export type ConnectionOrigin = 'inbound' | 'outbound';

/** What is known about an upgraded connection (behaviour 5). Immutable. */
export interface ConnectionMetadata {
  readonly remotePeerId: PeerId;
  /** The static key that the remote proved to hold. */
  readonly remotePublicKey: X25519PublicKey;
  /** Ascending per network instance, in the order of completed upgrades. */
  readonly connectionId: number;
  /** Outbound: the dialed address. Inbound: remote address + NoiseIK + Handshake, not meant to be dialed. */
  readonly address: NetworkAddress;
  /** The remote's IP (from the PROXY header if there was one), for limits per address. */
  readonly remoteIp: string | undefined;
  readonly origin: ConnectionOrigin;
  readonly messagingVersion: MessagingProtocolVersion;
  /** Intersection of both sides' protocols. */
  readonly applicationProtocols: ProtocolIdSet;
  readonly role: PeerRole;
}

/** An authenticated, encrypted, negotiated connection. */
export interface Connection {
  /** Carries the plaintext of NetworkMessage frames. */
  readonly socket: Socket;
  readonly metadata: ConnectionMetadata;
}
