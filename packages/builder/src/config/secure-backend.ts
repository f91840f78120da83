import type { ConfigCursor, ConfigFields } from './config-cursor.js';

/** A token, or the file that holds it (used as it is, a final newline included). */
export type TokenSource = { readonly from_config: string } | { readonly from_disk: string };

/** HashiCorp Vault: key-value engine version 2 and the transit engine. */
export interface VaultBackend {
  readonly type: 'vault';
  /** Base URL, e.g. `https://127.0.0.1:8200`. */
  readonly server: string;
  readonly token: TokenSource;
  /** Full path of a PEM file with the certificate authority to trust. */
  readonly ca_certificate?: string | undefined;
  /** Prefix of all names. */
  readonly namespace?: string | undefined;
  /** If given, the token is renewed for so many seconds, when half of them are over. */
  readonly renew_ttl_secs?: number | undefined;
  /** Concerns writing only, which is not done here. */
  readonly disable_cas?: boolean | undefined;
  readonly connection_timeout_ms?: number | undefined;
  readonly response_timeout_ms?: number | undefined;
}

/** Files of a GitHub repository. */
export interface GitHubBackend {
  readonly type: 'git_hub';
  readonly repository_owner: string;
  readonly repository: string;
  /** Default `master`. */
  readonly branch?: string | undefined;
  readonly token: TokenSource;
  readonly namespace?: string | undefined;
}

/** A JSON file. A relative path starts in the node's `data_dir`. */
export interface OnDiskBackend {
  readonly type: 'on_disk_storage';
  readonly path: string;
  readonly namespace?: string | undefined;
}

/** Nothing but memory, for tests. */
export interface InMemoryBackend {
  readonly type: 'in_memory_storage';
}

/** Where secrets are kept (behaviour 14.2). */
export type SecureBackend = VaultBackend | GitHubBackend | OnDiskBackend | InMemoryBackend;

const BACKENDS = 'vault, git_hub, on_disk_storage or in_memory_storage';
const U32_MAX = 2 ** 32 - 1;
const text = (field: ConfigCursor) => field.text();

/** Reads a backend, told apart by its `type`. */
export function readSecureBackend(at: ConfigCursor): SecureBackend | undefined {
  const fields = at.fields(`a storage backend: ${BACKENDS}`);
  if (fields === undefined) return undefined;
  const type = fields.required('type', (field) => {
    const name = field.text(BACKENDS);
    return name === undefined || Object.hasOwn(READERS, name) ? name : field.reject(BACKENDS);
  });
  if (type === undefined) return undefined;
  const backend = READERS[type as SecureBackend['type']](fields);
  fields.finish();
  return backend;
}

const READERS: {
  readonly [T in SecureBackend['type']]: (fields: ConfigFields) => SecureBackend | undefined;
} = {
  vault(fields) {
    const server = fields.required('server', (field) =>
      field.parsed('the URL of a Vault server', (url) => (new URL(url), url)),
    );
    const token = fields.required('token', readToken);
    const rest = {
      ca_certificate: fields.optional('ca_certificate', text),
      namespace: fields.optional('namespace', text),
      renew_ttl_secs: fields.optional('renew_ttl_secs', (field) => field.integer(0, U32_MAX)),
      disable_cas: fields.optional('disable_cas', (field) => field.flag()),
      connection_timeout_ms: fields.optional('connection_timeout_ms', (field) => field.integer()),
      response_timeout_ms: fields.optional('response_timeout_ms', (field) => field.integer()),
    };
    if (server === undefined || token === undefined) return undefined;
    return { type: 'vault', server, token, ...defined(rest) };
  },
  git_hub(fields) {
    const repository_owner = fields.required('repository_owner', text);
    const repository = fields.required('repository', text);
    const token = fields.required('token', readToken);
    const rest = { branch: fields.optional('branch', text), namespace: fields.optional('namespace', text) };
    if (repository_owner === undefined || repository === undefined || token === undefined) return undefined;
    return { type: 'git_hub', repository_owner, repository, token, ...defined(rest) };
  },
  on_disk_storage(fields) {
    const path = fields.required('path', text);
    const rest = { namespace: fields.optional('namespace', text) };
    return path === undefined ? undefined : { type: 'on_disk_storage', path, ...defined(rest) };
  },
  in_memory_storage: () => ({ type: 'in_memory_storage' }),
};

function readToken(at: ConfigCursor): TokenSource | undefined {
  const expected = '{from_config: <token>} or {from_disk: <full path>}';
  if (!at.isMapping) return at.reject(expected, undefined, true);
  const [[kind, value] = [undefined, at], ...more] = at.entries();
  if (more.length > 0 || (kind !== 'from_config' && kind !== 'from_disk')) return at.reject(expected);
  const content = value.text('a text', true);
  if (content === undefined) return undefined;
  return kind === 'from_config' ? { from_config: content } : { from_disk: content };
}

/** The YAML form of a backend. Shows a token that stands in the configuration. */
export function secureBackendToYaml(backend: SecureBackend): unknown {
  return defined({ ...backend });
}

/** `object` without the fields that are undefined. */
export function defined<T extends object>(object: T): T {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;
}
