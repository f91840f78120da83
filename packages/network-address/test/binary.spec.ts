import fc from 'fast-check';
import { bytesToHex, hexToBytes } from '@diemnet/types';
import {
  addressProtocols,
  decodeNetworkAddress,
  decodeNetworkAddressEntries,
  decodeNetworkAddressList,
  encodeNetworkAddress,
  encodeNetworkAddressList,
  NetworkAddressError,
  parseNetworkAddress,
} from '../src/index.js';
import { arbitraryAddress } from './arbitraries.js';
import { vectors, type AddressVectors } from './vectors.js';

const TABLE: [text: string, hex: string][] = [
  ['/ip4/10.0.0.16/tcp/80', '0902000a000010055000'],
  ['/memory/1234', '040106d204'],
  ['/ip6/::1/tcp/0', '15020100000000000000000000000000000001050000'],
  ['/dns/example.com/tcp/6180', '1102020b6578616d706c652e636f6d052418'],
  ['/dns4/a.b/tcp/1', '09020303612e62050100'],
  [
    '/ip4/10.0.0.61/tcp/6080/ln-noise-ik/080e287879c918794170e258bfaddd75acac5b3e350419044655e4983a487120/ln-handshake/0',
    '2d04000a00003d05c0170720080e287879c918794170e258bfaddd75acac5b3e350419044655e4983a4871200800',
  ],
];

const decodingError = (hex: string, code?: string) =>
  expect(() => decodeNetworkAddress(hexToBytes(hex))).toThrow(
    code === undefined ? NetworkAddressError : expect.objectContaining({ code }),
  );

describe('address bytes', () => {
  it('encode and decode to the same address and the same bytes [C-062]', () => {
    fc.assert(
      fc.property(arbitraryAddress(), (address) => {
        const bytes = encodeNetworkAddress(address);
        expect(decodeNetworkAddress(bytes)).toBe(address);
        expect(encodeNetworkAddress(decodeNetworkAddress(bytes))).toEqual(bytes);
      }),
    );
  });

  it('carry two prefixes, byte length and number of protocols [C-063]', () => {
    expect(bytesToHex(encodeNetworkAddress(parseNetworkAddress('/ip4/10.0.0.16/tcp/80')))).toBe(
      '0902000a000010055000',
    );
  });

  it.each(TABLE)('of %s are as specified [C-064]', (text, hex) => {
    expect(bytesToHex(encodeNetworkAddress(parseNetworkAddress(text)))).toBe(hex);
    expect(decodeNetworkAddress(hexToBytes(hex))).toBe(text);
  });

  it('of a list are a count and the addresses [C-064]', () => {
    const list = TABLE.slice(0, 2).map(([text]) => parseNetworkAddress(text));
    const hex = '020902000a000010055000040106d204';
    expect(bytesToHex(encodeNetworkAddressList(list))).toBe(hex);
    expect(decodeNetworkAddressList(hexToBytes(hex))).toEqual(list);
    expect(decodeNetworkAddressList(Uint8Array.of(0))).toEqual([]);
  });

  it('without protocols are refused as empty [C-065]', () => {
    decodingError('0100', 'ERR_ADDRESS_EMPTY');
  });

  it('with an unknown index, a short key, a slash in a name or surplus are refused [C-066]', () => {
    decodingError('03010900', 'ERR_ADDRESS_INVALID_BYTES');
    decodingError(`2201071f${'00'.repeat(31)}`, 'ERR_ADDRESS_INVALID_KEY');
    decodingError('09020203612f62055000', 'ERR_ADDRESS_INVALID_DNS_NAME');
    decodingError('0a02000a00001005500000', 'ERR_ADDRESS_INVALID_BYTES');
    decodingError('0902000a00001005500000', 'ERR_ADDRESS_INVALID_BYTES');
  });

  it('keep a byte order mark in a name, and say where they are wrong', () => {
    const address = parseNetworkAddress('/dns/\ufeffa');
    expect(decodeNetworkAddress(encodeNetworkAddress(address))).toBe(address);
    decodingError('03010900', 'ERR_ADDRESS_INVALID_BYTES');
    expect(() => decodeNetworkAddress(hexToBytes('03010900'))).toThrow(
      expect.objectContaining({
        cause: expect.objectContaining({ code: 'ERR_BCS_UNKNOWN_VARIANT' }) as unknown,
      }),
    );
  });

  it('of a list are read one by one, past unknown protocols [D-26]', () => {
    const [first, second] = ['0902000a000010055000', '040106d204'];
    const unknown = '03010900';
    const { addresses, failures } = decodeNetworkAddressEntries(hexToBytes(`03${first}${unknown}${second}`));
    expect(addresses).toEqual(['/ip4/10.0.0.16/tcp/80', '/memory/1234']);
    expect(failures).toEqual([
      { index: 1, error: expect.objectContaining({ code: 'ERR_ADDRESS_INVALID_BYTES' }) as unknown },
    ]);
    expect(() => decodeNetworkAddressList(hexToBytes(`03${first}${unknown}${second}`))).toThrow(
      NetworkAddressError,
    );
  });

  it('of a list that is cut off, too long or surplus are refused as a whole', () => {
    for (const hex of ['', '020902000a000010055000', '00ff', 'ffffffff07', '0109']) {
      expect(() => decodeNetworkAddressEntries(hexToBytes(hex))).toThrow(
        expect.objectContaining({ code: 'ERR_ADDRESS_INVALID_BYTES' }),
      );
    }
  });

  it('at random are read or refused with a typed error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        try {
          expect(encodeNetworkAddress(decodeNetworkAddress(bytes))).toEqual(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(NetworkAddressError);
        }
      }),
    );
  });

  it('are read within their view and do not depend on what surrounds them', () => {
    const surrounded = hexToBytes(`ff${TABLE[0]?.[1]}ff`).subarray(1, -1);
    expect(decodeNetworkAddress(surrounded)).toBe(TABLE[0]?.[0]);
    expect(() => decodeNetworkAddress(surrounded.subarray(0, -1))).toThrow(NetworkAddressError);
  });

  describe('vectors', () => {
    const { valid, invalid_binary } = vectors<AddressVectors>('network_address');

    it.each(valid.map((vector) => [vector.text, vector] as const))('of %s', (_, vector) => {
      const address = decodeNetworkAddress(hexToBytes(vector.bcs_hex));
      if (!vector.canonical_lenient) expect(address).toBe(vector.text_canonical);
      expect(bytesToHex(encodeNetworkAddress(address))).toBe(vector.bcs_hex);
      expect(addressProtocols(address).map(({ type }) => type)).toEqual(
        vector.protocols.map(({ type }) => type),
      );
    });

    it.each(invalid_binary.map(({ name, bcs_hex }) => [name, bcs_hex]))('with %s are refused', (_, hex) => {
      decodingError(hex);
    });
  });
});
