import { systemRng, type Rng } from '@diemnet/types';
import { KEY_BYTES, TAG_BYTES } from '../limits.js';
import type { CryptoBackend, DhKeyPair, DhPublicKey, FrameOpener, FrameSealer } from './backend.js';
import { assertKeyLength } from './key-checks.js';
import { NativeOpener, NativeSealer, openWhole } from './native-frames.js';
import { NativeDh } from './native-dh.js';
import type { NodeCrypto } from './node-crypto.js';
import { YoungGeneration } from './young-generation.js';

const NO_BYTES = new Uint8Array(0);
const ONE = Uint8Array.of(1);
const TWO = Uint8Array.of(2);
/** What a handshake hashes at once, with room to spare. */
const SCRATCH_BYTES = 256;

class NativeBackend implements CryptoBackend {
  readonly name = 'native';
  readonly #crypto: NodeCrypto;
  readonly #dh: NativeDh;
  readonly #young = new YoungGeneration();
  /** Holds only what goes over the wire, and hashes of it. */
  readonly #scratch = new Uint8Array(SCRATCH_BYTES);

  constructor(crypto: NodeCrypto) {
    this.#crypto = crypto;
    this.#dh = new NativeDh(crypto);
  }

  importKeyPair(privateKey: Uint8Array): DhKeyPair {
    assertKeyLength(privateKey);
    return this.#dh.importPrivate(privateKey);
  }

  importPublicKey(publicKey: Uint8Array): DhPublicKey {
    assertKeyLength(publicKey);
    return this.#dh.importPublic(publicKey);
  }

  generateKeyPair(rng: Rng): DhKeyPair {
    if (rng === systemRng) return this.#dh.generate();
    return this.#dh.fromSeed(rng.fill(new Uint8Array(KEY_BYTES)));
  }

  hash(first: Uint8Array, second: Uint8Array): Uint8Array {
    const { createHash, hash } = this.#crypto;
    const length = first.length + second.length;
    // `crypto.hash`, of Node 20.12, makes no Hash object: half the time.
    if (length > SCRATCH_BYTES || hash === undefined) {
      return createHash('sha256').update(first).update(second).digest();
    }
    this.#scratch.set(first);
    this.#scratch.set(second, first.length);
    return hash('sha256', this.#scratch.subarray(0, length), 'buffer');
  }

  hkdf(chainingKey: Uint8Array, input: Uint8Array): [Uint8Array, Uint8Array] {
    const pseudoRandomKey = this.#hmac(chainingKey, input, NO_BYTES);
    const first = this.#hmac(pseudoRandomKey, ONE, NO_BYTES);
    const second = this.#hmac(pseudoRandomKey, first, TWO);
    pseudoRandomKey.fill(0);
    return [first, second];
  }

  seal(key: Uint8Array, nonce: Uint8Array, ad: Uint8Array, plaintext: Uint8Array): Uint8Array {
    const cipher = this.#crypto.createCipheriv('aes-256-gcm', key, nonce);
    if (ad.length > 0) cipher.setAAD(ad);
    const ciphertext = cipher.update(plaintext);
    cipher.final();
    const sealed = new Uint8Array(ciphertext.length + TAG_BYTES);
    sealed.set(ciphertext);
    sealed.set(cipher.getAuthTag(), ciphertext.length);
    return sealed;
  }

  open(key: Uint8Array, nonce: Uint8Array, ad: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
    return openWhole(this.#crypto, key, nonce, ad, sealed);
  }

  createSealer(key: Uint8Array): FrameSealer {
    return new NativeSealer(this.#crypto, key, this.#young);
  }

  createOpener(key: Uint8Array): FrameOpener {
    return new NativeOpener(this.#crypto, key, this.#young);
  }

  #hmac(key: Uint8Array, first: Uint8Array, second: Uint8Array): Uint8Array {
    const hmac = this.#crypto.createHmac('sha256', key).update(first);
    return (second.length === 0 ? hmac : hmac.update(second)).digest();
  }
}

/**
 * The cryptography of `node:crypto` (OpenSSL), some 20 to 50 times as fast as the portable one. Undefined where
 * there is none; it is found at run time, so that bundles for browsers need no substitute.
 */
export function nativeBackend(): CryptoBackend | undefined {
  const crypto = globalThis.process?.getBuiltinModule?.('node:crypto');
  return crypto === undefined ? undefined : new NativeBackend(crypto);
}
