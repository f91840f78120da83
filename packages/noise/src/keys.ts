import {
  X25519PrivateKey,
  publicKeyFromBytes,
  systemRng,
  type Rng,
  type X25519KeyPair,
  type X25519PublicKey,
} from '@diemnet/types';
import { sha512 } from '@noble/hashes/sha2.js';
import type { CryptoBackend } from './crypto/backend.js';
import { defaultBackend } from './crypto/default-backend.js';
import { assertKeyLength } from './crypto/key-checks.js';
import { KEY_BYTES } from './limits.js';

/** How keys are made. */
export interface KeyOptions {
  /** @default defaultBackend() */
  readonly backend?: CryptoBackend;
}

/** A new static key pair. Give `rng` only to repeat a run: its bytes are the private key. */
export function generateKeyPair({
  rng = systemRng,
  backend,
}: KeyOptions & { rng?: Rng } = {}): X25519KeyPair {
  const secret = rng.fill(new Uint8Array(KEY_BYTES));
  const privateKey = X25519PrivateKey.fromBytes(secret);
  secret.fill(0);
  return keyPairFromPrivateKey(privateKey, backend === undefined ? {} : { backend });
}

/** The public key that belongs to `privateKey`. @throws TypesError `ERR_PRIVATE_KEY_DISPOSED` */
export function publicKeyOf(
  privateKey: X25519PrivateKey,
  { backend = defaultBackend() }: KeyOptions = {},
): X25519PublicKey {
  const pair = backend.importKeyPair(privateKey.expose());
  try {
    return publicKeyFromBytes(pair.publicKey);
  } finally {
    pair.dispose();
  }
}

/** The pair of `privateKey`, which it keeps. @throws TypesError `ERR_PRIVATE_KEY_DISPOSED` */
export function keyPairFromPrivateKey(privateKey: X25519PrivateKey, options: KeyOptions = {}): X25519KeyPair {
  return { publicKey: publicKeyOf(privateKey, options), privateKey };
}

/**
 * The X25519 identity of an Ed25519 private key from a key store (wire format 12): the first half of SHA-512 of its
 * 32-byte seed, clamped.
 * @throws NoiseError `ERR_NOISE_INVALID_KEY` unless the seed has 32 bytes
 */
export function keyPairFromEd25519Seed(seed: Uint8Array, options: KeyOptions = {}): X25519KeyPair {
  assertKeyLength(seed);
  const digest = sha512(seed);
  const secret = digest.subarray(0, KEY_BYTES);
  secret[0] = (secret[0] as number) & 0xf8;
  secret[31] = ((secret[31] as number) & 0x7f) | 0x40;
  const privateKey = X25519PrivateKey.fromBytes(secret);
  digest.fill(0);
  return keyPairFromPrivateKey(privateKey, options);
}
