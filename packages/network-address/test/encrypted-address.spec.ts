import fc from 'fast-check';
import { sha3_256 } from '@noble/hashes/sha3.js';
import { bytesToHex, errorCode, hexToBytes, peerIdFromHex, ZERO_PEER_ID } from '@diemnet/types';
import {
  ADDRESS_KEY_SALT_HEX,
  decodeEncryptedNetworkAddress,
  decryptNetworkAddress,
  deriveAddressKey,
  encodeEncryptedNetworkAddress,
  encodeEncryptedNetworkAddressList,
  encryptNetworkAddress,
  NetworkAddressError,
  parseNetworkAddress,
} from '../src/index.js';
import { arbitraryAddress, arbitraryPeerId, arbitrarySecret } from './arbitraries.js';
import { vectors, type EncryptedVectors } from './vectors.js';

const INPUT = {
  address: parseNetworkAddress('/ip4/10.0.0.16/tcp/80'),
  sharedKey: hexToBytes('000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f'),
  keyVersion: 1,
  account: peerIdFromHex('d4c4fb4956d899e55289083f45ac5d84'),
  seqNum: 5n,
  index: 3,
};
const decryptError = expect.objectContaining({ code: 'ERR_ADDRESS_DECRYPT' }) as Error;

/** `bytes` with one bit changed at `at`, counted from the end if negative. */
function flipped(bytes: Uint8Array, at: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  const position = at < 0 ? bytes.length + at : at;
  copy[position] = (copy[position] as number) ^ 1;
  return copy;
}

