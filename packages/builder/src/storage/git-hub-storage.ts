import type { WaitOptions } from '@diemnet/types';
import type { GitHubBackend } from '../config/secure-backend.js';
import { fetchJson, valueAt, type RemoteComponents } from './remote-json.js';
import type { SecretStorage } from './storage.js';
import { readToken } from './token.js';
import {
  bytesFromBase64,
  namespaced,
  parseStoredJson,
  privateKeyFromValue,
  unwrapStoredValue,
} from './values.js';

const API = 'https://api.github.com';
const DEFAULT_BRANCH = 'master';
const TIMEOUT_MS = 10_000;

/** Reads files of a GitHub repository: each name is a file `<namespace>/<name>` that holds a stored value as JSON. */
export class GitHubStorage implements SecretStorage {
  readonly #backend: GitHubBackend;
  readonly #components: RemoteComponents;

  constructor(backend: GitHubBackend, components: RemoteComponents) {
    this.#backend = backend;
    this.#components = components;
  }

  async get(name: string, options?: WaitOptions): Promise<unknown> {
    const { repository_owner: owner, repository, branch = DEFAULT_BRANCH, namespace } = this.#backend;
    const file = namespaced(namespace, name).split('/').map(encodeURIComponent).join('/');
    const repo = `${encodeURIComponent(owner)}/${encodeURIComponent(repository)}`;
    const token = await readToken(this.#backend.token);
    const answer = await fetchJson(
      this.#components,
      {
        method: 'GET',
        url: `${API}/repos/${repo}/contents/${file}?ref=${encodeURIComponent(branch)}`,
        headers: {
          Authorization: `token ${token.trimEnd()}`,
          Accept: 'application/vnd.github+json',
          'User-Agent': 'diemnet',
        },
        name,
        timeoutMs: TIMEOUT_MS,
      },
      options,
    );
    const content = utf8(bytesFromBase64(name, valueAt(answer, 'content')));
    // The file may hold its JSON in base64 once more.
    const json = content.trimStart().startsWith('{') ? content : utf8(bytesFromBase64(name, content));
    return unwrapStoredValue(name, parseStoredJson(`the file of "${name}"`, json));
  }

  async exportPrivateKey(name: string, options?: WaitOptions): Promise<Uint8Array> {
    return privateKeyFromValue(name, await this.get(name, options));
  }
}

function utf8(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
