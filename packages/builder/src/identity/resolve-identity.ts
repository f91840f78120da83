import { keyPairFromEd25519Seed, publicKeyOf } from '@diemnet/noise';
import {
  peerIdFromHex,
  systemRng,
  type PeerId,
  type Rng,
  type WaitOptions,
  type X25519KeyPair,
} from '@diemnet/types';
import type { IdentityConfig } from '../config/identity-config.js';
import { StorageError } from '../errors.js';
import { openStorage, type OpenStorageOptions } from '../storage/open-storage.js';
import { prepareIdentity } from './prepare-identity.js';

/** Who we are on a network: a PeerId, and the key that proves it. */
export interface Identity {
  readonly peerId: PeerId;
  readonly keyPair: X25519KeyPair;
}

/** What identities are resolved with. */
export interface ResolveIdentityOptions extends OpenStorageOptions, WaitOptions {
  /** Makes the key of an identity `none`. @default systemRng */
  readonly rng?: Rng | undefined;
}

/**
 * The identity that a configuration stands for. From a storage: its Ed25519 key becomes an X25519 key (DiemNet wire
 * format, section 12), its PeerId is taken as it is.
 * @throws StorageError if the key or the PeerId is missing or malformed, or the storage cannot be read
 */
export async function resolveIdentity(
  config: IdentityConfig,
  options: ResolveIdentityOptions = {},
): Promise<Identity> {
  const prepared = prepareIdentity(config, options.rng ?? systemRng);
  if (prepared.type === 'from_config') {
    const keyPair = { privateKey: prepared.key, publicKey: publicKeyOf(prepared.key) };
    return { peerId: prepared.peer_id, keyPair };
  }
  const storage = openStorage(prepared.backend, options);
  const seed = await storage.exportPrivateKey(prepared.key_name, options);
  const keyPair = keyPairFromEd25519Seed(seed);
  seed.fill(0);
  const value = await storage.get(prepared.peer_id_name, options);
  return { peerId: storedPeerId(prepared.peer_id_name, value), keyPair };
}

function storedPeerId(name: string, value: unknown): PeerId {
  try {
    return peerIdFromHex(value as string);
  } catch (cause) {
    throw new StorageError(
      'ERR_STORAGE_INVALID_VALUE',
      `"${name}" is not an account address of 32 hexadecimal digits`,
      {
        cause,
      },
    );
  }
}
