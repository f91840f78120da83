import { X25519PrivateKey, peerIdFromHex, type PeerId } from '@diemnet/types';
import type { ConfigCursor } from './config-cursor.js';
import { readSecureBackend, secureBackendToYaml, type SecureBackend } from './secure-backend.js';

/** Who we are on a network (behaviour.md 14.2). Made into a key pair by `resolveIdentity`. */
export type IdentityConfig =
  /** A fresh random key. */
  | { readonly type: 'none' }
  /** This key. A PeerId of zeros stands for the one derived from the key. */
  | { readonly type: 'from_config'; readonly key: X25519PrivateKey; readonly peer_id: PeerId }
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
    const key = fields.required('key', (field) =>
      field.parsed('an X25519 private key of 64 hexadecimal digits', X25519PrivateKey.fromHex, true),
    );
    const peer_id = fields.required('peer_id', (field) =>
      field.parsed('a PeerId of 32 hexadecimal digits', peerIdFromHex),
    );
    if (key !== undefined && peer_id !== undefined) identity = { type, key, peer_id };
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

/** The YAML form of an identity. Shows the private key of `from_config`. */
export function identityToYaml(identity: IdentityConfig): unknown {
  switch (identity.type) {
    case 'none':
      return { type: 'none' };
    case 'from_config':
      return { type: 'from_config', key: identity.key.exposeHex(), peer_id: identity.peer_id };
    case 'from_storage':
      return {
        type: 'from_storage',
        key_name: identity.key_name,
        peer_id_name: identity.peer_id_name,
        backend: secureBackendToYaml(identity.backend),
      };
  }
}