describe('encrypted addresses', () => {
  it('decrypt with the same account, index and key [C-079]', () => {
    const { account, index, sharedKey } = INPUT;
    const encrypted = encryptNetworkAddress(INPUT);
    expect(encrypted).toMatchObject({ keyVersion: 1, seqNum: 5n });
    expect(decryptNetworkAddress({ encrypted, account, index, sharedKey })).toBe(INPUT.address);
  });

  it('do not decrypt when anything bound into them differs [C-080]', () => {
    const { account, index, sharedKey } = INPUT;
    const encrypted = encryptNetworkAddress(INPUT);
    const good = { encrypted, account, index, sharedKey };
    const changes = [
      { encrypted: { ...encrypted, seqNum: 6n } },
      { encrypted: { ...encrypted, keyVersion: 2 } },
      { encrypted: { ...encrypted, ciphertext: flipped(encrypted.ciphertext, -1) } },
      { encrypted: { ...encrypted, ciphertext: flipped(encrypted.ciphertext, 0) } },
      { account: ZERO_PEER_ID },
      { sharedKey: flipped(sharedKey, 31) },
      { index: index + 1 },
    ];
    for (const change of changes) {
      expect(() => decryptNetworkAddress({ ...good, ...change })).toThrow(decryptError);
    }
    expect(decryptNetworkAddress(good)).toBe(INPUT.address);
  });

  it('come back whatever the inputs [C-081]', () => {
    fc.assert(
      fc.property(
        arbitrarySecret(),
        fc.nat(2 ** 32 - 1),
        arbitraryPeerId(),
        fc.bigInt(0n, 2n ** 64n - 1n),
        fc.nat(2 ** 32 - 1),
        arbitraryAddress(),
        (sharedKey, keyVersion, account, seqNum, index, address) => {
          const input = { sharedKey, keyVersion, account, seqNum, index, address };
          const bytes = encodeEncryptedNetworkAddress(encryptNetworkAddress(input));
          const encrypted = decodeEncryptedNetworkAddress(bytes);
          expect(decryptNetworkAddress({ encrypted, sharedKey, account, index })).toBe(address);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('of fewer than 16 bytes are refused [C-082]', () => {
    const { account, index, sharedKey } = INPUT;
    for (const length of [0, 1, 15, 16]) {
      const encrypted = { keyVersion: 0, seqNum: 0n, ciphertext: new Uint8Array(length) };
      expect(() => decryptNetworkAddress({ encrypted, account, index, sharedKey })).toThrow(decryptError);
    }
  });

  it('have the bytes of the specification [C-083]', () => {
    const zeros = { sharedKey: new Uint8Array(32), keyVersion: 0, account: ZERO_PEER_ID };
    const address = parseNetworkAddress('/memory/1234');
    const bytesOf = (input: Parameters<typeof encryptNetworkAddress>[0]) =>
      bytesToHex(encodeEncryptedNetworkAddress(encryptNetworkAddress(input)));

    expect(bytesToHex(deriveAddressKey(zeros.sharedKey, zeros.account))).toBe(
      '8f293330809ac48f2610e8e0a197acefcde9d37a14bdd7df1f940b0ee3a31fc3',
    );
    expect(bytesOf({ ...zeros, address, seqNum: 0x4589n, index: 123 })).toBe(
      '000000008945000000000000154e006cd9284f8345c435cb0687cda001741b353ad1',
    );
    expect(bytesOf({ ...zeros, address, seqNum: 0n, index: 0 })).toBe(
      '00000000000000000000000015cb11592527072d2ed3ce45a21c26571b7c5349be0b',
    );
    expect(bytesToHex(deriveAddressKey(INPUT.sharedKey, INPUT.account))).toBe(
      '8b255a90f86ff28d01e5736f9826c083a6e4ab92831b5ee31a20429d817f096a',
    );
    const third = { ...INPUT, index: 0 };
    expect(bytesOf(third)).toBe(
      '0100000005000000000000001ab3fc10b42afccff532ab22e6a7088c41a1072928f011a0134e10',
    );
    expect(bytesToHex(encodeEncryptedNetworkAddressList([encryptNetworkAddress(third)]))).toBe(
      `01${bytesOf(third)}`,
    );
  });

  it('use a salt that is the hash of its name [C-084]', () => {
    const name = new TextEncoder().encode('DIEM_ENCRYPTED_NETWORK_ADDRESS_SALT');
    expect(bytesToHex(sha3_256(name))).toBe(ADDRESS_KEY_SALT_HEX);
  });

  it('refuse numbers that do not fit and keys of another length', () => {
    const code = (change: object) => {
      try {
        encryptNetworkAddress({ ...INPUT, ...change });
        return 'accepted';
      } catch (error) {
        return errorCode(error);
      }
    };
    expect(code({ index: -1 })).toBe('ERR_ADDRESS_INVALID_NUMBER');
    expect(code({ index: 2 ** 32 })).toBe('ERR_ADDRESS_INVALID_NUMBER');
    expect(code({ keyVersion: 0.5 })).toBe('ERR_ADDRESS_INVALID_NUMBER');
    expect(code({ seqNum: 2n ** 64n })).toBe('ERR_ADDRESS_INVALID_NUMBER');
    expect(code({ seqNum: -1n })).toBe('ERR_ADDRESS_INVALID_NUMBER');
    expect(code({ sharedKey: new Uint8Array(31) })).toBe('ERR_ADDRESS_INVALID_SHARED_KEY');
  });

  describe('vectors', () => {
    const { valid, invalid } = vectors<EncryptedVectors>('enc_network_address');

    it.each(valid.map((vector, i) => [i, vector.address_text, vector] as const))(
      '%i: %s',
      (_, text, vector) => {
        const sharedKey = hexToBytes(vector.shared_val_netaddr_key);
        const account = peerIdFromHex(vector.account);
        const index = vector.addr_idx;
        expect(bytesToHex(deriveAddressKey(sharedKey, account))).toBe(vector.derived_key);
        const encrypted = encryptNetworkAddress({
          sharedKey,
          account,
          index,
          address: parseNetworkAddress(text),
          keyVersion: vector.key_version,
          seqNum: BigInt(vector.seq_num),
        });
        expect(bytesToHex(encrypted.ciphertext)).toBe(vector.enc_addr_hex);
        expect(bytesToHex(encodeEncryptedNetworkAddress(encrypted))).toBe(vector.bcs_hex);
        const decoded = decodeEncryptedNetworkAddress(hexToBytes(vector.bcs_hex));
        expect(decryptNetworkAddress({ encrypted: decoded, sharedKey, account, index })).toBe(
          parseNetworkAddress(text),
        );
      },
    );

    it.each(invalid.map((vector) => [vector.stage, vector.name, vector] as const))(
      'refused at %s: %s',
      (stage, _, vector) => {
        const bytes = hexToBytes(vector.bcs_hex);
        if (stage === 'decode') {
          expect(() => decodeEncryptedNetworkAddress(bytes)).toThrow(
            expect.objectContaining({ code: 'ERR_ADDRESS_INVALID_BYTES' }),
          );
          return;
        }
        const decrypt = () =>
          decryptNetworkAddress({
            encrypted: decodeEncryptedNetworkAddress(bytes),
            sharedKey: hexToBytes(vector.shared_val_netaddr_key),
            account: peerIdFromHex(vector.account),
            index: vector.addr_idx,
          });
        expect(decrypt).toThrow(NetworkAddressError);
        if (stage === 'decrypt') expect(decrypt).toThrow(decryptError);
        else expect(decrypt).not.toThrow(decryptError);
      },
    );
  });
});
