import type { Rng } from '@diemnet/types';

/** An X25519 public key, prepared for use by the backend that imported it. */
export interface DhPublicKey {
  /** The 32 bytes. Do not change them. */
  readonly bytes: Uint8Array;
}

/** An X25519 key pair, prepared for use: import a static key once and keep this. */
export interface DhKeyPair {
  /** The 32 bytes of the public key. Do not change them. */
  readonly publicKey: Uint8Array;
  /**
   * The 32-byte shared secret with `remote`. Wipe it after use.
   * @throws NoiseError `ERR_NOISE_WRONG_PUBLIC_KEY_RECEIVED` if it would be all zeros (a key of low order)
   */
  dh(remote: DhPublicKey): Uint8Array;
  /** Forgets the private key, and overwrites it where the backend can. */
  dispose(): void;
}

/**
 * Encrypts transport frames under one key, without associated data. One frame at a time:
 * `start`, any number of `update`, `finish`.
 */
export interface FrameSealer {
  /** Does ahead of time what can be done of the next `start`, which must get the same nonce. May be called twice. */
  prepare?(nonce: Uint8Array): void;
  /** Begins a frame. `nonce` (12 bytes) is read during the call only. */
  start(nonce: Uint8Array): void;
  /** Takes plaintext, read during the call only, and appends what ciphertext there is to `out`: fresh memory. */
  update(plaintext: Uint8Array, out: Uint8Array[]): void;
  /** The rest of the ciphertext, fresh memory: its last 16 bytes are the tag. */
  finish(): Uint8Array;
  /** Overwrites the key. Nothing else may be called after it. */
  dispose(): void;
}

/** Decrypts transport frames under one key: whole with `open`, or in parts with `start`, `update`, `finish`. */
export interface FrameOpener {
  /** Does ahead of time what can be done of the next `open` or `start`, which must get the same nonce. May be called twice. */
  prepare?(nonce: Uint8Array): void;
  /** Plaintext of a whole frame, ciphertext then tag; fresh memory. Undefined if it is not authentic. */
  open(nonce: Uint8Array, sealed: Uint8Array): Uint8Array | undefined;
  /** Begins a frame. `nonce` (12 bytes) is read during the call only. */
  start(nonce: Uint8Array): void;
  /** Takes ciphertext, read during the call only. No plaintext comes out before `finish`. */
  update(ciphertext: Uint8Array): void;
  /** The plaintext in order, in one or more pieces of fresh memory. Undefined if the frame is not authentic. */
  finish(tag: Uint8Array): readonly Uint8Array[] | undefined;
  /** Overwrites the key and drops an unfinished frame. Nothing else may be called after it. */
  dispose(): void;
}

/**
 * The cryptography of `Noise_IK_25519_AESGCM_SHA256`. Backends are interchangeable: the same input and the
 * same Rng give the same bytes.
 */
export interface CryptoBackend {
  /** For logs and test titles, e.g. `native`. */
  readonly name: string;
  /** @throws NoiseError `ERR_NOISE_INVALID_KEY` unless it has 32 bytes. Copies them. */
  importKeyPair(privateKey: Uint8Array): DhKeyPair;
  /** @throws NoiseError `ERR_NOISE_INVALID_KEY` unless it has 32 bytes. Copies them. */
  importPublicKey(publicKey: Uint8Array): DhPublicKey;
  /** A new key pair: 32 bytes of `rng` are the private key, except that a backend may use its own source for `systemRng`. */
  generateKeyPair(rng: Rng): DhKeyPair;
  /** SHA-256 of `first ‖ second`. */
  hash(first: Uint8Array, second: Uint8Array): Uint8Array;
  /** HKDF-SHA-256 as Noise uses it: salt `chainingKey`, empty info, 64 bytes of output in two halves. */
  hkdf(chainingKey: Uint8Array, input: Uint8Array): [Uint8Array, Uint8Array];
  /** AES-256-GCM of one message: ciphertext then tag. */
  seal(key: Uint8Array, nonce: Uint8Array, ad: Uint8Array, plaintext: Uint8Array): Uint8Array;
  /** The inverse of `seal`; `sealed` has at least 16 bytes. Undefined if it is not authentic. */
  open(key: Uint8Array, nonce: Uint8Array, ad: Uint8Array, sealed: Uint8Array): Uint8Array | undefined;
  /** For the frames of one direction. Takes a copy of `key`. */
  createSealer(key: Uint8Array): FrameSealer;
  /** For the frames of one direction. Takes a copy of `key`. */
  createOpener(key: Uint8Array): FrameOpener;
}
