import type { CryptoBackend } from '../crypto/backend.js';
import { NoiseError } from '../errors.js';
import { KEY_BYTES } from '../limits.js';
import { NonceCounter } from '../session/nonce-counter.js';

const PROTOCOL_NAME = 'Noise_IK_25519_AESGCM_SHA256';
const NO_BYTES = new Uint8Array(0);

/** The protocol's name padded with zeros to one hash: both `h` and `ck` start from it. */
function protocolName(): Uint8Array {
  const name = new Uint8Array(KEY_BYTES);
  for (let i = 0; i < PROTOCOL_NAME.length; i++) name[i] = PROTOCOL_NAME.charCodeAt(i);
  return name;
}

/** The running hash, chaining key and cipher of a Noise handshake (wire format 4.3). */
export class SymmetricState {
  readonly #backend: CryptoBackend;
  #hash: Uint8Array;
  #chainingKey: Uint8Array = protocolName();
  #key: Uint8Array = NO_BYTES;
  #nonce = new NonceCounter();

  constructor(backend: CryptoBackend, prologue: Uint8Array) {
    this.#backend = backend;
    this.#hash = backend.hash(this.#chainingKey, prologue);
  }

  /** The running hash, a copy. */
  get handshakeHash(): Uint8Array {
    return Uint8Array.from(this.#hash);
  }

  mixHash(data: Uint8Array): void {
    this.#hash = this.#backend.hash(this.#hash, data);
  }

  /** Takes a shared secret into the keys, and overwrites it. */
  mixKey(secret: Uint8Array): void {
    const [chainingKey, key] = this.#backend.hkdf(this.#chainingKey, secret);
    secret.fill(0);
    this.#forgetKeys();
    this.#chainingKey = chainingKey;
    this.#key = key;
    this.#nonce = new NonceCounter();
  }

  encryptAndHash(plaintext: Uint8Array): Uint8Array {
    const sealed = this.#backend.seal(this.#key, this.#nonce.next(), this.#hash, plaintext);
    this.mixHash(sealed);
    return sealed;
  }

  /** @throws NoiseError `ERR_NOISE_DECRYPT` */
  decryptAndHash(sealed: Uint8Array): Uint8Array {
    const plaintext = this.#backend.open(this.#key, this.#nonce.next(), this.#hash, sealed);
    if (plaintext === undefined) {
      throw new NoiseError('ERR_NOISE_DECRYPT', 'a handshake message does not verify');
    }
    this.mixHash(sealed);
    return plaintext;
  }

  /** The transport keys: initiator to responder, then back. Ends this state. */
  split(): [Uint8Array, Uint8Array] {
    const keys = this.#backend.hkdf(this.#chainingKey, NO_BYTES);
    this.#forgetKeys();
    return keys;
  }

  /** Overwrites what is secret. */
  dispose(): void {
    this.#forgetKeys();
  }

  #forgetKeys(): void {
    this.#chainingKey.fill(0);
    this.#key.fill(0);
  }
}
