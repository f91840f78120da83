import { readFile } from 'node:fs/promises';
import type { WaitOptions } from '@diemnet/types';
import type { VaultBackend } from '../config/secure-backend.js';
import { StorageError } from '../errors.js';
import { fetchJson, valueAt, type RemoteComponents } from './remote-json.js';
import type { SecretStorage } from './storage.js';
import { readToken } from './token.js';
import { KEY_BYTES, bytesFromBase64, keyNotSet, namespaced } from './values.js';

/** Time for the connection, and as much again for the answer, unless the configuration says otherwise. */
const DEFAULT_TIMEOUT_MS = 5_000;

/**
 * Reads from HashiCorp Vault: values from the key-value engine (version 2) at `secret/data/<namespace>/<name>` in a
 * field named after the key, private keys exported from the transit engine (`<namespace>__<name>`).
 */
export class VaultStorage implements SecretStorage {
  readonly #backend: VaultBackend;
  readonly #components: RemoteComponents;
  #access: Promise<{ readonly token: string; readonly ca: string | undefined }> | undefined;
  #renewAt: number;

  constructor(backend: VaultBackend, components: RemoteComponents) {
    this.#backend = backend;
    this.#components = components;
    this.#renewAt = components.time.now();
  }

  async get(name: string, options?: WaitOptions): Promise<unknown> {
    const path = `secret/data/${namespaced(this.#backend.namespace, name)}`;
    const value = valueAt(await this.#request('GET', path, name, options), 'data', 'data', name);
    if (value === undefined || value === null) throw keyNotSet(name);
    return value;
  }

  async exportPrivateKey(name: string, options?: WaitOptions): Promise<Uint8Array> {
    const path = `transit/export/signing-key/${namespaced(this.#backend.namespace, name, '__')}`;
    const keys = valueAt(await this.#request('GET', path, name, options), 'data', 'keys');
    const versions = Object.keys(keys ?? {}).map(Number);
    if (versions.length === 0) throw keyNotSet(name);
    const latest = bytesFromBase64(name, valueAt(keys, String(Math.max(...versions))));
    if (latest.length < KEY_BYTES) {
      throw new StorageError(
        'ERR_STORAGE_INVALID_VALUE',
        `the key "${name}" is shorter than ${KEY_BYTES} bytes`,
      );
    }
    // Vault appends the public key to the seed.
    return latest.slice(0, KEY_BYTES);
  }

  async #request(
    method: 'GET' | 'POST',
    path: string,
    name: string,
    options?: WaitOptions,
    body?: string,
  ): Promise<unknown> {
    if (method === 'GET') await this.#renewToken(options);
    const { server, connection_timeout_ms, response_timeout_ms } = this.#backend;
    const { token, ca } = await this.#unlock();
    const timeoutMs =
      (connection_timeout_ms ?? DEFAULT_TIMEOUT_MS) + (response_timeout_ms ?? DEFAULT_TIMEOUT_MS);
    const url = `${server.replace(/\/+$/, '')}/v1/${encodeURI(path)}`;
    // A header cannot hold the newline that a file with a token may end with.
    const headers = { 'X-Vault-Token': token.trimEnd(), 'Content-Type': 'application/json' };
    return fetchJson(this.#components, { method, url, headers, body, ca, name, timeoutMs }, options);
  }

  /** Asks for more time before the token's time is over. A refusal shows up soon enough in what is asked next. */
  async #renewToken(options?: WaitOptions): Promise<void> {
    const ttl = this.#backend.renew_ttl_secs;
    const now = this.#components.time.now();
    if (ttl === undefined || now < this.#renewAt) return;
    this.#renewAt = now + ttl * 500;
    const body = JSON.stringify({ increment: String(ttl) });
    await this.#request('POST', 'auth/token/renew-self', 'the token', options, body).catch(() => undefined);
  }

  #unlock(): Promise<{ readonly token: string; readonly ca: string | undefined }> {
    this.#access ??= readAccess(this.#backend);
    this.#access.catch(() => (this.#access = undefined));
    return this.#access;
  }
}

async function readAccess({ token, ca_certificate }: VaultBackend) {
  if (ca_certificate === undefined) return { token: await readToken(token), ca: undefined };
  let ca: string;
  try {
    ca = await readFile(ca_certificate, 'utf8');
  } catch (cause) {
    throw new StorageError('ERR_STORAGE_CERTIFICATE', `the certificate ${ca_certificate} cannot be read`, {
      cause,
    });
  }
  return { token: await readToken(token), ca };
}
