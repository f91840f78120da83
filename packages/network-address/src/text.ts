import { publicKeyFromHex, type NetworkAddress } from '@diemnet/types';
import { checkDnsName } from './dns-name.js';
import { NetworkAddressError, quote } from './errors.js';
import { checkIp4 } from './ip4.js';
import { formatIp6, parseIp6 } from './ip6.js';
import type { Protocol } from './protocol.js';

const DECIMAL = /^(?:0|[1-9][0-9]{0,9})$/;

/** An address, or its protocols if they were taken apart already. */
export type AddressOrProtocols = NetworkAddress | readonly Protocol[];

/**
 * Reads an address from text, e.g. `/ip4/10.0.0.16/tcp/80`, and brings it into canonical form (DiemNet wire format,
 * section 13.2).
 * Any sequence of protocols is an address; whether it makes sense is asked elsewhere.
 * @throws NetworkAddressError with one of the codes `ERR_ADDRESS_…`
 */
export function parseNetworkAddress(text: string): NetworkAddress {
  return formatNetworkAddress(protocolsOf(text));
}

/** The protocols of an address, outermost first. Protocols are passed through. */
export function addressProtocols(address: AddressOrProtocols): readonly Protocol[] {
  return typeof address === 'string' ? protocolsOf(address) : address;
}

/**
 * The address that consists of `protocols`. Their values are checked and brought into canonical form.
 * @throws NetworkAddressError `ERR_ADDRESS_EMPTY` without protocols; the codes of {@link parseNetworkAddress}
 */
export function formatNetworkAddress(protocols: readonly Protocol[]): NetworkAddress {
  if (protocols.length === 0) {
    throw new NetworkAddressError('ERR_ADDRESS_EMPTY', 'an address needs a protocol at least');
  }
  let text = '';
  for (const { type, value } of protocols) text += `/${type}/${protocolOf(type, String(value)).value}`;
  return text as NetworkAddress;
}

function protocolsOf(text: string): Protocol[] {
  if (text === '') throw new NetworkAddressError('ERR_ADDRESS_EMPTY_TEXT', 'an address is empty');
  const [front, ...pieces] = text.split('/');
  if (front !== '') {
    throw new NetworkAddressError(
      'ERR_ADDRESS_NO_LEADING_SLASH',
      `an address starts with "/", got ${quote(text)}`,
    );
  }
  const protocols: Protocol[] = [];
  for (let i = 0; i < pieces.length; i += 2) protocols.push(protocolOf(pieces[i] as string, pieces[i + 1]));
  return protocols;
}

/** One protocol from its name and value in text, with the value in canonical form. */
function protocolOf(name: string, value: string | undefined): Protocol {
  switch (name) {
    case 'ip4':
      return { type: name, value: checkIp4(present(name, value)) };
    case 'ip6':
      return { type: name, value: formatIp6(parseIp6(present(name, value))) };
    case 'dns':
    case 'dns4':
    case 'dns6':
      return { type: name, value: checkDnsName(present(name, value)) };
    case 'tcp':
    case 'memory':
      return { type: name, value: integer(name, present(name, value), 0xffff) };
    case 'ln-noise-ik':
      return { type: name, value: noiseKey(present(name, value)) };
    case 'ln-handshake':
      return { type: name, value: integer(name, present(name, value), 0xff) };
    default:
      throw new NetworkAddressError(
        'ERR_ADDRESS_UNKNOWN_PROTOCOL',
        `there is no address protocol ${quote(name)}`,
      );
  }
}

function present(name: string, value: string | undefined): string {
  if (value === undefined) {
    throw new NetworkAddressError(
      'ERR_ADDRESS_UNEXPECTED_END',
      `the address ends where ${name} needs a value`,
    );
  }
  return value;
}

function integer(name: string, text: string, max: number): number {
  const value = DECIMAL.test(text) ? Number(text) : Number.NaN;
  if (!(value <= max)) {
    throw new NetworkAddressError(
      'ERR_ADDRESS_INVALID_NUMBER',
      `${name} needs a number from 0 to ${max}, got ${quote(text)}`,
    );
  }
  return value;
}

function noiseKey(text: string) {
  try {
    return publicKeyFromHex(text);
  } catch (error) {
    throw new NetworkAddressError('ERR_ADDRESS_INVALID_KEY', 'ln-noise-ik needs 64 hexadecimal digits', {
      cause: error,
    });
  }
}
