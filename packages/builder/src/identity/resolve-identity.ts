import { resolve } from 'node:path';
import { keyPairFromEd25519Seed, publicKeyOf } from '@diemnet/noise';
import {
  ZERO_PEER_ID,
  peerIdFromHex,
  peerIdFromPublicKey,
  systemRng,
  type PeerId,
  type Rng,
  type WaitOptions,
  type X25519KeyPair,
  type X25519PrivateKey,
} from '@diemnet/types';
import type { IdentityConfig } from '../config/identity-config.js';
import { DEFAULT_BASE_CONFIG } from '../config/node-config.js';
import { StorageError } from '../errors.js';
import { openStorage, type OpenStorageOptions } from '../storage/open-storage.js';
import { readKeyFile, readKeyVariable } from './key-source.js';
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
  /** Where a `key_env` is looked up. @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
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
    const privateKey = await readKey(prepared, options);
    const publicKey = publicKeyOf(privateKey);
    const peerId = prepared.peer_id === ZERO_PEER_ID ? peerIdFromPublicKey(publicKey) : prepared.peer_id;
    return { peerId, keyPair: { privateKey, publicKey } };
  }
  const storage = openStorage(prepared.backend, options);
  const seed = await storage.exportPrivateKey(prepared.key_name, options);
  const keyPair = keyPairFromEd25519Seed(seed);
  seed.fill(0);
  const value = await storage.get(prepared.peer_id_name, options);
  return { peerId: storedPeerId(prepared.peer_id_name, value), keyPair };
}

async function readKey(
  identity: Extract<IdentityConfig, { type: 'from_config' }>,
  { dataDir = DEFAULT_BASE_CONFIG.data_dir, env }: ResolveIdentityOptions,
): Promise<X25519PrivateKey> {
  if ('key' in identity) return identity.key;
  if ('key_env' in identity) return readKeyVariable(identity.key_env, env);
  return readKeyFile(resolve(dataDir, identity.key_file));
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
