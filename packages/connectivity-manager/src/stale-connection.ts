import type { ConnectionMetadata } from '@diemnet/transport';
import type { TrustedPeer } from '@diemnet/types';

/** Whether a connection may stay, and if not, why. */
export type ConnectionVerdict = 'keep' | 'not-trusted' | 'stale-key';

/**
 * Judges a connection by the trusted set of this moment (DiemNet behaviour, section 11.3; D-19): its peer must be
 * eligible, and the key that the peer proved must be one of its keys. Without mutual authentication, unknown peers
 * that came to us are guests and may stay.
 */
export function judgeConnection(
  { origin, role, remotePublicKey }: ConnectionMetadata,
  trusted: TrustedPeer | undefined,
  mutualAuthentication: boolean,
): ConnectionVerdict {
  if (trusted === undefined) {
    return !mutualAuthentication && origin === 'inbound' && role === 'Unknown' ? 'keep' : 'not-trusted';
  }
  return trusted.keys.has(remotePublicKey) ? 'keep' : 'stale-key';
}
