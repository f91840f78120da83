import { systemRng, type Rng } from '@diemnet/types';
import { KEY_BYTES, TAG_BYTES } from '../limits.js';
import type { CryptoBackend, DhKeyPair, DhPublicKey, FrameOpener, FrameSealer } from './backend.js';
import { assertKeyLength } from './key-checks.js';
import { NativeOpener, NativeSealer, openWhole } from './native-frames.js';
import { NativeDh } from './native-dh.js';
import { NativeHmac } from './native-hmac.js';
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
  readonly #sha256: (bytes: Uint8Array) => Uint8Array;
  readonly #hmac: NativeHmac;
  /** Holds only what goes over the wire, and hashes of it. */
  readonly #scratch = new Uint8Array(SCRATCH_BYTES);

  constructor(crypto: NodeCrypto) {
    this.#crypto = crypto;
    this.#dh = new NativeDh(crypto);
    const { createHash, hash } = crypto;
    // `crypto.hash`, of Node 20.12, makes no Hash object: half the time. Other runtimes may lack it.
    this.#sha256 =
      hash === undefined
        ? (bytes) => createHash('sha256').update(bytes).digest()
        : (bytes) => hash('sha256', bytes, 'buffer');
    this.#hmac = new NativeHmac(this.#sha256);
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
    const length = first.length + second.length;
    if (length > SCRATCH_BYTES) {
      return this.#crypto.createHash('sha256').update(first).update(second).digest();
    }
    this.#scratch.set(first);
    this.#scratch.set(second, first.length);
    return this.#sha256(this.#scratch.subarray(0, length));
  }

  hkdf(chainingKey: Uint8Array, input: Uint8Array): [Uint8Array, Uint8Array] {
    const hmac = this.#hmac;
    hmac.setKey(chainingKey);
    const pseudoRandomKey = hmac.digest(input, NO_BYTES);
    hmac.setKey(pseudoRandomKey);
    const first = hmac.digest(ONE, NO_BYTES);
    const second = hmac.digest(first, TWO);
    hmac.forget();
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
}

/**
 * The cryptography of `node:crypto` (OpenSSL), some 20 to 50 times as fast as the portable one. Undefined where
 * there is none; it is found at run time, so that bundles for browsers need no substitute.
 */
export function nativeBackend(): CryptoBackend | undefined {
  const crypto = globalThis.process?.getBuiltinModule?.('node:crypto');
  return crypto === undefined ? undefined : new NativeBackend(crypto);
}
