import { decode, encode, type BcsReader, type BcsWriter } from '@diemnet/bcs';
import { publicKeyFromBytes, publicKeyToBytes, X25519_KEY_BYTES, type NetworkAddress } from '@diemnet/types';
import { checkDnsName } from './dns-name.js';
import { decodingErrors, NetworkAddressError } from './errors.js';
import { formatIp4, parseIp4 } from './ip4.js';
import { formatIp6, parseIp6 } from './ip6.js';
import { PROTOCOL_NAMES, type Protocol, type ProtocolName } from './protocol.js';
import { addressProtocols, formatNetworkAddress } from './text.js';

/**
 * The BCS form of an address, both prefixes included: byte length, then count of protocols (DiemNet wire format,
 * section 13.1).
 */
export function encodeNetworkAddress(address: NetworkAddress): Uint8Array {
  return encode((writer) => writeNetworkAddress(writer, address));
}

/**
 * Reads what {@link encodeNetworkAddress} wrote, and nothing else: no surplus bytes inside or outside.
 * @throws NetworkAddressError `ERR_ADDRESS_INVALID_BYTES`, `ERR_ADDRESS_EMPTY`, or the code of a refused value
 */
export function decodeNetworkAddress(bytes: Uint8Array): NetworkAddress {
  const inner = decodingErrors('an address', () => decode(bytes, (reader) => reader.bytesView()));
  return decodeProtocols(inner);
}

/** A list of addresses in BCS: a count, then each address as by {@link encodeNetworkAddress}. */
export function encodeNetworkAddressList(addresses: readonly NetworkAddress[]): Uint8Array {
  return encode((writer) => writer.sequence(addresses, writeNetworkAddress));
}

/**
 * Reads a list of addresses, all or nothing. Use {@link decodeNetworkAddressEntries} for lists of other parties.
 * @throws NetworkAddressError as {@link decodeNetworkAddress}
 */
export function decodeNetworkAddressList(bytes: Uint8Array): NetworkAddress[] {
  return splitAddressList(bytes).map(decodeProtocols);
}

/** An entry of a list that could not be read. */
export interface AddressFailure {
  /** Position in the list. */
  readonly index: number;
  readonly error: NetworkAddressError;
}

/** What could be read of a list of addresses, and what could not. */
export interface AddressEntries {
  readonly addresses: readonly NetworkAddress[];
  readonly failures: readonly AddressFailure[];
}

/**
 * Reads a list of addresses one by one and keeps what is readable, so that a list may hold addresses of protocols
 * that are unknown here (D-26).
 * @throws NetworkAddressError `ERR_ADDRESS_INVALID_BYTES` if the list itself is malformed
 */
export function decodeNetworkAddressEntries(bytes: Uint8Array): AddressEntries {
  return readEntries(splitAddressList(bytes), decodeProtocols);
}

/** Applies `read` to each entry and sorts results from failures. */
export function readEntries<Entry>(
  entries: readonly Entry[],
  read: (entry: Entry, index: number) => NetworkAddress,
): AddressEntries {
  const addresses: NetworkAddress[] = [];
  const failures: AddressFailure[] = [];
  entries.forEach((entry, index) => {
    try {
      addresses.push(read(entry, index));
    } catch (error) {
      if (!(error instanceof NetworkAddressError)) throw error;
      failures.push({ index, error });
    }
  });
  return { addresses, failures };
}

function splitAddressList(bytes: Uint8Array): Uint8Array[] {
  return decodingErrors('a list of addresses', () =>
    decode(bytes, (reader) => reader.sequence((item) => item.bytesView())),
  );
}

function decodeProtocols(inner: Uint8Array): NetworkAddress {
  return decodingErrors('an address', () =>
    formatNetworkAddress(decode(inner, (reader) => reader.sequence(readProtocol))),
  );
}

function writeNetworkAddress(writer: BcsWriter, address: NetworkAddress): void {
  const protocols = addressProtocols(address);
  writer.bytes(encode((inner) => inner.sequence(protocols, writeProtocol)));
}

function writeProtocol(writer: BcsWriter, { type, value }: Protocol): void {
  writer.variant(PROTOCOL_NAMES.indexOf(type));
  switch (type) {
    case 'ip4':
      return void writer.fixedBytes(parseIp4(value));
    case 'ip6':
      return void writer.fixedBytes(parseIp6(value));
    case 'dns':
    case 'dns4':
    case 'dns6':
      return void writer.string(value);
    case 'tcp':
    case 'memory':
      return void writer.u16(value);
    case 'ln-noise-ik':
      return void writer.bytes(publicKeyToBytes(value));
    case 'ln-handshake':
      return void writer.u8(value);
  }
}

function readProtocol(reader: BcsReader): Protocol {
  const type = PROTOCOL_NAMES[reader.variant(PROTOCOL_NAMES.length, 'address protocol')] as ProtocolName;
  switch (type) {
    case 'ip4':
      return { type, value: formatIp4(reader.fixedBytesView(4)) };
    case 'ip6':
      return { type, value: formatIp6(reader.fixedBytesView(16)) };
    case 'dns':
    case 'dns4':
    case 'dns6':
      return { type, value: checkDnsName(reader.string()) };
    case 'tcp':
    case 'memory':
      return { type, value: reader.u16() };
    case 'ln-noise-ik':
      return { type, value: readKey(reader) };
    case 'ln-handshake':
      return { type, value: reader.u8() };
  }
}

function readKey(reader: BcsReader) {
  const key = reader.bytesView();
  if (key.length !== X25519_KEY_BYTES) {
    throw new NetworkAddressError(
      'ERR_ADDRESS_INVALID_KEY',
      `the key in an address has ${key.length} bytes, not ${X25519_KEY_BYTES}`,
    );
  }
  return publicKeyFromBytes(key);
}
