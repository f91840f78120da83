import { peerIdFromPublicKey, type PeerId, type TrustedPeer, type PeerRole } from '@diemnet/types';
import { seededRng } from '@diemnet/types/testing';
import type { CryptoBackend } from '../crypto/backend.js';
import { generateKeyPair } from '../keys.js';
import type { NoiseIdentity } from '../upgrader-options.js';

/** Of {@link testIdentity}. */
export interface TestIdentityOptions {
  /** @default derived from the key */
  readonly peerId?: PeerId;
  /** @default defaultBackend() */
  readonly backend?: CryptoBackend;
  /** Role in `trusted`. @default 'Validator' */
  readonly role?: PeerRole;
}

/** An identity that is the same for the same seed, with the entry that a trusted set needs for it. Not secret. */
export function testIdentity(
  seed: number,
  { peerId, backend, role = 'Validator' }: TestIdentityOptions = {},
): NoiseIdentity & { readonly trusted: readonly [PeerId, TrustedPeer] } {
  const keyPair = generateKeyPair({
    rng: seededRng(seed),
    ...(backend === undefined ? {} : { backend }),
  });
  const id = peerId ?? peerIdFromPublicKey(keyPair.publicKey);
  return { peerId: id, keyPair, trusted: [id, { keys: new Set([keyPair.publicKey]), role }] };
}
