import { NoiseError } from '../errors.js';
import { KEY_BYTES } from '../limits.js';

/** @throws NoiseError `ERR_NOISE_INVALID_KEY` unless `key` has 32 bytes */
export function assertKeyLength(key: Uint8Array): void {
  if (key.length !== KEY_BYTES) {
    throw new NoiseError('ERR_NOISE_INVALID_KEY', `a key has ${KEY_BYTES} bytes, got ${key.length}`);
  }
}

/** What a Diffie-Hellman with a key of low order ends in. */
export function lowOrderKeyError(cause?: unknown): NoiseError {
  return new NoiseError(
    'ERR_NOISE_WRONG_PUBLIC_KEY_RECEIVED',
    'the public key has low order',
    cause === undefined ? {} : { cause },
  );
}

/** Returns `secret` unless it is all zeros (wire format 4.3). Looks at every byte whatever they are. */
export function refuseAllZero(secret: Uint8Array): Uint8Array {
  let seen = 0;
  for (let i = 0; i < secret.length; i++) seen |= secret[i] as number;
  if (seen === 0) throw lowOrderKeyError();
  return secret;
}
