import { NetworkAddressError, quote } from './errors.js';

const OCTET = '(0|[1-9][0-9]?|1[0-9]{2}|2[0-4][0-9]|25[0-5])';
const DOTTED_QUAD = new RegExp(`^${OCTET}\\.${OCTET}\\.${OCTET}\\.${OCTET}$`);

/**
 * The four bytes of a dotted quad. Leading zeros are refused, since some programs read them as octal.
 * @throws NetworkAddressError `ERR_ADDRESS_INVALID_IP`
 */
export function parseIp4(text: string): Uint8Array {
  const match = DOTTED_QUAD.exec(text);
  if (match === null) throw invalidIp4(text);
  return Uint8Array.of(Number(match[1]), Number(match[2]), Number(match[3]), Number(match[4]));
}

/** The same text: a dotted quad has no other form. @throws NetworkAddressError `ERR_ADDRESS_INVALID_IP` */
export function checkIp4(text: string): string {
  if (!DOTTED_QUAD.test(text)) throw invalidIp4(text);
  return text;
}

function invalidIp4(text: string): NetworkAddressError {
  return new NetworkAddressError('ERR_ADDRESS_INVALID_IP', `not an IPv4 address: ${quote(text)}`);
}

/** The dotted quad of four bytes. */
export function formatIp4(bytes: Uint8Array): string {
  return `${bytes[0]}.${bytes[1]}.${bytes[2]}.${bytes[3]}`;
}
