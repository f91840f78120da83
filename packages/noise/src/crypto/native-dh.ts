import type { JsonWebKey, KeyObject } from 'node:crypto';
import type { DhKeyPair, DhPublicKey } from './backend.js';
import { lowOrderKeyError, refuseAllZero } from './key-checks.js';
import type { NodeCrypto } from './node-crypto.js';

/** What stands in front of a raw X25519 private key in PKCS #8. */
const PKCS8_PREFIX = Uint8Array.from([
  0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x6e, 0x04, 0x22, 0x04, 0x20,
]);

class NativePublicKey implements DhPublicKey {
  readonly bytes: Uint8Array;
  readonly key: KeyObject;

  constructor(bytes: Uint8Array, key: KeyObject) {
    this.bytes = bytes;
    this.key = key;
  }
}

class NativeKeyPair implements DhKeyPair {
  readonly publicKey: Uint8Array;
  readonly #dh: NativeDh;
  #privateKey: KeyObject | undefined;

  constructor(dh: NativeDh, publicKey: Uint8Array, privateKey: KeyObject) {
    this.publicKey = publicKey;
    this.#dh = dh;
    this.#privateKey = privateKey;
  }

  dh(remote: DhPublicKey): Uint8Array {
    return this.#dh.sharedSecret(this.#privateKey, remote);
  }

  /** OpenSSL overwrites the key when the last reference to it goes. */
  dispose(): void {
    this.#privateKey = undefined;
  }
}

type GenerateWithJwk = (
  type: 'x25519',
  options: { publicKeyEncoding: { format: 'jwk' } },
) => { publicKey: JsonWebKey; privateKey: KeyObject };

/**
 * X25519 by `node:crypto`. Raw keys go in and come out as JWK where speed counts: DER passes through OpenSSL's
 * generic decoder and costs thirteen times as much.
 */
export class NativeDh {
  readonly #crypto: NodeCrypto;
  /** Node demands the public half in a private JWK and, up to now, does not read it. */
  #jwkIgnoresPublicHalf = true;

  /** With the one signature that the types of Node lack: public half as JWK, private half as KeyObject. */
  readonly #generateKeyPairSync: GenerateWithJwk;

  constructor(crypto: NodeCrypto) {
    this.#crypto = crypto;
    this.#generateKeyPairSync = crypto.generateKeyPairSync as unknown as GenerateWithJwk;
  }

  /** A static key: by DER, whose buffer can be overwritten, as the strings of a JWK cannot. */
  importPrivate(privateKey: Uint8Array): DhKeyPair {
    return this.#pairOf(this.#privateFromDer(privateKey));
  }

  importPublic(publicKey: Uint8Array): DhPublicKey {
    const bytes = new Uint8Array(publicKey);
    const key = this.#crypto.createPublicKey({
      key: { kty: 'OKP', crv: 'X25519', x: base64url(bytes) },
      format: 'jwk',
    });
    return new NativePublicKey(bytes, key);
  }

  /**
   * A pair from OpenSSL's own generator. The public key is exported by the generating call itself: exporting it
   * afterwards can hang Node for good, as the export holds the key's lock when a garbage collection finalizes the
   * generator's job, which takes the same lock (seen in Node 20.20).
   */
  generate(): DhKeyPair {
    const { publicKey, privateKey } = this.#generateKeyPairSync('x25519', {
      publicKeyEncoding: { format: 'jwk' },
    });
    return new NativeKeyPair(this, rawOf(publicKey), privateKey);
  }

  /** The pair of a private key that chance chose, for repeatable runs: fast, but leaves a string of it behind. */
  fromSeed(seed: Uint8Array): DhKeyPair {
    if (this.#jwkIgnoresPublicHalf) {
      try {
        const d = base64url(seed);
        const key = this.#crypto.createPrivateKey({
          key: { kty: 'OKP', crv: 'X25519', x: d, d },
          format: 'jwk',
        });
        return this.#pairOf(key);
      } catch {
        this.#jwkIgnoresPublicHalf = false;
      }
    }
    return this.importPrivate(seed);
  }

  sharedSecret(privateKey: KeyObject | undefined, remote: DhPublicKey): Uint8Array {
    const { key: publicKey } = (
      remote instanceof NativePublicKey ? remote : this.importPublic(remote.bytes)
    ) as NativePublicKey;
    let secret: Uint8Array;
    try {
      secret = this.#crypto.diffieHellman({ privateKey: privateKey as KeyObject, publicKey });
    } catch (cause) {
      throw lowOrderKeyError(cause);
    }
    return refuseAllZero(secret);
  }

  #privateFromDer(privateKey: Uint8Array): KeyObject {
    const der = new Uint8Array(PKCS8_PREFIX.length + privateKey.length);
    der.set(PKCS8_PREFIX);
    der.set(privateKey, PKCS8_PREFIX.length);
    try {
      return this.#crypto.createPrivateKey({ key: der as Buffer, format: 'der', type: 'pkcs8' });
    } finally {
      der.fill(0);
    }
  }

  #pairOf(privateKey: KeyObject): DhKeyPair {
    const publicKey = this.#crypto.createPublicKey(privateKey);
    return new NativeKeyPair(this, rawOf(publicKey.export({ format: 'jwk' })), privateKey);
  }
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64url');
}

function rawOf({ x }: JsonWebKey): Uint8Array {
  return new Uint8Array(Buffer.from(x as string, 'base64url'));
}
