import { X25519PrivateKey, ZERO_PEER_ID, peerIdFromHex, type PeerId } from '@diemnet/types';
import type { ConfigCursor, ConfigFields } from './config-cursor.js';
import { readSecureBackend, secureBackendToYaml, type SecureBackend } from './secure-backend.js';

/** Who we are on a network (behaviour 14.2). Made into a key pair by `resolveIdentity`. */
export type IdentityConfig =
  /** A fresh random key. */
  | { readonly type: 'none' }
  /** This key. A PeerId of zeros stands for the one derived from the key. */
  | { readonly type: 'from_config'; readonly key: X25519PrivateKey; readonly peer_id: PeerId }
  /** Extension: the key in a file, which is read when the network is created, and again to rotate it. */
  | { readonly type: 'from_config'; readonly key_file: string; readonly peer_id: PeerId }
  /** Extension: the key in an environment variable. */
  | { readonly type: 'from_config'; readonly key_env: string; readonly peer_id: PeerId }
  /** An Ed25519 key and a PeerId that a backend keeps under these names. */
  | {
      readonly type: 'from_storage';
      readonly key_name: string;
      readonly peer_id_name: string;
      readonly backend: SecureBackend;
    };

const TYPES = 'none, from_config or from_storage';

/** Reads an identity, told apart by its `type`. */
export function readIdentityConfig(at: ConfigCursor): IdentityConfig | undefined {
  const fields = at.fields(`an identity {type: ${TYPES}}`);
  if (fields === undefined) return undefined;
  const typeAt = fields.find('type');
  const type = fields.required('type', (field) => field.text(TYPES));
  let identity: IdentityConfig | undefined;
  if (type === 'none') {
    identity = { type };
  } else if (type === 'from_config') {
    identity = readFromConfig(fields);
  } else if (type === 'from_storage') {
    const key_name = fields.required('key_name', (field) => field.text());
    const peer_id_name = fields.required('peer_id_name', (field) => field.text());
    const backend = fields.required('backend', readSecureBackend);
    if (key_name !== undefined && peer_id_name !== undefined && backend !== undefined) {
      identity = { type, key_name, peer_id_name, backend };
    }
  } else {
    return type === undefined ? undefined : typeAt?.reject(TYPES);
  }
  fields.finish();
  return identity;
}

const KEY_FIELDS = ['key', 'key_file', 'key_env'] as const;

/** The key, or where it is: exactly one of the three. */
function readFromConfig(fields: ConfigFields): IdentityConfig | undefined {
  const type = 'from_config';
  const given = KEY_FIELDS.filter((name) => fields.find(name) !== undefined);
  const [second] = given.slice(1);
  if (second !== undefined) {
    fields
      .find(second)
      ?.reject(`no ${second} beside ${given[0]}: the key is in one place`, 'ERR_CONFIG_CONFLICT', true);
  }
  const path = fields.optional('key_file', (field) => field.text('the path of a key file'));
  const variable = fields.optional('key_env', (field) => field.text('the name of an environment variable'));
  const readPeerId = (field: ConfigCursor) =>
    field.parsed('a PeerId of 32 hexadecimal digits', peerIdFromHex);
  if (path !== undefined || variable !== undefined) {
    const peer_id = fields.or('peer_id', readPeerId, ZERO_PEER_ID);
    if (second !== undefined) return undefined;
    return path === undefined
      ? { type, key_env: variable as string, peer_id }
      : { type, key_file: path, peer_id };
  }
  const key = fields.required('key', (field) =>
    field.parsed('an X25519 private key of 64 hexadecimal digits', X25519PrivateKey.fromHex, true),
  );
  const peer_id = fields.required('peer_id', readPeerId);
  return key === undefined || peer_id === undefined ? undefined : { type, key, peer_id };
}

/** The YAML form of an identity. Shows the private key of `from_config`. */
export function identityToYaml(identity: IdentityConfig): unknown {
  switch (identity.type) {
    case 'none':
      return { type: 'none' };
    case 'from_config':
      return 'key' in identity ? { ...identity, key: identity.key.exposeHex() } : { ...identity };
    case 'from_storage':
      return {
        type: 'from_storage',
        key_name: identity.key_name,
        peer_id_name: identity.peer_id_name,
        backend: secureBackendToYaml(identity.backend),
      };
  }
}
