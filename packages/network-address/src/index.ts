/**
 * DiemNet network addresses: text, BCS, recognized shapes, and the encrypted form.
 *
 * Layer 1: uses `@diemnet/types` and `@diemnet/bcs`.
 *
 * @example
 * const address = parseNetworkAddress('/ip4/10.0.0.16/tcp/80');
 * encodeNetworkAddress(address); // 0902000a000010055000
 * parseIpTcp(address); // { ip: '10.0.0.16', family: 4, port: 80, rest: [] }
 *
 * @packageDocumentation
 */
export { NetworkAddressError } from './errors.js';
export type { NetworkAddressErrorCode } from './errors.js';
export { HANDSHAKE_VERSION, PROTOCOL_NAMES } from './protocol.js';
export type { Protocol, ProtocolName } from './protocol.js';
export { addressProtocols, formatNetworkAddress, parseNetworkAddress } from './text.js';
export type { AddressOrProtocols } from './text.js';
export { formatIp4, parseIp4 } from './ip4.js';
export { formatIp6, parseIp6 } from './ip6.js';
export { MAX_DNS_NAME_BYTES } from './dns-name.js';
export {
  decodeNetworkAddress,
  decodeNetworkAddressEntries,
  decodeNetworkAddressList,
  encodeNetworkAddress,
  encodeNetworkAddressList,
} from './binary.js';
export type { AddressEntries, AddressFailure } from './binary.js';
export {
  isDiemNetAddress,
  parseBase,
  parseDialAddress,
  parseDnsTcp,
  parseHandshake,
  parseIpTcp,
  parseListenAddress,
  parseMemory,
  parseNoiseIk,
} from './shapes.js';
export type { BaseAddress, DialAddress, DnsTcp, IpFilter, IpTcp, WithRest } from './shapes.js';
export {
  appendProductionProtocols,
  findIpAddress,
  ipTcpAddress,
  memoryAddress,
  noiseKeysOf,
  rotateNoiseKey,
} from './compose.js';
export {
  ADDRESS_KEY_SALT_HEX,
  SHARED_KEY_BYTES,
  decodeEncryptedNetworkAddress,
  decodeEncryptedNetworkAddressList,
  decryptNetworkAddress,
  deriveAddressKey,
  encodeEncryptedNetworkAddress,
  encodeEncryptedNetworkAddressList,
  encryptNetworkAddress,
} from './encrypted-address.js';
export type { AddressPosition, EncryptAddressInput, EncryptedNetworkAddress } from './encrypted-address.js';
export { AddressKeys, testAddressKeys } from './address-keys.js';
export {
  ADDRESS_KEYS_ENTRY,
  MemoryAddressKeyStore,
  addressKeysToEntry,
  parseAddressKeys,
} from './key-store.js';
export type { AddressKeyStore, AddressKeysEntry } from './key-store.js';
export { decryptAddressList, decryptWholeAddressList, encryptAddressList } from './encrypted-list.js';
export type { DecryptListInput, EncryptListInput } from './encrypted-list.js';
export { NetworkAddressEncryptor } from './encryptor.js';
export type { EncryptorComponents } from './encryptor.js';
export { completeKeys, parsePeerSet, peerSetToObject, peerSetsEqual } from './peer-set.js';
export type { PeerObject, PeerSetObject } from './peer-set.js';
