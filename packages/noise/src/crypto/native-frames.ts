import type { Cipher, CipherGCM, Decipher, DecipherGCM } from 'node:crypto';
import { TAG_BYTES } from '../limits.js';
import type { FrameOpener, FrameSealer } from './backend.js';
import { GrowingBuffer } from './growing-buffer.js';
import { asUint8Array, type NodeCrypto } from './node-crypto.js';
import type { YoungGeneration } from './young-generation.js';

const NO_TAG = new Uint8Array(TAG_BYTES);
/**
 * Smaller parts of a frame are collected before they are decrypted: a call into OpenSSL and the Buffer it makes
 * cost more than the copy, and a frame that drips in byte by byte must not become thousands of Buffers.
 */
const STAGED_PART_BYTES = 4096;

/** Decrypts one whole message. Undefined if it is not authentic. */
export function openWhole(
  crypto: NodeCrypto,
  key: Uint8Array,
  nonce: Uint8Array,
  ad: Uint8Array,
  sealed: Uint8Array,
): Uint8Array | undefined {
  const decipher = crypto.createDecipheriv('aes-256-gcm', key, nonce);
  if (ad.length > 0) decipher.setAAD(ad);
  return openWith(decipher, sealed);
}

function openWith(decipher: DecipherGCM, sealed: Uint8Array): Uint8Array | undefined {
  const length = sealed.length - TAG_BYTES;
  decipher.setAuthTag(sealed.subarray(length));
  const plaintext = decipher.update(sealed.subarray(0, length));
  return verified(decipher) ? asUint8Array(plaintext) : undefined;
}

function verified(decipher: Decipher): boolean {
  try {
    decipher.final();
    return true;
  } catch {
    return false;
  }
}

/** Streams a frame through OpenSSL: every part of the plaintext is read once and copied nowhere. */
export class NativeSealer implements FrameSealer {
  readonly #crypto: NodeCrypto;
  readonly #key: Uint8Array;
  readonly #young: YoungGeneration;
  #cipher: CipherGCM | undefined;
  #prepared: CipherGCM | undefined;

  constructor(crypto: NodeCrypto, key: Uint8Array, young: YoungGeneration) {
    this.#crypto = crypto;
    this.#key = Uint8Array.from(key);
    this.#young = young;
  }

  prepare(nonce: Uint8Array): void {
    this.#prepared ??= this.#create(nonce);
  }

  start(nonce: Uint8Array): void {
    this.#cipher = this.#prepared ?? this.#create(nonce);
    this.#prepared = undefined;
  }

  update(plaintext: Uint8Array, out: Uint8Array[]): void {
    out.push((this.#cipher as Cipher).update(plaintext));
    this.#young.count(plaintext.length);
  }

  finish(): Uint8Array {
    const cipher = this.#cipher as CipherGCM;
    this.#cipher = undefined;
    cipher.final();
    return cipher.getAuthTag();
  }

  dispose(): void {
    this.#key.fill(0);
    this.#cipher = undefined;
    // OpenSSL overwrites its copy of the key when a message ends.
    this.#prepared?.final();
    this.#prepared = undefined;
  }

  #create(nonce: Uint8Array): CipherGCM {
    return this.#crypto.createCipheriv('aes-256-gcm', this.#key, nonce);
  }
}

/** Decrypts parts as they arrive, so that ciphertext need not be kept; plaintext waits for the tag. */
export class NativeOpener implements FrameOpener {
  readonly #crypto: NodeCrypto;
  readonly #key: Uint8Array;
  readonly #young: YoungGeneration;
  readonly #staged = new GrowingBuffer();
  #decipher: DecipherGCM | undefined;
  #prepared: DecipherGCM | undefined;
  #plaintext: Uint8Array[] = [];

  constructor(crypto: NodeCrypto, key: Uint8Array, young: YoungGeneration) {
    this.#crypto = crypto;
    this.#key = Uint8Array.from(key);
    this.#young = young;
  }

  prepare(nonce: Uint8Array): void {
    this.#prepared ??= this.#create(nonce);
  }

  open(nonce: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
    this.#young.count(sealed.length);
    return openWith(this.#take(nonce), sealed);
  }

  start(nonce: Uint8Array): void {
    this.#decipher = this.#take(nonce);
    this.#plaintext = [];
    this.#staged.reset();
  }

  update(ciphertext: Uint8Array): void {
    if (ciphertext.length >= STAGED_PART_BYTES) {
      this.#flushStaged();
      this.#decrypt(ciphertext);
      return;
    }
    this.#staged.append(ciphertext);
    if (this.#staged.length >= STAGED_PART_BYTES) this.#flushStaged();
  }

  finish(tag: Uint8Array): readonly Uint8Array[] | undefined {
    this.#flushStaged();
    const [decipher, plaintext] = [this.#decipher as DecipherGCM, this.#plaintext];
    this.#drop();
    decipher.setAuthTag(tag);
    if (verified(decipher)) return plaintext;
    for (const part of plaintext) part.fill(0);
    return undefined;
  }

  dispose(): void {
    this.#key.fill(0);
    this.#staged.reset();
    this.#drop();
    if (this.#prepared === undefined) return;
    // OpenSSL overwrites its copy of the key when a message ends, and this one ends without a valid tag.
    verified(this.#prepared.setAuthTag(NO_TAG));
    this.#prepared = undefined;
  }

  #create(nonce: Uint8Array): DecipherGCM {
    return this.#crypto.createDecipheriv('aes-256-gcm', this.#key, nonce);
  }

  #take(nonce: Uint8Array): DecipherGCM {
    const decipher = this.#prepared ?? this.#create(nonce);
    this.#prepared = undefined;
    return decipher;
  }

  #flushStaged(): void {
    if (this.#staged.length === 0) return;
    this.#decrypt(this.#staged.view());
    this.#staged.reset();
  }

  #decrypt(ciphertext: Uint8Array): void {
    this.#young.count(ciphertext.length);
    this.#plaintext.push(asUint8Array((this.#decipher as Decipher).update(ciphertext)));
  }

  #drop(): void {
    this.#decipher = undefined;
    this.#plaintext = [];
  }
}
