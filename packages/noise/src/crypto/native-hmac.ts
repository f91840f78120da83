import { KEY_BYTES } from '../limits.js';

const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;
const INNER = 0x36;
const OUTER = 0x5c;
/** What a handshake authenticates at once: a Diffie-Hellman result, or a digest and a byte. */
const MAX_MESSAGE_BYTES = 64;

/**
 * HMAC-SHA-256 (RFC 2104) for keys of 32 bytes and messages of at most 64, out of two hashes at once: half the
 * time of an Hmac object, of which a handshake would need thirty.
 */
export class NativeHmac {
  readonly #sha256: (bytes: Uint8Array) => Uint8Array;
  readonly #inner = new Uint8Array(BLOCK_BYTES + MAX_MESSAGE_BYTES);
  /** Views of the first bytes of `#inner`, by length: there are four, and a handshake would make them thirty times. */
  readonly #views: Uint8Array[] = [];
  readonly #outer = new Uint8Array(BLOCK_BYTES + DIGEST_BYTES);

  constructor(sha256: (bytes: Uint8Array) => Uint8Array) {
    this.#sha256 = sha256;
  }

  /** Under which `digest` works until `forget`. */
  setKey(key: Uint8Array): void {
    this.#inner.fill(INNER, KEY_BYTES, BLOCK_BYTES);
    this.#outer.fill(OUTER, KEY_BYTES, BLOCK_BYTES);
    for (let i = 0; i < KEY_BYTES; i++) {
      this.#inner[i] = (key[i] as number) ^ INNER;
      this.#outer[i] = (key[i] as number) ^ OUTER;
    }
  }

  /** HMAC of `first ‖ second`. */
  digest(first: Uint8Array, second: Uint8Array): Uint8Array {
    this.#inner.set(first, BLOCK_BYTES);
    this.#inner.set(second, BLOCK_BYTES + first.length);
    const end = BLOCK_BYTES + first.length + second.length;
    const innerDigest = this.#sha256((this.#views[end] ??= this.#inner.subarray(0, end)));
    this.#outer.set(innerDigest, BLOCK_BYTES);
    innerDigest.fill(0);
    return this.#sha256(this.#outer);
  }

  /** Overwrites the key and what was authenticated. */
  forget(): void {
    this.#inner.fill(0);
    this.#outer.fill(0);
  }
}
