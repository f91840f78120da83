import type { X25519PublicKey } from '@diemnet/types';
import type { CryptoBackend, DhKeyPair, DhPublicKey } from './crypto/backend.js';

/** How many remotes are remembered with one key pair: some 2 KiB each. */
const MAX_REMOTES = 512;

/**
 * A static key pair of ours, with what was computed for remotes that come back: their key as the backend imported it, and
 * the secret of the two static keys (`ss`), which is the same in every handshake between them. That saves each side one
 * of four Diffie-Hellman operations when they connect again (docs/decisions/0011).
 */
export class StaticKeyPair implements DhKeyPair {
  readonly #backend: CryptoBackend;
  readonly #keys: DhKeyPair;
  /** Who was remembered longest ago comes first. */
  readonly #remotes = new Map<X25519PublicKey, DhPublicKey>();
  /** Has an entry for each remote; the secret comes with the second handshake. */
  readonly #secrets = new Map<DhPublicKey, Uint8Array | undefined>();

  /** Takes over `keys`, which `backend` imported. */
  constructor(backend: CryptoBackend, keys: DhKeyPair) {
    this.#backend = backend;
    this.#keys = keys;
  }

  get publicKey(): Uint8Array {
    return this.#keys.publicKey;
  }

  /** The static key of a remote, ready for `dh`: the one remembered, if it is. */
  remote(publicKey: X25519PublicKey, bytes: Uint8Array): DhPublicKey {
    return this.#remotes.get(publicKey) ?? this.#backend.importPublicKey(bytes);
  }

  /** Remembers a remote that proved to hold its key, in place of the one that has been away longest. */
  remember(publicKey: X25519PublicKey, key: DhPublicKey): void {
    const known = this.#remotes.get(publicKey);
    if (known === undefined) {
      if (this.#remotes.size >= MAX_REMOTES) this.#forgetOldest();
      this.#secrets.set(key, undefined);
    } else {
      // Two first handshakes at a time import the key twice: the one that is remembered stays.
      this.#remotes.delete(publicKey);
    }
    this.#remotes.set(publicKey, known ?? key);
  }

  dh(remote: DhPublicKey): Uint8Array {
    if (!this.#secrets.has(remote)) return this.#keys.dh(remote);
    let secret = this.#secrets.get(remote);
    if (secret === undefined) {
      secret = this.#keys.dh(remote);
      this.#secrets.set(remote, secret);
    }
    return Uint8Array.from(secret);
  }

  /** Forgets the private key and overwrites every secret. */
  dispose(): void {
    for (const secret of this.#secrets.values()) secret?.fill(0);
    this.#secrets.clear();
    this.#remotes.clear();
    this.#keys.dispose();
  }

  #forgetOldest(): void {
    for (const [publicKey, key] of this.#remotes) {
      this.#secrets.get(key)?.fill(0);
      this.#secrets.delete(key);
      this.#remotes.delete(publicKey);
      return;
    }
  }
}
