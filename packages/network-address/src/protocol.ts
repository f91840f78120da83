import type { X25519PublicKey } from '@diemnet/types';

/** One layer of a network address (DiemNet wire format, section 13). */
export type Protocol =
  /** Dotted quad, or IPv6 text in canonical form. */
  | { readonly type: 'ip4' | 'ip6'; readonly value: string }
  /** A name of 1 to 255 bytes of UTF-8; `dns4` and `dns6` keep only results of their family. */
  | { readonly type: 'dns' | 'dns4' | 'dns6'; readonly value: string }
  /** A port, 0 to 65535. */
  | { readonly type: 'tcp' | 'memory'; readonly value: number }
  /** The static key that the remote has to prove. */
  | { readonly type: 'ln-noise-ik'; readonly value: X25519PublicKey }
  /** Version of the handshake, 0 to 255. */
  | { readonly type: 'ln-handshake'; readonly value: number };

/** Name of a protocol in text. */
export type ProtocolName = Protocol['type'];

/** The names in the order of their indices in BCS. */
export const PROTOCOL_NAMES = [
  'ip4',
  'ip6',
  'dns',
  'dns4',
  'dns6',
  'tcp',
  'memory',
  'ln-noise-ik',
  'ln-handshake',
] as const satisfies readonly ProtocolName[];

/** The only version of the handshake so far, as in `/ln-handshake/0`. */
export const HANDSHAKE_VERSION = 0;
