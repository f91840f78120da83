import { decodeValidatorSet, encodeValidatorSet, type ValidatorInfo } from '@diemnet/discovery';
import {
  decodeEncryptedNetworkAddressList,
  decodeNetworkAddressList,
  decryptAddressList,
  encodeEncryptedNetworkAddressList,
  encodeNetworkAddressList,
  encryptAddressList,
  parseNetworkAddress,
  type AddressKeys,
} from '@diemnet/network-address';
import { bytesToHex, hexToBytes, isDiemNetError, peerIdFromHex, type PeerId } from '@diemnet/types';
import { UsageError } from '../exit.js';

/** An encrypted address as JSON. */
export interface EncryptedAddressJson {
  readonly keyVersion: number;
  readonly seqNum: string;
  /** Hex. */
  readonly ciphertext: string;
}

/** A validator as JSON. Whole numbers of 64 bits are texts, bytes are hex. */
export interface ValidatorJson {
  readonly account: string;
  readonly votingPower: string;
  readonly consensusPublicKey: string;
  /** Texts where they were decrypted, else as they stand on chain. */
  readonly validatorNetworkAddresses: readonly (string | EncryptedAddressJson)[];
  readonly fullNodeNetworkAddresses: readonly string[];
  readonly lastConfigUpdateTimeUs: string;
}

/** A validator set as JSON. */
export interface ValidatorSetJson {
  readonly validators: readonly ValidatorJson[];
}

/** Decodes the payload of a reconfiguration; with `keys` the validators' addresses are decrypted. @throws UsageError */
export function validatorSetToJson(payload: Uint8Array, keys?: AddressKeys): ValidatorSetJson {
  const { validators } = wrongInput('the payload', () => decodeValidatorSet(payload));
  return { validators: validators.map((validator) => toJson(validator, keys)) };
}

/**
 * Encodes what {@link validatorSetToJson} gives. Addresses that are texts are encrypted with `keys` under `seqNum`.
 * @throws UsageError that names the place
 */
export function validatorSetFromJson(
  value: unknown,
  encryption?: { readonly keys: AddressKeys; readonly seqNum: bigint },
): Uint8Array {
  const list = arrayAt(value, 'validators', 'the validator set');
  const validators = list.map((item, i) => fromJson(item, `validators[${i}]`, encryption));
  return wrongInput('the validator set', () => encodeValidatorSet({ validators }));
}

function toJson(validator: ValidatorInfo, keys: AddressKeys | undefined): ValidatorJson {
  const { account, votingPower, consensusPublicKey, lastConfigUpdateTimeUs } = validator;
  return {
    account,
    votingPower: String(votingPower),
    consensusPublicKey: bytesToHex(consensusPublicKey),
    validatorNetworkAddresses: validatorAddresses(validator, keys),
    fullNodeNetworkAddresses: wrongInput(`full-node addresses of ${account}`, () =>
      decodeNetworkAddressList(validator.fullNodeNetworkAddresses),
    ),
    lastConfigUpdateTimeUs: String(lastConfigUpdateTimeUs),
  };
}

function validatorAddresses(
  { account, validatorNetworkAddresses: bytes }: ValidatorInfo,
  keys: AddressKeys | undefined,
): (string | EncryptedAddressJson)[] {
  const sealed = wrongInput(`validator addresses of ${account}`, () =>
    decodeEncryptedNetworkAddressList(bytes),
  );
  const readable = new Map(
    keys === undefined
      ? []
      : decryptAddressList(keys, { bytes, account }).addresses.map((address, i) => [i, address]),
  );
  // Only where everything was readable do positions agree.
  const all = readable.size === sealed.length;
  return sealed.map((encrypted, i) => {
    const plain = all ? readable.get(i) : undefined;
    if (plain !== undefined) return plain;
    const { keyVersion, seqNum, ciphertext } = encrypted;
    return { keyVersion, seqNum: String(seqNum), ciphertext: bytesToHex(ciphertext) };
  });
}

function fromJson(
  value: unknown,
  at: string,
  encryption: { readonly keys: AddressKeys; readonly seqNum: bigint } | undefined,
): ValidatorInfo {
  const account = wrongInput(`${at}.account`, () => peerIdFromHex(textAt(value, 'account', at)));
  const addresses = arrayAt(value, 'validatorNetworkAddresses', at);
  const fullNode = arrayAt(value, 'fullNodeNetworkAddresses', at);
  return {
    account,
    votingPower: numberAt(value, 'votingPower', at),
    consensusPublicKey: hexAt(value, 'consensusPublicKey', at),
    validatorNetworkAddresses: sealAll(addresses, `${at}.validatorNetworkAddresses`, account, encryption),
    fullNodeNetworkAddresses: encodeNetworkAddressList(
      fullNode.map((address, i) => addressAt(address, `${at}.fullNodeNetworkAddresses[${i}]`)),
    ),
    lastConfigUpdateTimeUs: numberAt(value, 'lastConfigUpdateTimeUs', at),
  };
}

function sealAll(
  addresses: readonly unknown[],
  at: string,
  account: PeerId,
  encryption: { readonly keys: AddressKeys; readonly seqNum: bigint } | undefined,
): Uint8Array {
  const plain = addresses.filter((address) => typeof address === 'string');
  if (plain.length === 0) {
    return encodeEncryptedNetworkAddressList(
      addresses.map((address, i) => ({
        keyVersion: Number(numberAt(address, 'keyVersion', `${at}[${i}]`)),
        seqNum: numberAt(address, 'seqNum', `${at}[${i}]`),
        ciphertext: hexAt(address, 'ciphertext', `${at}[${i}]`),
      })),
    );
  }
  if (plain.length < addresses.length)
    throw new UsageError(`${at}: either all addresses are encrypted or none`);
  if (encryption === undefined) throw new UsageError(`${at}: give --keys and --seq-num to encrypt them`);
  const { keys, seqNum } = encryption;
  const parsed = addresses.map((address, i) => addressAt(address, `${at}[${i}]`));
  return wrongInput(at, () => encryptAddressList(keys, { addresses: parsed, account, seqNum }));
}

function addressAt(value: unknown, at: string) {
  return wrongInput(at, () => parseNetworkAddress(String(value)));
}

function field(value: unknown, name: string, at: string): unknown {
  if (typeof value !== 'object' || value === null) throw new UsageError(`${at}: expected an object`);
  return (value as Record<string, unknown>)[name];
}

function arrayAt(value: unknown, name: string, at: string): readonly unknown[] {
  const found = field(value, name, at);
  if (!Array.isArray(found)) throw new UsageError(`${at}: expected a list "${name}"`);
  return found;
}

function textAt(value: unknown, name: string, at: string): string {
  const found = field(value, name, at);
  if (typeof found !== 'string') throw new UsageError(`${at}: expected a text "${name}"`);
  return found;
}

function numberAt(value: unknown, name: string, at: string): bigint {
  const found = field(value, name, at);
  const text = typeof found === 'number' ? String(found) : found;
  if (typeof text !== 'string' || !/^\d{1,20}$/.test(text) || BigInt(text) >= 2n ** 64n) {
    throw new UsageError(`${at}: expected a whole number "${name}", as a text or number`);
  }
  return BigInt(text);
}

function hexAt(value: unknown, name: string, at: string): Uint8Array {
  return wrongInput(`${at}.${name}`, () => hexToBytes(textAt(value, name, at)));
}

/** What our readers refuse is wrong input; its place is added. */
function wrongInput<T>(at: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof UsageError || !isDiemNetError(cause)) throw cause;
    throw new UsageError(`${at}: ${cause.message}`, { cause });
  }
}
