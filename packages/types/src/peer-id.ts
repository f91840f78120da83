import { TypesError } from './errors.js';
import { bytesToHex, hexToBytes } from './hex.js';
import { publicKeyToBytes, type X25519PublicKey } from './keys.js';

/** Bytes in a PeerId (an account address). */
export const PEER_ID_BYTES = 16;
const PEER_ID_TEXT = /^[0-9a-fA-F]{32}$/;

/**
 * Identifies a peer: 32 lower-case hex digits of a 16-byte account address (wire format 12).
 * A string, so that it can be compared, used as a Map key and put in JSON.
 */
export type PeerId = string & { readonly __brand: 'PeerId' };

/** The PeerId of 16 zero bytes, which a configuration uses for "derive it from the key". */
export const ZERO_PEER_ID = '0'.repeat(2 * PEER_ID_BYTES) as PeerId;

/**
 * Reads a PeerId from 32 hex digits in either case, without `0x`.
 * @throws TypesError `ERR_INVALID_PEER_ID`
 */
export function peerIdFromHex(text: string): PeerId {
  if (typeof text !== 'string' || !PEER_ID_TEXT.test(text)) {
    throw new TypesError(
      'ERR_INVALID_PEER_ID',
      `a PeerId is 32 hexadecimal digits, got ${describeText(text)}`,
    );
  }
  return text.toLowerCase() as PeerId;
}

/**
 * Reads a PeerId from 16 bytes.
 * @throws TypesError `ERR_INVALID_PEER_ID`
 */
export function peerIdFromBytes(bytes: Uint8Array): PeerId {
  if (bytes.length !== PEER_ID_BYTES) {
    throw new TypesError('ERR_INVALID_PEER_ID', `a PeerId has ${PEER_ID_BYTES} bytes, got ${bytes.length}`);
  }
  return bytesToHex(bytes) as PeerId;
}

/** The 16 bytes of a PeerId, freshly allocated. */
export function peerIdToBytes(peerId: PeerId): Uint8Array {
  return hexToBytes(peerId);
}

/** The PeerId that a peer outside the trusted set has: the last 16 bytes of its public key. */
export function peerIdFromPublicKey(key: X25519PublicKey): PeerId {
  return bytesToHex(publicKeyToBytes(key).subarray(PEER_ID_BYTES)) as PeerId;
}

/** The first four bytes in lower-case hex, as in logs and metric labels. */
export function shortPeerId(peerId: PeerId): string {
  return peerId.slice(0, 8);
}

/** Upper-case hex, as the reference displays a PeerId. */
export function displayPeerId(peerId: PeerId): string {
  return peerId.toUpperCase();
}

/** Order by bytes: negative, zero or positive. */
export function comparePeerIds(a: PeerId, b: PeerId): number {
  // Lower-case hex of equal length orders like the bytes it stands for.
  return a < b ? -1 : a > b ? 1 : 0;
}

function describeText(text: unknown): string {
  return typeof text === 'string' ? `${text.length} characters` : typeof text;
}
