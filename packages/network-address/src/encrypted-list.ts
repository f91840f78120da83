import type { NetworkAddress, PeerId } from '@diemnet/types';
import type { AddressKeys } from './address-keys.js';
import { readEntries, type AddressEntries } from './binary.js';
import {
  decodeEncryptedNetworkAddressList,
  deriveAddressKey,
  encodeEncryptedNetworkAddressList,
  openAddress,
  sealAddress,
  type EncryptedNetworkAddress,
} from './encrypted-address.js';

/** A list to publish. */
export interface EncryptListInput {
  readonly addresses: readonly NetworkAddress[];
  readonly account: PeerId;
  /** Must be new for each publication of this account, see {@link EncryptAddressInput.seqNum}. */
  readonly seqNum: bigint;
}

/** A published list. */
export interface DecryptListInput {
  /** BCS of a list of encrypted addresses. */
  readonly bytes: Uint8Array;
  readonly account: PeerId;
}

/**
 * Encrypts a list under the current key: the bytes that go on chain.
 * @throws NetworkAddressError `ERR_ADDRESS_KEY_VERSION_NOT_FOUND` if there is no current key
 */
export function encryptAddressList(
  keys: AddressKeys,
  { addresses, account, seqNum }: EncryptListInput,
): Uint8Array {
  const keyVersion = keys.current;
  const derivedKey = deriveAddressKey(keys.expose(keyVersion), account);
  return encodeEncryptedNetworkAddressList(
    addresses.map((address, index) => sealAddress(derivedKey, { address, keyVersion, seqNum, index })),
  );
}

/**
 * Decrypts a list one by one, each entry under its own key version, and keeps what is readable (D-26).
 * @throws NetworkAddressError `ERR_ADDRESS_INVALID_BYTES` if the list itself is malformed
 */
export function decryptAddressList(keys: AddressKeys, { bytes, account }: DecryptListInput): AddressEntries {
  return readEntries(decodeEncryptedNetworkAddressList(bytes), opener(keys, account));
}

/**
 * Decrypts a list, all or nothing.
 * @throws NetworkAddressError the failure of the first entry that cannot be read
 */
export function decryptWholeAddressList(
  keys: AddressKeys,
  { bytes, account }: DecryptListInput,
): NetworkAddress[] {
  return decodeEncryptedNetworkAddressList(bytes).map(opener(keys, account));
}

/** Derives a key once per version, since HKDF costs more than the decryption. */
function opener(keys: AddressKeys, account: PeerId) {
  const derived = new Map<number, Uint8Array>();
  return (encrypted: EncryptedNetworkAddress, index: number): NetworkAddress => {
    const { keyVersion } = encrypted;
    const key = derived.get(keyVersion) ?? deriveAddressKey(keys.expose(keyVersion), account);
    derived.set(keyVersion, key);
    return openAddress(key, encrypted, { account, index });
  };
}
