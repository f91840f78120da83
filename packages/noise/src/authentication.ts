import {
  peerIdFromPublicKey,
  type PeerId,
  type PeerRole,
  type TrustedPeersView,
  type X25519PublicKey,
} from '@diemnet/types';
import { NoiseHandshakeError, type NoiseHandshakeErrorCode } from './errors.js';

/**
 * `mutual`: only trusted peers, with a trusted key. `maybe-mutual`: trusted peers with a trusted key, and unknown
 * peers whose PeerId derives from their key (wire format 4.4). With nobody trusted, the latter authenticates the
 * server only.
 */
export type AuthenticationMode = 'mutual' | 'maybe-mutual';

/** Who a dialer says it is, and the static key it proved to hold. */
export interface DialerIdentity {
  readonly peerId: PeerId;
  readonly publicKey: X25519PublicKey;
}

/**
 * Refuses what can be refused by the claimed PeerId alone, before any Diffie-Hellman operation.
 * @throws NoiseHandshakeError `ERR_NOISE_UNAUTHENTICATED_CLIENT`
 */
export function assertKnownDialer(
  mode: AuthenticationMode,
  trustedPeers: TrustedPeersView,
  peerId: PeerId,
): void {
  if (mode === 'mutual' && trustedPeers.get(peerId) === undefined) {
    throw refusal('ERR_NOISE_UNAUTHENTICATED_CLIENT', peerId, 'is not trusted');
  }
}

/**
 * The role of an authenticated dialer (wire format 4.4, check 6).
 * @throws NoiseHandshakeError `ERR_NOISE_UNAUTHENTICATED_CLIENT`, `ERR_NOISE_UNAUTHENTICATED_CLIENT_PUBKEY`,
 * `ERR_NOISE_CLIENT_PEER_ID_MISMATCH`
 */
export function authenticateDialer(
  mode: AuthenticationMode,
  trustedPeers: TrustedPeersView,
  { peerId, publicKey }: DialerIdentity,
): PeerRole {
  const trusted = trustedPeers.get(peerId);
  if (trusted !== undefined) {
    if (trusted.keys.has(publicKey)) return trusted.role;
    throw refusal('ERR_NOISE_UNAUTHENTICATED_CLIENT_PUBKEY', peerId, 'does not have one of its trusted keys');
  }
  assertKnownDialer(mode, trustedPeers, peerId);
  if (peerIdFromPublicKey(publicKey) === peerId) return 'Unknown';
  throw refusal('ERR_NOISE_CLIENT_PEER_ID_MISMATCH', peerId, 'does not derive from its key');
}

/**
 * Where unknown peers are admitted, refuses to dial an unknown PeerId under a key that it does not derive from: the
 * listener never proves its PeerId, and discovery may be wrong about it (D-40).
 * @throws NoiseHandshakeError `ERR_NOISE_SERVER_PEER_ID_MISMATCH`
 */
export function assertDialablePeer(
  mode: AuthenticationMode,
  trustedPeers: TrustedPeersView,
  { peerId, publicKey }: DialerIdentity,
): void {
  if (mode === 'mutual' || trustedPeers.get(peerId) !== undefined) return;
  if (peerIdFromPublicKey(publicKey) !== peerId) {
    throw refusal('ERR_NOISE_SERVER_PEER_ID_MISMATCH', peerId, 'does not derive from the key to dial');
  }
}

function refusal(code: NoiseHandshakeErrorCode, remotePeerId: PeerId, why: string): NoiseHandshakeError {
  return new NoiseHandshakeError(code, `peer ${remotePeerId} ${why}`, { details: { remotePeerId } });
}
