import { bytesEqual, publicKeyToBytes, type X25519KeyPair, type X25519PublicKey } from '@diemnet/types';
import type { CryptoBackend } from './crypto/backend.js';
import { NoiseError } from './errors.js';
import { StaticKeyPair } from './static-key-pair.js';

/** A key pair that was replaced and still answers those who expect it. */
export interface RetiringKey {
  readonly publicKey: X25519PublicKey;
  /** From now on it answers nobody; our copy of the private key is wiped. May be called twice. */
  drop(): void;
}

interface Imported {
  readonly publicKey: X25519PublicKey;
  readonly keys: StaticKeyPair;
}

/**
 * Our static key pairs: the one that we dial with and announce, and those before it that dialers may still expect.
 * A dialer says in the clear which key it expects (wire format 4.1), which picks the pair.
 */
export class StaticKeys {
  readonly #backend: CryptoBackend;
  #current: Imported;
  readonly #retiring = new Map<X25519PublicKey, Imported>();

  /** Copies the key. @throws NoiseError `ERR_NOISE_KEY_PAIR_MISMATCH` */
  constructor(backend: CryptoBackend, keyPair: X25519KeyPair) {
    this.#backend = backend;
    this.#current = this.#import(keyPair);
  }

  get publicKey(): X25519PublicKey {
    return this.#current.publicKey;
  }

  /** What we dial with. */
  get current(): StaticKeyPair {
    return this.#current.keys;
  }

  /** Every key that we answer under: the current one first. */
  publicKeys(): X25519PublicKey[] {
    return [this.publicKey, ...this.#retiring.keys()];
  }

  /** The pair that a dialer expects us to have; undefined if we have no such pair. */
  expected(listenerKey: Uint8Array): StaticKeyPair | undefined {
    if (bytesEqual(listenerKey, this.#current.keys.publicKey)) return this.#current.keys;
    for (const { keys } of this.#retiring.values()) {
      if (bytesEqual(listenerKey, keys.publicKey)) return keys;
    }
    return undefined;
  }

  /**
   * Makes `keyPair` the current one. Undefined if it is that already. A key that is retiring can come back.
   * @throws NoiseError `ERR_NOISE_KEY_PAIR_MISMATCH`
   */
  rotate(keyPair: X25519KeyPair): RetiringKey | undefined {
    if (keyPair.publicKey === this.publicKey) return undefined;
    const next = this.#import(keyPair);
    this.#drop(this.#retiring.get(next.publicKey));
    const previous = this.#current;
    this.#current = next;
    this.#retiring.set(previous.publicKey, previous);
    return { publicKey: previous.publicKey, drop: () => this.#drop(previous) };
  }

  #drop(imported: Imported | undefined): void {
    if (imported === undefined || this.#retiring.get(imported.publicKey) !== imported) return;
    this.#retiring.delete(imported.publicKey);
    imported.keys.dispose();
  }

  #import({ privateKey, publicKey }: X25519KeyPair): Imported {
    const keys = new StaticKeyPair(this.#backend, this.#backend.importKeyPair(privateKey.expose()));
    if (bytesEqual(keys.publicKey, publicKeyToBytes(publicKey))) return { publicKey, keys };
    keys.dispose();
    throw new NoiseError('ERR_NOISE_KEY_PAIR_MISMATCH', 'the public key does not belong to the private key');
  }
}
