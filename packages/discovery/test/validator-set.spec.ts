import fc from 'fast-check';
import { decodeEncryptedNetworkAddressList, decodeNetworkAddressList } from '@diemnet/network-address';
import { bytesToHex, hexToBytes, peerIdFromBytes } from '@diemnet/types';
import { decodeValidatorSet, DiscoveryError, encodeValidatorSet } from '../src/index.js';

const EXAMPLE = [
  '0001',
  'd4c4fb4956d899e55289083f45ac5d84',
  '0100000000000000',
  '203d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
  '28',
  '01000000000000000000000000',
  '1af0e95016f5fc23eba87387b47824d2bd46f043120f463fb6088b',
  '2f01',
  '2d04000a00003d05c0170720080e287879c918794170e258bfaddd75acac5b3e350419044655e4983a4871200800',
  '0000000000000000',
].join('');

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

const arbitrarySet = fc.record({
  validators: fc.array(
    fc.record({
      account: bytes(16).map(peerIdFromBytes),
      votingPower: fc.bigInt(0n, 2n ** 64n - 1n),
      consensusPublicKey: bytes(32),
      validatorNetworkAddresses: fc.uint8Array(),
      fullNodeNetworkAddresses: fc.uint8Array(),
      lastConfigUpdateTimeUs: fc.bigInt(0n, 2n ** 64n - 1n),
    }),
    { maxLength: 4 },
  ),
});

const refused = expect.objectContaining({ code: 'ERR_INVALID_VALIDATOR_SET' }) as Error;

describe('validator set', () => {
  it('of the specification decodes as described [C-381]', () => {
    expect(EXAMPLE.length).toBe(2 * 156);
    const set = decodeValidatorSet(hexToBytes(EXAMPLE));
    expect(set.validators).toHaveLength(1);
    const [validator] = set.validators;
    expect(validator).toMatchObject({
      account: 'd4c4fb4956d899e55289083f45ac5d84',
      votingPower: 1n,
      consensusPublicKey: hexToBytes('3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c'),
      lastConfigUpdateTimeUs: 0n,
    });
    const encrypted = decodeEncryptedNetworkAddressList(validator?.validatorNetworkAddresses as Uint8Array);
    expect(encrypted).toMatchObject([{ keyVersion: 0, seqNum: 0n }]);
    expect(decodeNetworkAddressList(validator?.fullNodeNetworkAddresses as Uint8Array)).toEqual([
      '/ip4/10.0.0.61/tcp/6080/ln-noise-ik/080e287879c918794170e258bfaddd75acac5b3e350419044655e4983a487120/ln-handshake/0',
    ]);
    expect(bytesToHex(encodeValidatorSet(set))).toBe(EXAMPLE);
  });

  it('may be empty', () => {
    expect(decodeValidatorSet(Uint8Array.of(0, 0))).toEqual({ validators: [] });
    expect(encodeValidatorSet({ validators: [] })).toEqual(Uint8Array.of(0, 0));
  });

  it('comes back from its bytes', () => {
    fc.assert(
      fc.property(arbitrarySet, (set) => {
        expect(decodeValidatorSet(encodeValidatorSet(set))).toEqual(set);
      }),
    );
  });

  it.each([
    ['no bytes', ''],
    ['another scheme', `01${EXAMPLE.slice(2)}`],
    ['a missing byte', EXAMPLE.slice(0, -2)],
    ['a byte too many', `${EXAMPLE}00`],
    ['a count beyond the input', `00ffffff7f${EXAMPLE.slice(4)}`],
    ['a consensus key of 31 bytes', EXAMPLE.replace('203d40', '1f40')],
  ])('is refused with %s', (_, hex) => {
    expect(() => decodeValidatorSet(hexToBytes(hex))).toThrow(refused);
  });

  it('is read or refused with a typed error, whatever the bytes', () => {
    const example = hexToBytes(EXAMPLE);
    const damaged = fc.tuple(fc.nat(example.length - 1), fc.nat(255)).map(([at, byte]) => {
      const copy = Uint8Array.from(example);
      copy[at] = byte;
      return copy;
    });
    fc.assert(
      fc.property(fc.oneof(damaged, fc.uint8Array({ maxLength: 300 })), (payload) => {
        try {
          expect(encodeValidatorSet(decodeValidatorSet(payload))).toEqual(payload);
        } catch (error) {
          expect(error).toBeInstanceOf(DiscoveryError);
        }
      }),
      { numRuns: 500 },
    );
  });
});
