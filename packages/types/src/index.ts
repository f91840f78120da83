/**
 * The values and contracts that every DiemNet package shares.
 *
 * Layer 0: imports nothing of DiemNet.
 *
 * @example
 * const peerId = peerIdFromPublicKey(publicKeyFromHex('6bc3822a2aa7f4e6981d6538692b3cdf3e6df9eea6ed269eb41d93c22757b75a'));
 * shortPeerId(peerId); // '3e6df9ee'
 *
 * @packageDocumentation
 */
export { DiemNetError, TypesError, errorCode, isDiemNetError } from './errors.js';
export type { DiemNetErrorOptions, TypesErrorCode } from './errors.js';
export { bytesEqual, bytesToHex, hexToBytes } from './hex.js';
export {
  PEER_ID_BYTES,
  ZERO_PEER_ID,
  comparePeerIds,
  displayPeerId,
  peerIdFromBytes,
  peerIdFromHex,
  peerIdFromPublicKey,
  peerIdToBytes,
  shortPeerId,
} from './peer-id.js';
export type { PeerId } from './peer-id.js';
export {
  X25519PrivateKey,
  X25519_KEY_BYTES,
  publicKeyFromBytes,
  publicKeyFromHex,
  publicKeyToBytes,
} from './keys.js';
export type { X25519KeyPair, X25519PublicKey } from './keys.js';
export { NAMED_CHAINS, chainIdFromNumber, displayChainId, parseChainId } from './chain-id.js';
export type { ChainId } from './chain-id.js';
export {
  PUBLIC_NETWORK,
  VALIDATOR_NETWORK,
  VFN_NETWORK,
  VFN_NETWORK_NAME,
  compareNetworkIds,
  networkIdEquals,
  networkIdFromLabel,
  networkIdFromYaml,
  networkIdToYaml,
  networkLabel,
  privateNetwork,
} from './network-id.js';
export type { NetworkId, NetworkIdYaml } from './network-id.js';
export { PEER_ROLES, parsePeerRole, parseRoleType, peerRoleRank } from './role.js';
export type { PeerRole, RoleType } from './role.js';
export type { NetworkAddress, Peer, PeerSet, TrustedPeer } from './peer.js';
export { TrustedPeers } from './trusted-peers.js';
export type { TrustedPeersView } from './trusted-peers.js';
export { displayNetworkContext, networkContextFields, networkContextLabels } from './network-context.js';
export type { NetworkContext } from './network-context.js';
export { LogThrottle } from './log-throttle.js';
export type { LogThrottleOptions } from './log-throttle.js';
export { silentLogger } from './logger.js';
export type { LogFields, LogLevel, Logger } from './logger.js';
export { noMetrics } from './metrics.js';
export type {
  Counter,
  Gauge,
  Histogram,
  MetricFamily,
  MetricLabels,
  MetricOptions,
  Metrics,
} from './metrics.js';
export { randomBelow, randomU32, randomUnit, shuffle, systemRng } from './rng.js';
export type { Rng } from './rng.js';
export { systemTime } from './time-service.js';
export type { TimeService, Timer } from './time-service.js';
export { releaseMemory } from './spent-memory.js';
export { abortReason, sleep, startInterval, throwIfAborted, withTimeout } from './waiting.js';
export type { WaitOptions } from './waiting.js';
export type { Socket, SocketHandler } from './socket.js';
export { SocketReader } from './socket-reader.js';
export { ChunkQueue } from './chunk-queue.js';
