import {
  silentLogger,
  throwIfAborted,
  type Logger,
  type NetworkAddress,
  type WaitOptions,
} from '@diemnet/types';
import { AddressKeys } from './address-keys.js';
import type { AddressEntries } from './binary.js';
import {
  decryptAddressList,
  decryptWholeAddressList,
  encryptAddressList,
  type DecryptListInput,
  type EncryptListInput,
} from './encrypted-list.js';
import { NetworkAddressError } from './errors.js';
import type { AddressKeyStore } from './key-store.js';

/** What a {@link NetworkAddressEncryptor} works with. */
export interface EncryptorComponents {
  readonly store: AddressKeyStore;
  /** @default silentLogger */
  readonly logger?: Logger;
}

/**
 * Encrypts and decrypts lists of addresses with the shared keys of a key store. Keys that were read once serve on
 * when the store fails later.
 *
 * @example
 * const encryptor = new NetworkAddressEncryptor({ store: new MemoryAddressKeyStore(testAddressKeys()) });
 * const bytes = await encryptor.encryptList({ addresses, account, seqNum: 1n });
 */
export class NetworkAddressEncryptor {
  readonly #store: AddressKeyStore;
  readonly #logger: Logger;
  #cached: AddressKeys | undefined;

  constructor({ store, logger = silentLogger }: EncryptorComponents) {
    this.#store = store;
    this.#logger = logger;
  }

  /**
   * The keys of the store, or those read last if it has none now. Read them once for many lists, with
   * {@link decryptAddressList}.
   * @throws NetworkAddressError `ERR_ADDRESS_KEY_STORE` if there are none at all
   */
  async keys(options: WaitOptions = {}): Promise<AddressKeys> {
    let cause: unknown;
    try {
      const keys = await this.#store.read(options);
      if (keys !== undefined) return (this.#cached = keys);
    } catch (error) {
      throwIfAborted(options.signal);
      cause = error;
    }
    if (this.#cached === undefined) throw storeError('has no address keys', cause);
    this.#logger.warn(
      { error: String(cause ?? 'no such entry') },
      'address key store fails, using cached keys',
    );
    return this.#cached;
  }

  /**
   * Adds a key, or replaces that of the same version, and stores the set.
   * @throws NetworkAddressError `ERR_ADDRESS_KEY_STORE`, `ERR_ADDRESS_INVALID_SHARED_KEY`
   */
  async addKey(version: number, key: Uint8Array, options: WaitOptions = {}): Promise<void> {
    await this.#update((keys) => keys.withKey(version, key), options);
  }

  /**
   * Makes a version current and stores that.
   * @throws NetworkAddressError `ERR_ADDRESS_KEY_VERSION_NOT_FOUND`, `ERR_ADDRESS_KEY_STORE`
   */
  async setCurrentVersion(version: number, options: WaitOptions = {}): Promise<void> {
    await this.#update((keys) => keys.withCurrent(version), options);
  }

  /** Encrypts a list under the current key. @throws NetworkAddressError as {@link encryptAddressList} and {@link keys} */
  async encryptList(input: EncryptListInput, options: WaitOptions = {}): Promise<Uint8Array> {
    return encryptAddressList(await this.keys(options), input);
  }

  /** Decrypts what is readable of a list. @throws NetworkAddressError as {@link decryptAddressList} and {@link keys} */
  async decryptList(input: DecryptListInput, options: WaitOptions = {}): Promise<AddressEntries> {
    return decryptAddressList(await this.keys(options), input);
  }

  /** Decrypts all of a list or nothing. @throws NetworkAddressError as {@link decryptWholeAddressList} and {@link keys} */
  async decryptWholeList(input: DecryptListInput, options: WaitOptions = {}): Promise<NetworkAddress[]> {
    return decryptWholeAddressList(await this.keys(options), input);
  }

  /** Changes what the store holds; a store that cannot be read must not be overwritten from the cache. */
  async #update(change: (keys: AddressKeys) => AddressKeys, options: WaitOptions): Promise<void> {
    const stored = await this.#attempt('cannot be read', options, () => this.#store.read(options));
    const changed = change(stored ?? this.#cached ?? new AddressKeys());
    await this.#attempt('cannot be written', options, () => this.#store.write(changed, options));
    this.#cached = changed;
  }

  async #attempt<T>(problem: string, { signal }: WaitOptions, operation: () => Promise<T>): Promise<T> {
    try {
      return await operation();
    } catch (error) {
      throwIfAborted(signal);
      throw storeError(problem, error);
    }
  }
}

function storeError(problem: string, cause: unknown): NetworkAddressError {
  return new NetworkAddressError('ERR_ADDRESS_KEY_STORE', `the key store ${problem}`, { cause });
}
