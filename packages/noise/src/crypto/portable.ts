import type { Rng } from '@diemnet/types';
import { gcm } from '@noble/ciphers/aes.js';
import { x25519 } from '@noble/curves/ed25519.js';
import { expand, extract } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { KEY_BYTES } from '../limits.js';
import type { CryptoBackend, DhKeyPair, DhPublicKey, FrameOpener, FrameSealer } from './backend.js';
import { GrowingBuffer } from './growing-buffer.js';
import { assertKeyLength, lowOrderKeyError, refuseAllZero } from './key-checks.js';

class PortableKeyPair implements DhKeyPair {
  readonly publicKey: Uint8Array;
  readonly #privateKey: Uint8Array;

  constructor(privateKey: Uint8Array) {
    this.#privateKey = privateKey;
    this.publicKey = x25519.getPublicKey(privateKey);
  }

  dh(remote: DhPublicKey): Uint8Array {
    let secret: Uint8Array;
    try {
      secret = x25519.getSharedSecret(this.#privateKey, remote.bytes);
    } catch (cause) {
      throw lowOrderKeyError(cause);
    }
    return refuseAllZero(secret);
  }

  dispose(): void {
    this.#privateKey.fill(0);
  }
}

/** GCM here works on whole messages only: parts are collected first. */
class PortableSealer implements FrameSealer {
  readonly #key: Uint8Array;
  readonly #nonce = new Uint8Array(12);
  readonly #plaintext = new GrowingBuffer();

  constructor(key: Uint8Array) {
    this.#key = Uint8Array.from(key);
  }

  start(nonce: Uint8Array): void {
    this.#nonce.set(nonce);
    this.#plaintext.reset();
  }

  update(plaintext: Uint8Array, _out: Uint8Array[]): void {
    this.#plaintext.append(plaintext);
  }

  finish(): Uint8Array {
    const sealed = gcm(this.#key, this.#nonce).encrypt(this.#plaintext.view());
    this.#plaintext.reset();
    return sealed;
  }

  dispose(): void {
    this.#key.fill(0);
    this.#plaintext.reset();
  }
}

class PortableOpener implements FrameOpener {
  readonly #key: Uint8Array;
  readonly #nonce = new Uint8Array(12);
  readonly #sealed = new GrowingBuffer();

  constructor(key: Uint8Array) {
    this.#key = Uint8Array.from(key);
  }

  open(nonce: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
    return decrypt(this.#key, nonce, undefined, sealed);
  }

  start(nonce: Uint8Array): void {
    this.#nonce.set(nonce);
    this.#sealed.reset();
  }

  update(ciphertext: Uint8Array): void {
    this.#sealed.append(ciphertext);
  }

  finish(tag: Uint8Array): readonly Uint8Array[] | undefined {
    this.#sealed.append(tag);
    const plaintext = decrypt(this.#key, this.#nonce, undefined, this.#sealed.view());
    this.#sealed.reset();
    return plaintext === undefined ? undefined : [plaintext];
  }

  dispose(): void {
    this.#key.fill(0);
    this.#sealed.reset();
  }
}

function decrypt(
  key: Uint8Array,
  nonce: Uint8Array,
  ad: Uint8Array | undefined,
  sealed: Uint8Array,
): Uint8Array | undefined {
  const cipher = gcm(key, nonce, ad);
  try {
    return cipher.decrypt(sealed);
  } catch {
    return undefined;
  }
}

/** The audited pure JavaScript of `@noble`: runs everywhere, browsers included. */
export const portableBackend: CryptoBackend = Object.freeze({
  name: 'portable',
  importKeyPair(privateKey: Uint8Array): DhKeyPair {
    assertKeyLength(privateKey);
    return new PortableKeyPair(Uint8Array.from(privateKey));
  },
  importPublicKey(publicKey: Uint8Array): DhPublicKey {
    assertKeyLength(publicKey);
    return { bytes: Uint8Array.from(publicKey) };
  },
  generateKeyPair(rng: Rng): DhKeyPair {
    return new PortableKeyPair(rng.fill(new Uint8Array(KEY_BYTES)));
  },
  hash(first: Uint8Array, second: Uint8Array): Uint8Array {
    return sha256.create().update(first).update(second).digest();
  },
  hkdf(chainingKey: Uint8Array, input: Uint8Array): [Uint8Array, Uint8Array] {
    const pseudoRandomKey = extract(sha256, input, chainingKey);
    const okm = expand(sha256, pseudoRandomKey, undefined, 2 * KEY_BYTES);
    const halves: [Uint8Array, Uint8Array] = [okm.slice(0, KEY_BYTES), okm.slice(KEY_BYTES)];
    pseudoRandomKey.fill(0);
    okm.fill(0);
    return halves;
  },
  seal(key: Uint8Array, nonce: Uint8Array, ad: Uint8Array, plaintext: Uint8Array): Uint8Array {
    return gcm(key, nonce, ad).encrypt(plaintext);
  },
  open: decrypt,
  createSealer: (key: Uint8Array): FrameSealer => new PortableSealer(key),
  createOpener: (key: Uint8Array): FrameOpener => new PortableOpener(key),
});
