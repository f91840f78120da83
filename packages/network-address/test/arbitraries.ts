import fc from 'fast-check';
import { bytesToHex, peerIdFromBytes, publicKeyFromBytes } from '@diemnet/types';
import { formatIp6, formatNetworkAddress, type Protocol } from '../src/index.js';

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

/** Sixteen bytes with many zero groups, so that the compressed forms come up. */
export const arbitraryIp6Bytes = () =>
  fc
    .array(fc.oneof(fc.constant(0), fc.constant(0xffff), fc.nat(0xffff)), { minLength: 8, maxLength: 8 })
    .map((groups) => Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff])));

export const arbitraryDnsName = () =>
  fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }).map((name) => name.replaceAll('/', '.'));

export const arbitraryKey = () => bytes(32).map(publicKeyFromBytes);
export const arbitraryPeerId = () => bytes(16).map(peerIdFromBytes);
export const arbitrarySecret = () => bytes(32);

export const arbitraryProtocol = (): fc.Arbitrary<Protocol> =>
  fc.oneof(
    bytes(4).map((ip): Protocol => ({ type: 'ip4', value: ip.join('.') })),
    arbitraryIp6Bytes().map((ip): Protocol => ({ type: 'ip6', value: formatIp6(ip) })),
    fc
      .tuple(fc.constantFrom('dns', 'dns4', 'dns6'), arbitraryDnsName())
      .map(([type, value]): Protocol => ({ type, value })),
    fc
      .tuple(fc.constantFrom('tcp', 'memory'), fc.nat(0xffff))
      .map(([type, value]): Protocol => ({ type, value })),
    arbitraryKey().map((value): Protocol => ({ type: 'ln-noise-ik', value })),
    fc.nat(0xff).map((value): Protocol => ({ type: 'ln-handshake', value })),
  );

export const arbitraryProtocols = () => fc.array(arbitraryProtocol(), { minLength: 1, maxLength: 12 });
export const arbitraryAddress = () => arbitraryProtocols().map(formatNetworkAddress);

/** Hex for messages of failed expectations. */
export const hex = bytesToHex;
