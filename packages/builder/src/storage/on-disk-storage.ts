import { readFile, rename, writeFile } from 'node:fs/promises';
import { throwIfAborted, type TimeService, type WaitOptions } from '@diemnet/types';
import { StorageError } from '../errors.js';
import type { WritableStorage } from './storage.js';
import {
  keyNotSet,
  namespaced,
  parseStoredJson,
  privateKeyFromValue,
  unwrapStoredValue,
  wrapStoredValue,
} from './values.js';

/**
 * Secrets in a JSON file: `"<namespace>/<name>": {"data": "GetResponse", "last_update": …, "value": …}`.
 * The file is read anew every time, so that changes made by others are seen.
 */
export class OnDiskStorage implements WritableStorage {
  readonly #path: string;
  readonly #namespace: string | undefined;
  readonly #time: TimeService;

  constructor(options: {
    readonly path: string;
    readonly namespace?: string | undefined;
    readonly time: TimeService;
  }) {
    this.#path = options.path;
    this.#namespace = options.namespace;
    this.#time = options.time;
  }

  async get(name: string, { signal }: WaitOptions = {}): Promise<unknown> {
    throwIfAborted(signal);
    const key = namespaced(this.#namespace, name);
    const entries = await this.#read();
    if (!Object.hasOwn(entries, key)) throw keyNotSet(key);
    return unwrapStoredValue(key, entries[key]);
  }

  async exportPrivateKey(name: string, options?: WaitOptions): Promise<Uint8Array> {
    return privateKeyFromValue(name, await this.get(name, options));
  }

  /** Replaces the file as a whole, so that a reader never finds half of it. */
  async set(name: string, value: unknown): Promise<void> {
    const entries = await this.#read().catch((error: unknown) => {
      if (isMissingFile(error)) return {};
      throw error;
    });
    const changed = {
      ...entries,
      [namespaced(this.#namespace, name)]: wrapStoredValue(value, this.#time.unixTimeMs()),
    };
    const written = `${this.#path}.new`;
    try {
      await writeFile(written, JSON.stringify(changed), { mode: 0o600 });
      await rename(written, this.#path);
    } catch (cause) {
      throw new StorageError('ERR_STORAGE_UNAVAILABLE', `${this.#path} cannot be written`, { cause });
    }
  }

  async #read(): Promise<Record<string, unknown>> {
    let text: string;
    try {
      text = await readFile(this.#path, 'utf8');
    } catch (cause) {
      throw new StorageError('ERR_STORAGE_UNAVAILABLE', `${this.#path} cannot be read`, { cause });
    }
    if (text.trim() === '') return {};
    const entries = parseStoredJson(this.#path, text);
    if (typeof entries === 'object' && entries !== null && !Array.isArray(entries)) {
      return entries as Record<string, unknown>;
    }
    throw new StorageError('ERR_STORAGE_INVALID_VALUE', `${this.#path} is not a JSON object`);
  }
}

function isMissingFile(error: unknown): boolean {
  return (
    error instanceof StorageError && (error.cause as NodeJS.ErrnoException | undefined)?.code === 'ENOENT'
  );
}
