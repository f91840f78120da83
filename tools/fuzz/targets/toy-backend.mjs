/**
 * A CryptoBackend that is worth nothing as cryptography and forty times as fast: results of the right lengths, the
 * same secret on both sides, tags that verify or do not, keys of low order refused. State machines around it cannot
 * tell the difference, so that most inputs may go through them without waiting for real Diffie-Hellmans.
 */
import { assertKeyLength, refuseAllZero } from '../../../packages/noise/src/crypto/key-checks.ts';

const KEY_BYTES = 32;
const TAG_BYTES = 16;
/** An odd factor for each 32-bit part of a key: `x * G` is the public key, `x * y * G` the secret, modulo 2^32. */
const G = Uint32Array.of(
  0x9e3779b1,
  0x85ebca77,
  0xc2b2ae3d,
  0x27d4eb2f,
  0x165667b1,
  0xcc9e2d51,
  0x1b873593,
  0xe6546b65,
);

export const toyBackend = {
  name: 'toy',
  importKeyPair: (privateKey) => new ToyKeyPair(checked(privateKey)),
  importPublicKey: (publicKey) => ({ bytes: checked(publicKey) }),
  generateKeyPair: (rng) => new ToyKeyPair(rng.fill(new Uint8Array(KEY_BYTES))),
  hash: (first, second) => digest(1, [first, second], KEY_BYTES),
  hkdf: (chainingKey, input) => [
    digest(2, [chainingKey, input], KEY_BYTES),
    digest(3, [chainingKey, input], KEY_BYTES),
  ],
  seal(key, nonce, ad, plaintext) {
    const sealed = new Uint8Array(plaintext.length + TAG_BYTES);
    sealed.set(plaintext);
    const ciphertext = sealed.subarray(0, plaintext.length);
    new KeyStream(key, nonce).apply(ciphertext);
    sealed.set(digest(4, [key, nonce, ad, ciphertext], TAG_BYTES), plaintext.length);
    return sealed;
  },
  open,
  createSealer: (key) => new ToySealer(key),
  createOpener: (key) => new ToyOpener(key),
};

function checked(key) {
  assertKeyLength(key);
  return new Uint8Array(key);
}

function open(key, nonce, ad, sealed) {
  const plaintext = new Uint8Array(sealed.subarray(0, sealed.length - TAG_BYTES));
  const tag = digest(4, [key, nonce, ad, plaintext], TAG_BYTES);
  if (!endsWith(sealed, tag)) return undefined;
  new KeyStream(key, nonce).apply(plaintext);
  return plaintext;
}

function endsWith(bytes, tail) {
  const from = bytes.length - tail.length;
  for (let i = 0; i < tail.length; i++) if (bytes[from + i] !== tail[i]) return false;
  return true;
}

class ToyKeyPair {
  publicKey;
  #private;

  constructor(privateKey) {
    this.#private = words(privateKey);
    this.#private[0] |= 1;
    this.publicKey = this.#times(G);
  }

  dh(remote) {
    return refuseAllZero(this.#times(words(remote.bytes)));
  }

  dispose() {
    this.#private = undefined;
  }

  #times(factors) {
    const product = new Uint32Array(8);
    for (let i = 0; i < 8; i++) product[i] = Math.imul(this.#private[i], factors[i]);
    return new Uint8Array(product.buffer);
  }
}

class ToySealer {
  #key;
  #nonce;
  #stream;
  #parts = [];

  constructor(key) {
    this.#key = new Uint8Array(key);
  }

  start(nonce) {
    this.#nonce = new Uint8Array(nonce);
    this.#stream = new KeyStream(this.#key, nonce);
    this.#parts = [];
  }

  update(plaintext, out) {
    const ciphertext = new Uint8Array(plaintext);
    this.#stream.apply(ciphertext);
    this.#parts.push(ciphertext);
    out.push(ciphertext);
  }

  finish() {
    return digest(4, [this.#key, this.#nonce, ...this.#parts], TAG_BYTES);
  }

  dispose() {
    this.#key.fill(0);
  }
}

class ToyOpener {
  #key;
  #nonce;
  #parts = [];

  constructor(key) {
    this.#key = new Uint8Array(key);
  }

  open(nonce, sealed) {
    return open(this.#key, nonce, new Uint8Array(0), sealed);
  }

  start(nonce) {
    this.#nonce = new Uint8Array(nonce);
    this.#parts = [];
  }

  update(ciphertext) {
    this.#parts.push(new Uint8Array(ciphertext));
  }

  finish(tag) {
    const expected = digest(4, [this.#key, this.#nonce, ...this.#parts], TAG_BYTES);
    if (!endsWith(tag, expected)) return undefined;
    const stream = new KeyStream(this.#key, this.#nonce);
    for (const part of this.#parts) stream.apply(part);
    return this.#parts;
  }

  dispose() {
    this.#key.fill(0);
    this.#parts = [];
  }
}

/** Bytes that key and nonce decide. */
class KeyStream {
  #state;

  constructor(key, nonce) {
    const seed = digest(5, [key, nonce], 4);
    this.#state = words(seed)[0] | 1;
  }

  apply(bytes) {
    let state = this.#state;
    for (let i = 0; i < bytes.length; i++) {
      state = (Math.imul(state, 0x19660d) + 0x3c6ef35f) | 0;
      bytes[i] ^= state >>> 24;
    }
    this.#state = state;
  }
}

/** Every bit counts, and the order of bytes, but not how they are cut into parts. */
function digest(domain, parts, length) {
  let a = domain;
  let b = 0x811c9dc5;
  for (let p = 0; p < parts.length; p++) {
    const part = parts[p];
    for (let i = 0; i < part.length; i++) {
      a = Math.imul(a ^ part[i], 0x01000193);
      b = (b + a) ^ (b << 7);
    }
  }
  const out = new Uint32Array(length / 4);
  for (let i = 0; i < out.length; i++) {
    a = Math.imul(a ^ (b >>> 13), 0xc2b2ae3d) ^ i;
    b = Math.imul(b ^ (a >>> 16), 0x27d4eb2f);
    out[i] = a ^ b;
  }
  return new Uint8Array(out.buffer);
}

function words(bytes) {
  const copy = new Uint8Array(bytes);
  return new Uint32Array(copy.buffer);
}
