import { generateKeyPair, publicKeyOf } from '@diemnet/noise';
import { ZERO_PEER_ID, peerIdFromPublicKey, type Rng } from '@diemnet/types';
import type { IdentityConfig } from '../config/identity-config.js';

/** An identity that leaves nothing open. */
export type PreparedIdentity = Exclude<IdentityConfig, { type: 'none' }>;

/**
 * An identity with what it leaves open filled in: `none` becomes `from_config` with a random key, and a PeerId of
 * zeros the one derived from the key, if that is there. The same object if nothing is open.
 */
export function prepareIdentity(identity: IdentityConfig, rng: Rng): PreparedIdentity {
  switch (identity.type) {
    case 'none': {
      const { privateKey, publicKey } = generateKeyPair({ rng });
      return { type: 'from_config', key: privateKey, peer_id: peerIdFromPublicKey(publicKey) };
    }
    case 'from_config':
      return 'key' in identity && identity.peer_id === ZERO_PEER_ID
        ? { ...identity, peer_id: peerIdFromPublicKey(publicKeyOf(identity.key)) }
        : identity;
    case 'from_storage':
      return identity;
  }
}
