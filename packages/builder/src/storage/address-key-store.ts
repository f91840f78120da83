import {
  ADDRESS_KEYS_ENTRY,
  MemoryAddressKeyStore,
  addressKeysToEntry,
  parseAddressKeys,
  testAddressKeys,
  type AddressKeyStore,
  type AddressKeys,
} from '@diemnet/network-address';
import { isDiemNetError, type WaitOptions } from '@diemnet/types';
import type { SecureBackend } from '../config/secure-backend.js';
import { StorageError } from '../errors.js';
import { openStorage, type OpenStorageOptions } from './open-storage.js';
import type { SecretStorage, WritableStorage } from './storage.js';

/** The keys that validators share to read each other's addresses, kept in a storage (DiemNet wire format, section 14). */
export class StorageAddressKeyStore implements AddressKeyStore {
  readonly #storage: SecretStorage | WritableStorage;

  constructor(storage: SecretStorage | WritableStorage) {
    this.#storage = storage;
  }

  async read(options?: WaitOptions): Promise<AddressKeys | undefined> {
    let entry: unknown;
    try {
      entry = await this.#storage.get(ADDRESS_KEYS_ENTRY, options);
    } catch (error) {
      if (isDiemNetError(error, 'ERR_STORAGE_KEY_NOT_SET')) return undefined;
      throw error;
    }
    return parseAddressKeys(entry);
  }

  /** @throws StorageError `ERR_STORAGE_PERMISSION` if the storage is one that is only read */
  async write(keys: AddressKeys): Promise<void> {
    if (!('set' in this.#storage)) {
      throw new StorageError('ERR_STORAGE_PERMISSION', 'address keys cannot be written to this storage');
    }
    await this.#storage.set(ADDRESS_KEYS_ENTRY, addressKeysToEntry(keys));
  }
}

/** Where a network's address keys are: in its backend, or without one the keys of tests, known to everyone. */
export function openAddressKeyStore(
  backend: SecureBackend | undefined,
  options?: OpenStorageOptions,
): AddressKeyStore {
  return backend === undefined
    ? new MemoryAddressKeyStore(testAddressKeys())
    : new StorageAddressKeyStore(openStorage(backend, options));
}
