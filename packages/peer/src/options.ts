import { DEFAULT_MAX_FRAME_BYTES, ProtocolIds, type ProtocolId } from '@diemnet/wire';
import { PeerError } from './errors.js';
import { checkLanePriority, type LanePriority } from './lane-priority.js';

const MIB = 1024 * 1024;

/** Limits and times of one connection. Resolve once and share among all peers of a network. */
export interface PeerOptions {
  /** Longest message that is sent or accepted, in bytes. @default 8,388,608 */
  readonly maxFrameBytes?: number;
  /** Messages that may wait per protocol (`network_channel_size`). @default 1024 */
  readonly laneMessages?: number;
  /** Bytes that may wait per protocol; one message is always accepted. @default 16 MiB */
  readonly laneBytes?: number;
  /** Bytes that may wait on the whole connection. @default 64 MiB */
  readonly maxQueuedBytes?: number;
  /** Which protocols go first. @default health checks urgent, all else normal */
  readonly lanePriorities?: ReadonlyMap<ProtocolId, LanePriority>;
  /**
   * Bytes given to the socket at once. Four full Noise frames by default: a multiple of their size leaves no
   * nearly empty frame at the end of a piece. @default 262,076
   */
  readonly writeBatchBytes?: number;
  /** A connection that has something to send and gets nothing out for so long is ended. @default 30,000 */
  readonly writeStallTimeoutMs?: number;
  /** Time to send what was accepted and to wait for the remote's half-close. @default 5000 */
  readonly closeGraceMs?: number;
  /** @default 100 */
  readonly maxPendingOutboundRpcs?: number;
  /** @default 100 */
  readonly maxPendingInboundRpcs?: number;
  /** Payload bytes of inbound requests that are not answered yet; one is always accepted. @default 64 MiB */
  readonly maxPendingInboundRpcBytes?: number;
  /** @default 10,000 */
  readonly inboundRpcTimeoutMs?: number;
  /** Fail the oldest pending request of a protocol when the remote says it does not know it (D-09). @default true */
  readonly failUnsupportedRpcs?: boolean;
  /** Error messages sent in answer to what cannot be handled. @default 1000 */
  readonly errorRepliesPerSecond?: number;
  /** Log lines about what a remote does wrong. @default 10 */
  readonly logsPerSecond?: number;
  /**
   * Undecodable frames, Error messages and responses nobody asked for within the window that end the connection
   * (D-12). Above what our own kind can provoke with its Error replies. @default 10,000
   */
  readonly maxViolations?: number;
  /** @default 10,000 */
  readonly violationWindowMs?: number;
}

/** {@link PeerOptions} with every field present. */
export type ResolvedPeerOptions = Required<PeerOptions>;

/** What holds where nothing is said. */
export const DEFAULT_PEER_OPTIONS: ResolvedPeerOptions = Object.freeze({
  maxFrameBytes: DEFAULT_MAX_FRAME_BYTES,
  laneMessages: 1024,
  laneBytes: 16 * MIB,
  maxQueuedBytes: 64 * MIB,
  lanePriorities: new Map<ProtocolId, LanePriority>([[ProtocolIds.HealthCheckerRpc, 'urgent']]),
  writeBatchBytes: 4 * 65_519,
  writeStallTimeoutMs: 30_000,
  closeGraceMs: 5000,
  maxPendingOutboundRpcs: 100,
  maxPendingInboundRpcs: 100,
  maxPendingInboundRpcBytes: 64 * MIB,
  inboundRpcTimeoutMs: 10_000,
  failUnsupportedRpcs: true,
  errorRepliesPerSecond: 1000,
  logsPerSecond: 10,
  maxViolations: 10_000,
  violationWindowMs: 10_000,
});

/** Fields that may be zero. */
const MAY_BE_ZERO: ReadonlySet<string> = new Set([
  'maxPendingOutboundRpcs',
  'maxPendingInboundRpcs',
  'errorRepliesPerSecond',
  'logsPerSecond',
]);

/** What was resolved before: the connections of a network share one object, looked at once. */
const RESOLVED = new WeakSet<object>();

/** Options with the defaults filled in; resolved ones as they are. @throws PeerError `ERR_INVALID_OPTION` */
export function resolvePeerOptions(options: PeerOptions = {}): ResolvedPeerOptions {
  if (RESOLVED.has(options)) return options as ResolvedPeerOptions;
  const resolved = { ...DEFAULT_PEER_OPTIONS, ...options };
  for (const [name, value] of Object.entries(resolved)) {
    if (typeof value === 'number' && !(value > 0 || (value === 0 && MAY_BE_ZERO.has(name)))) {
      throw new PeerError('ERR_INVALID_OPTION', `${name} must be a positive number, got ${value}`);
    }
  }
  resolved.lanePriorities.forEach(checkLanePriority);
  RESOLVED.add(resolved);
  return Object.freeze(resolved);
}
