import { DiemNetError, isDiemNetError } from '@diemnet/types';

/** Codes of the errors that this package throws. */
export type NetworkAddressErrorCode =
  /** The text is empty. */
  | 'ERR_ADDRESS_EMPTY_TEXT'
  /** The text does not start with `/`. */
  | 'ERR_ADDRESS_NO_LEADING_SLASH'
  /** A protocol name that does not exist, the empty one included. */
  | 'ERR_ADDRESS_UNKNOWN_PROTOCOL'
  /** A protocol name without its value. */
  | 'ERR_ADDRESS_UNEXPECTED_END'
  /** Not an IPv4 or IPv6 address. */
  | 'ERR_ADDRESS_INVALID_IP'
  /** Not a plain decimal number of the range that is needed. */
  | 'ERR_ADDRESS_INVALID_NUMBER'
  /** Not an X25519 public key. */
  | 'ERR_ADDRESS_INVALID_KEY'
  /** A DNS name without a character. */
  | 'ERR_ADDRESS_EMPTY_DNS_NAME'
  /** A DNS name with a `/` or with text that UTF-8 cannot hold. */
  | 'ERR_ADDRESS_INVALID_DNS_NAME'
  /** A DNS name of more than 255 bytes. */
  | 'ERR_ADDRESS_DNS_NAME_TOO_LONG'
  /** An address without protocols. */
  | 'ERR_ADDRESS_EMPTY'
  /** Bytes that are not BCS of what was expected; the cause says where. */
  | 'ERR_ADDRESS_INVALID_BYTES'
  /** The protocols are fine one by one, but not in this order for this purpose. */
  | 'ERR_INVALID_ADDRESS_SHAPE'
  /** An encrypted address that is not authentic under this key, account and position. */
  | 'ERR_ADDRESS_DECRYPT'
  /** A shared key that does not have 32 bytes. */
  | 'ERR_ADDRESS_INVALID_SHARED_KEY'
  /** The key store has no key of this version. */
  | 'ERR_ADDRESS_KEY_VERSION_NOT_FOUND'
  /** The key store failed, and no keys are cached. */
  | 'ERR_ADDRESS_KEY_STORE'
  /** What the key store holds is not a set of keys. */
  | 'ERR_ADDRESS_INVALID_KEY_STORE_ENTRY'
  /** A peer set with an error; the message names the peer and the field. */
  | 'ERR_INVALID_PEER_SET';

/** An error of `@diemnet/network-address`. */
export class NetworkAddressError extends DiemNetError<NetworkAddressErrorCode> {}

/** Runs a decoder, so that every failure inside is a NetworkAddressError. */
export function decodingErrors<T>(what: string, decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    if (error instanceof NetworkAddressError || !isDiemNetError(error)) throw error;
    throw new NetworkAddressError('ERR_ADDRESS_INVALID_BYTES', `${what} does not decode: ${error.message}`, {
      cause: error,
    });
  }
}

/** Text from outside as it may appear in a message: quoted, escaped and cut. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 64 ? `${text.slice(0, 64)}…` : text);
}
