import { NetworkAddressError } from './errors.js';

/** Longest DNS name in an address, in bytes of UTF-8. */
export const MAX_DNS_NAME_BYTES = 255;

/** Half of a surrogate pair without the other: text that UTF-8 cannot hold. */
const LONE_SURROGATE = /\p{Surrogate}/u;
const utf8 = new TextEncoder();

/**
 * Checks a DNS name as an address allows it (DiemNet wire format, section 13.1): neither empty nor too long, and
 * without `/`.
 * Whether it is a name that DNS knows shows when it is resolved.
 * @throws NetworkAddressError `ERR_ADDRESS_EMPTY_DNS_NAME`, `ERR_ADDRESS_DNS_NAME_TOO_LONG`, `ERR_ADDRESS_INVALID_DNS_NAME`
 */
export function checkDnsName(name: string): string {
  if (name === '') throw new NetworkAddressError('ERR_ADDRESS_EMPTY_DNS_NAME', 'a DNS name is empty');
  // A UTF-16 unit takes at least one byte: no need to encode what is too long anyway.
  const bytes = name.length > MAX_DNS_NAME_BYTES ? name.length : utf8.encode(name).length;
  if (bytes > MAX_DNS_NAME_BYTES) {
    throw new NetworkAddressError(
      'ERR_ADDRESS_DNS_NAME_TOO_LONG',
      `a DNS name has at least ${bytes} bytes, at most ${MAX_DNS_NAME_BYTES} are allowed`,
      { details: { bytes } },
    );
  }
  if (name.includes('/') || LONE_SURROGATE.test(name)) {
    throw new NetworkAddressError(
      'ERR_ADDRESS_INVALID_DNS_NAME',
      'a DNS name has a character that is not allowed',
    );
  }
  return name;
}
