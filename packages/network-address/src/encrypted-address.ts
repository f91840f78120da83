import { gcm } from '@noble/ciphers/aes.js';
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha3_256 } from '@noble/hashes/sha3.js';
import { decode, encode, type BcsReader, type BcsWriter } from '@diemnet/bcs';
import { hexToBytes, peerIdToBytes, type NetworkAddress, type PeerId } from '@diemnet/types';
import { decodeNetworkAddress, encodeNetworkAddress } from './binary.js';
import { decodingErrors, NetworkAddressError } from './errors.js';

/** Bytes in a key that the validators share. */
export const SHARED_KEY_BYTES = 32;
/** SHA3-256 of `DIEM_ENCRYPTED_NETWORK_ADDRESS_SALT`, in hex. */
export const ADDRESS_KEY_SALT_HEX = '7ffda2ae982a2ebfab2a4da62f76fe33592c85e02445b875f02ded51a520ba2a';

const MAX_U32 = 2 ** 32 - 1;
const MAX_U64 = 2n ** 64n - 1n;

/** An address that only holders of the shared key can read (DiemNet wire format, section 14). */
export interface EncryptedNetworkAddress {
  /** Which shared key: u32. */
  readonly keyVersion: number;
  /** The account's counter of publications: u64. */
  readonly seqNum: bigint;
  /** Ciphertext and 16-byte tag. */
  readonly ciphertext: Uint8Array;
}

/** Whose address it is, and where in the list. Both are bound into the encryption and not transmitted. */
export interface AddressPosition {
  readonly account: PeerId;
  /** Position in the account's list: u32. */
  readonly index: number;
}

/** What encryption needs. */
export interface EncryptAddressInput extends AddressPosition {
  readonly address: NetworkAddress;
  /** 32 bytes. */
  readonly sharedKey: Uint8Array;
  readonly keyVersion: number;
  /**
   * Must differ from every number under which this account published before: key, account, number and index
   * make the nonce, and AES-GCM falls apart when one repeats.
   */
  readonly seqNum: bigint;
}

/**
 * The key of one account: HKDF-SHA3-256 of the shared key.
 * @throws NetworkAddressError `ERR_ADDRESS_INVALID_SHARED_KEY`
 */
export function deriveAddressKey(sharedKey: Uint8Array, account: PeerId): Uint8Array {
  if (sharedKey.length !== SHARED_KEY_BYTES) {
    throw new NetworkAddressError(
      'ERR_ADDRESS_INVALID_SHARED_KEY',
      `a shared key has ${SHARED_KEY_BYTES} bytes, got ${sharedKey.length}`,
    );
  }
  return hkdf(sha3_256, sharedKey, hexToBytes(ADDRESS_KEY_SALT_HEX), peerIdToBytes(account), 32);
}

/** @throws NetworkAddressError `ERR_ADDRESS_INVALID_SHARED_KEY`, `ERR_ADDRESS_INVALID_NUMBER` */
export function encryptNetworkAddress(input: EncryptAddressInput): EncryptedNetworkAddress {
  return sealAddress(deriveAddressKey(input.sharedKey, input.account), input);
}

/**
 * @throws NetworkAddressError `ERR_ADDRESS_DECRYPT` if it is not authentic; the codes of {@link decodeNetworkAddress}
 * if it is, but holds no address
 */
export function decryptNetworkAddress({
  encrypted,
  sharedKey,
  ...position
}: AddressPosition & {
  readonly encrypted: EncryptedNetworkAddress;
  readonly sharedKey: Uint8Array;
}): NetworkAddress {
  return openAddress(deriveAddressKey(sharedKey, position.account), encrypted, position);
}

/** Encrypts under a derived key, which a list computes once. */
export function sealAddress(
  derivedKey: Uint8Array,
  { address, keyVersion, seqNum, index }: Omit<EncryptAddressInput, 'sharedKey' | 'account'>,
): EncryptedNetworkAddress {
  const ciphertext = gcm(derivedKey, nonceOf(seqNum, index), associatedData(keyVersion)).encrypt(
    encodeNetworkAddress(address),
  );
  return { keyVersion, seqNum, ciphertext };
}

/** Decrypts under a derived key, which a list computes once per key version. */
export function openAddress(
  derivedKey: Uint8Array,
  { keyVersion, seqNum, ciphertext }: EncryptedNetworkAddress,
  { account, index }: AddressPosition,
): NetworkAddress {
  const cipher = gcm(derivedKey, nonceOf(seqNum, index), associatedData(keyVersion));
  let plaintext: Uint8Array;
  try {
    plaintext = cipher.decrypt(ciphertext);
  } catch (error) {
    throw new NetworkAddressError(
      'ERR_ADDRESS_DECRYPT',
      `address ${index} of ${account} does not decrypt with key version ${keyVersion}`,
      { cause: error, details: { account, index, keyVersion } },
    );
  }
  return decodeNetworkAddress(plaintext);
}

/** BCS of one encrypted address. */
export function encodeEncryptedNetworkAddress(encrypted: EncryptedNetworkAddress): Uint8Array {
  return encode((writer) => writeEncrypted(writer, encrypted));
}

/** @throws NetworkAddressError `ERR_ADDRESS_INVALID_BYTES` */
export function decodeEncryptedNetworkAddress(bytes: Uint8Array): EncryptedNetworkAddress {
  return decodingErrors('an encrypted address', () => decode(bytes, readEncrypted));
}

/** BCS of a list of encrypted addresses: what a validator publishes. */
export function encodeEncryptedNetworkAddressList(list: readonly EncryptedNetworkAddress[]): Uint8Array {
  return encode((writer) => writer.sequence(list, writeEncrypted));
}

/** @throws NetworkAddressError `ERR_ADDRESS_INVALID_BYTES` */
export function decodeEncryptedNetworkAddressList(bytes: Uint8Array): EncryptedNetworkAddress[] {
  return decodingErrors('a list of encrypted addresses', () =>
    decode(bytes, (reader) => reader.sequence(readEncrypted)),
  );
}

function writeEncrypted(
  writer: BcsWriter,
  { keyVersion, seqNum, ciphertext }: EncryptedNetworkAddress,
): void {
  writer.u32(keyVersion).u64(seqNum).bytes(ciphertext);
}

function readEncrypted(reader: BcsReader): EncryptedNetworkAddress {
  return { keyVersion: reader.u32(), seqNum: reader.u64(), ciphertext: reader.bytes() };
}

function nonceOf(seqNum: bigint, index: number): Uint8Array {
  if (seqNum < 0n || seqNum > MAX_U64) {
    throw new NetworkAddressError('ERR_ADDRESS_INVALID_NUMBER', 'a sequence number does not fit 64 bits');
  }
  const nonce = new Uint8Array(12);
  const view = new DataView(nonce.buffer);
  view.setBigUint64(0, seqNum);
  view.setUint32(8, u32(index, 'an index'));
  return nonce;
}

function associatedData(keyVersion: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, u32(keyVersion, 'a key version'));
  return bytes;
}

function u32(value: number, what: string): number {
  if (!Number.isInteger(value) || value < 0 || value > MAX_U32) {
    throw new NetworkAddressError('ERR_ADDRESS_INVALID_NUMBER', `${what} is a number from 0 to ${MAX_U32}`);
  }
  return value;
}
