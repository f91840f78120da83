import { hexToBytes } from '@diemnet/types';
import { StorageError } from '../errors.js';

/** Bytes of an Ed25519 private key, and of every other key here. */
export const KEY_BYTES = 32;

/** A value as files keep it: with the time at which it was written. */
export interface StoredValue {
  readonly data: 'GetResponse';
  /** Seconds since the Unix epoch. */
  readonly last_update: number;
  readonly value: unknown;
}

/** The value in an entry of a file. @throws StorageError `ERR_STORAGE_INVALID_VALUE` */
export function unwrapStoredValue(name: string, entry: unknown): unknown {
  if (typeof entry === 'object' && entry !== null && 'value' in entry) return entry.value;
  throw new StorageError('ERR_STORAGE_INVALID_VALUE', `the entry "${name}" has no field "value"`);
}

/** The entry of a file for a value. */
export function wrapStoredValue(value: unknown, unixTimeMs: number): StoredValue {
  return { data: 'GetResponse', last_update: Math.floor(unixTimeMs / 1000), value };
}

/** `<namespace>/<name>`, or the name alone. */
export function namespaced(namespace: string | undefined, name: string, separator = '/'): string {
  return namespace === undefined || namespace === '' ? name : `${namespace}${separator}${name}`;
}

/** Reads JSON. @throws StorageError `ERR_STORAGE_INVALID_VALUE`, which says what was read but nothing of it */
export function parseStoredJson(what: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new StorageError('ERR_STORAGE_INVALID_VALUE', `${what} is not JSON`);
  }
}

/** The seed in a private key of 64 hexadecimal digits. @throws StorageError `ERR_STORAGE_INVALID_VALUE` */
export function privateKeyFromValue(name: string, value: unknown): Uint8Array {
  if (typeof value === 'string' && /^[0-9a-fA-F]{64}$/.test(value)) return hexToBytes(value);
  throw new StorageError(
    'ERR_STORAGE_INVALID_VALUE',
    `"${name}" is not an Ed25519 private key of 64 hexadecimal digits`,
  );
}

/** Bytes of a base64 text. @throws StorageError `ERR_STORAGE_INVALID_VALUE` */
export function bytesFromBase64(name: string, value: unknown): Uint8Array {
  if (typeof value === 'string' && /^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(value)) {
    return Uint8Array.from(Buffer.from(value, 'base64'));
  }
  throw new StorageError('ERR_STORAGE_INVALID_VALUE', `"${name}" is not base64`);
}

/** The error for a name under which nothing is kept. */
export function keyNotSet(name: string): StorageError {
  return new StorageError('ERR_STORAGE_KEY_NOT_SET', `nothing is stored under "${name}"`, {
    details: { name },
  });
}
