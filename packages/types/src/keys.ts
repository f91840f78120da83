import { TypesError } from './errors.js';
import { bytesToHex, hexToBytes } from './hex.js';

/** Bytes in an X25519 public or private key. */
export const X25519_KEY_BYTES = 32;
const KEY_TEXT = /^[0-9a-fA-F]{64}$/;

/** False also for what a configuration may hold instead of a text. */
function isKeyText(text: unknown): boolean {
  return typeof text === 'string' && KEY_TEXT.test(text);
}

/** A static X25519 public key: 64 lower-case hex digits. Compare with `===`. */
export type X25519PublicKey = string & { readonly __brand: 'X25519PublicKey' };

/**
 * Reads a public key from 64 hex digits in either case.
 * @throws TypesError `ERR_INVALID_PUBLIC_KEY`
 */
export function publicKeyFromHex(text: string): X25519PublicKey {
  if (!isKeyText(text)) {
    throw new TypesError('ERR_INVALID_PUBLIC_KEY', 'an X25519 public key is 64 hexadecimal digits');
  }
  return text.toLowerCase() as X25519PublicKey;
}

/**
 * Reads a public key from 32 bytes.
 * @throws TypesError `ERR_INVALID_PUBLIC_KEY`
 */
export function publicKeyFromBytes(bytes: Uint8Array): X25519PublicKey {
  if (bytes.length !== X25519_KEY_BYTES) {
    throw new TypesError('ERR_INVALID_PUBLIC_KEY', `an X25519 public key has 32 bytes, got ${bytes.length}`);
  }
  return bytesToHex(bytes) as X25519PublicKey;
}

/** The 32 bytes of a public key, freshly allocated. */
export function publicKeyToBytes(key: X25519PublicKey): Uint8Array {
  return hexToBytes(key);
}

const REDACTED = '[X25519PrivateKey]';

/**
 * A static X25519 private key that never prints itself: not in logs, JSON, errors or `util.inspect`.
 * `dispose()` overwrites it; use after that throws `ERR_PRIVATE_KEY_DISPOSED`.
 */
export class X25519PrivateKey {
  readonly #bytes: Uint8Array;
  #disposed = false;

  private constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Copies 32 bytes. @throws TypesError `ERR_INVALID_PRIVATE_KEY` */
  static fromBytes(bytes: Uint8Array): X25519PrivateKey {
    if (bytes.length !== X25519_KEY_BYTES) {
      throw new TypesError(
        'ERR_INVALID_PRIVATE_KEY',
        `an X25519 private key has 32 bytes, got ${bytes.length}`,
      );
    }
    return new X25519PrivateKey(Uint8Array.from(bytes));
  }

  /** Reads 64 hex digits in either case. @throws TypesError `ERR_INVALID_PRIVATE_KEY` */
  static fromHex(text: string): X25519PrivateKey {
    if (!isKeyText(text)) {
      throw new TypesError('ERR_INVALID_PRIVATE_KEY', 'an X25519 private key is 64 hexadecimal digits');
    }
    return new X25519PrivateKey(hexToBytes(text));
  }

  /** The key itself, for the cryptography that needs it. A view: do not keep or change it. */
  expose(): Uint8Array {
    if (this.#disposed) throw new TypesError('ERR_PRIVATE_KEY_DISPOSED', 'the private key was disposed');
    return this.#bytes;
  }

  /** The key as 64 hex digits, for saving a configuration. */
  exposeHex(): string {
    return bytesToHex(this.expose());
  }

  /** Overwrites the key with zeros. */
  dispose(): void {
    this.#bytes.fill(0);
    this.#disposed = true;
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return REDACTED;
  }
}

/** A static key pair: a node's identity in Noise. */
export interface X25519KeyPair {
  readonly publicKey: X25519PublicKey;
  readonly privateKey: X25519PrivateKey;
}
