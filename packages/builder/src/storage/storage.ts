import type { WaitOptions } from '@diemnet/types';

/** Where secrets are read from. All names are without namespace: the backend adds its own. */
export interface SecretStorage {
  /**
   * The value kept under `name`, as JSON.
   * @throws StorageError `ERR_STORAGE_KEY_NOT_SET`, `ERR_STORAGE_PERMISSION`, `ERR_STORAGE_UNAVAILABLE`,
   * `ERR_STORAGE_INVALID_VALUE`
   */
  get(name: string, options?: WaitOptions): Promise<unknown>;
  /** The 32-byte seed of the Ed25519 private key kept under `name`. @throws StorageError as {@link get} */
  exportPrivateKey(name: string, options?: WaitOptions): Promise<Uint8Array>;
}

/** A storage that can be written too. */
export interface WritableStorage extends SecretStorage {
  /** Keeps `value`, which must be JSON, under `name`. @throws StorageError `ERR_STORAGE_UNAVAILABLE` */
  set(name: string, value: unknown): Promise<void>;
}
