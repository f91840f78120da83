import type { WaitOptions } from '@diemnet/types';
import { AddressKeys } from './address-keys.js';
import { NetworkAddressError } from './errors.js';

/** Under which name a key store holds the shared keys. */
export const ADDRESS_KEYS_ENTRY = 'validator_network_address_keys';

/** Where the shared keys live: a file, Vault, memory. */
export interface AddressKeyStore {
  /** The keys, or undefined if there is no such entry. Rejects if the store cannot be read. */
  read(options?: WaitOptions): Promise<AddressKeys | undefined>;
  write(keys: AddressKeys, options?: WaitOptions): Promise<void>;
}

/** The entry as it stands in a key store's JSON. It holds the secrets in the open. */
export interface AddressKeysEntry {
  /** Base64 of 32 bytes by version. */
  readonly keys: Readonly<Record<string, string>>;
  readonly current: number;
}

/** The entry to store, secrets included. */
export function addressKeysToEntry(keys: AddressKeys): AddressKeysEntry {
  const entries = keys.versions.map((version) => [String(version), toBase64(keys.expose(version))] as const);
  return { keys: Object.fromEntries(entries), current: keys.current };
}

/**
 * Reads the entry of a key store from parsed JSON.
 * @throws NetworkAddressError `ERR_ADDRESS_INVALID_KEY_STORE_ENTRY`
 */
export function parseAddressKeys(value: unknown): AddressKeys {
  const { keys, current } = objectOr(value, 'the entry is not an object') as Partial<AddressKeysEntry>;
  if (!isVersion(current)) throw invalid('"current" is not a version');
  const parsed = Object.entries(objectOr(keys, '"keys" is not an object')).map(([text, base64]) => {
    const version = /^(?:0|[1-9][0-9]{0,9})$/.test(text) ? Number(text) : Number.NaN;
    if (!isVersion(version)) throw invalid('a version is not a number of 32 bits');
    return [version, fromBase64(base64, version)] as const;
  });
  return new AddressKeys(parsed, current);
}

/** Keys in memory, for tests and for nodes that get them from elsewhere. */
export class MemoryAddressKeyStore implements AddressKeyStore {
  #keys: AddressKeys | undefined;

  constructor(keys?: AddressKeys) {
    this.#keys = keys;
  }

  async read(): Promise<AddressKeys | undefined> {
    return this.#keys;
  }

  async write(keys: AddressKeys): Promise<void> {
    this.#keys = keys;
  }

  /** Loses the keys. */
  clear(): void {
    this.#keys = undefined;
  }
}

function isVersion(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 2 ** 32;
}

function objectOr(value: unknown, problem: string): object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid(problem);
  return value;
}

function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

function fromBase64(text: unknown, version: number): Uint8Array {
  // atob forgives blanks and missing padding; 32 bytes are always 43 characters and one "=".
  if (typeof text === 'string' && /^[A-Za-z0-9+/]{43}=$/.test(text)) {
    const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
    if (toBase64(bytes) === text) return bytes;
  }
  throw invalid(`the key of version ${version} is not 32 bytes in base64`);
}

function invalid(problem: string): NetworkAddressError {
  return new NetworkAddressError(
    'ERR_ADDRESS_INVALID_KEY_STORE_ENTRY',
    `${ADDRESS_KEYS_ENTRY} cannot be read: ${problem}`,
  );
}
