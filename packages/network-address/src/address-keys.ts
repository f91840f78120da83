import { NetworkAddressError } from './errors.js';
import { SHARED_KEY_BYTES } from './encrypted-address.js';

const REDACTED = '[AddressKeys]';
const MAX_VERSION = 2 ** 32 - 1;

/**
 * The keys that validators share to encrypt their addresses, by version, and which is current. Immutable, and like
 * every secret it never prints itself.
 */
export class AddressKeys {
  readonly #keys: ReadonlyMap<number, Uint8Array>;
  /** The version to encrypt under. There may be no key of it yet. */
  readonly current: number;

  /**
   * Copies the keys.
   * @throws NetworkAddressError `ERR_ADDRESS_INVALID_SHARED_KEY`, `ERR_ADDRESS_INVALID_NUMBER`
   */
  constructor(keys: Iterable<readonly [version: number, key: Uint8Array]> = [], current = 0) {
    const copies = new Map<number, Uint8Array>();
    for (const [version, key] of keys) {
      if (key.length !== SHARED_KEY_BYTES) {
        throw new NetworkAddressError(
          'ERR_ADDRESS_INVALID_SHARED_KEY',
          `the key of version ${version} has ${key.length} bytes, not ${SHARED_KEY_BYTES}`,
        );
      }
      copies.set(checkVersion(version), Uint8Array.from(key));
    }
    this.#keys = copies;
    this.current = checkVersion(current);
  }

  /** The versions there are keys of, ascending. */
  get versions(): readonly number[] {
    return [...this.#keys.keys()].sort((a, b) => a - b);
  }

  /**
   * The key of a version, a view: do not keep or change it.
   * @throws NetworkAddressError `ERR_ADDRESS_KEY_VERSION_NOT_FOUND`
   */
  expose(version: number): Uint8Array {
    const key = this.#keys.get(version);
    if (key === undefined) {
      throw new NetworkAddressError(
        'ERR_ADDRESS_KEY_VERSION_NOT_FOUND',
        `there is no shared key of version ${version}`,
        { details: { version } },
      );
    }
    return key;
  }

  /** These keys and one more, which replaces one of the same version. */
  withKey(version: number, key: Uint8Array): AddressKeys {
    return new AddressKeys([...this.#keys, [version, key]], this.current);
  }

  /** These keys with another one current. @throws NetworkAddressError `ERR_ADDRESS_KEY_VERSION_NOT_FOUND` */
  withCurrent(version: number): AddressKeys {
    this.expose(version);
    return new AddressKeys(this.#keys, version);
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

/** The keys of tests: version 0, 32 zero bytes. Known to everyone. */
export function testAddressKeys(): AddressKeys {
  return new AddressKeys([[0, new Uint8Array(SHARED_KEY_BYTES)]]);
}

function checkVersion(version: number): number {
  if (!Number.isInteger(version) || version < 0 || version > MAX_VERSION) {
    throw new NetworkAddressError(
      'ERR_ADDRESS_INVALID_NUMBER',
      `a key version is a number from 0 to ${MAX_VERSION}`,
    );
  }
  return version;
}
