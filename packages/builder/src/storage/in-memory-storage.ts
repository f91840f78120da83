import { throwIfAborted, type WaitOptions } from '@diemnet/types';
import type { WritableStorage } from './storage.js';
import { keyNotSet, privateKeyFromValue } from './values.js';

/** Secrets that vanish with the process: for tests and for programs that fill it themselves. */
export class InMemoryStorage implements WritableStorage {
  readonly #values: Map<string, unknown>;

  constructor(values: Readonly<Record<string, unknown>> = {}) {
    this.#values = new Map(Object.entries(values));
  }

  async get(name: string, { signal }: WaitOptions = {}): Promise<unknown> {
    throwIfAborted(signal);
    if (!this.#values.has(name)) throw keyNotSet(name);
    return this.#values.get(name);
  }

  async exportPrivateKey(name: string, options?: WaitOptions): Promise<Uint8Array> {
    return privateKeyFromValue(name, await this.get(name, options));
  }

  async set(name: string, value: unknown): Promise<void> {
    this.#values.set(name, structuredClone(value));
  }
}
