import type { AdmissionLimits } from './admission.js';
import { PeerManagerError } from './errors.js';

/** Limits and times of {@link PeerManager}. */
export interface PeerManagerOptions extends AdmissionLimits {
  /** Unknown inbound peers, in total; trusted peers and those that we dial are not limited. @default 100 */
  readonly maxInboundConnections: number;
  /** Unknown inbound peers per machine, that is IPv4 address or IPv6 /64. @default 32 */
  readonly maxInboundConnectionsPerIp: number;
  /** Unknown inbound peers per network, that is IPv4 /24 or IPv6 /48. @default 64 */
  readonly maxInboundConnectionsPerNetwork: number;
  /** An unknown inbound peer is not evicted before this long. @default 30000 */
  readonly evictionGraceMs: number;
  /** An unknown inbound peer that sent applications nothing for so long may be evicted. @default 300000 */
  readonly idleEvictionMs: number;
  /** An unknown inbound peer with so many protocol violations may be evicted. @default 50 */
  readonly failingViolations: number;
  /**
   * A peer that was disconnected for misbehaviour is neither taken nor dialed for so long, twice as long after each
   * further time (D-12). 0: no cool-down. @default 30000
   */
  readonly coolDownMs: number;
  /** Longest cool-down, and how long after it offences count. @default 600000 */
  readonly maxCoolDownMs: number;
  /**
   * Points from which on an address cools down: 10 for each unknown peer of it that was disconnected for
   * misbehaviour, 1 for garbage instead of a handshake. @default 30
   */
  readonly coolDownPointsPerIp: number;
  /** PeerIds, and addresses, whose offences are remembered. @default 1024 */
  readonly maxCoolDowns: number;
  /** How long a connection that is closed may go on sending what is queued, in milliseconds. @default 5000 */
  readonly closeGraceMs: number;
  /**
   * How long a connection that gave way to another one to the same peer stays open at least, in milliseconds: until
   * then the remote should have learned of the other one, and does not take the peer for lost. @default 1000
   */
  readonly lingerMs: number;
  /** At most one log of the connected peers in this time. @default 60000 */
  readonly connectedPeersLogIntervalMs: number;
}

/** Defaults of {@link PeerManagerOptions} (behaviour 19). */
export const DEFAULT_PEER_MANAGER_OPTIONS: PeerManagerOptions = Object.freeze({
  maxInboundConnections: 100,
  maxInboundConnectionsPerIp: 32,
  maxInboundConnectionsPerNetwork: 64,
  evictionGraceMs: 30_000,
  idleEvictionMs: 300_000,
  failingViolations: 50,
  coolDownMs: 30_000,
  maxCoolDownMs: 600_000,
  coolDownPointsPerIp: 30,
  maxCoolDowns: 1024,
  closeGraceMs: 5000,
  lingerMs: 1000,
  connectedPeersLogIntervalMs: 60_000,
});

/**
 * Completes options with the defaults.
 * @throws PeerManagerError `ERR_INVALID_OPTIONS` for a negative number
 */
export function resolvePeerManagerOptions(
  options: { readonly [Key in keyof PeerManagerOptions]?: PeerManagerOptions[Key] | undefined } = {},
): PeerManagerOptions {
  const resolved: Record<string, number> = { ...DEFAULT_PEER_MANAGER_OPTIONS };
  for (const name of Object.keys(DEFAULT_PEER_MANAGER_OPTIONS) as (keyof PeerManagerOptions)[]) {
    const value = options[name];
    if (value === undefined) continue;
    if (!(value >= 0)) {
      throw new PeerManagerError('ERR_INVALID_OPTIONS', `${name} must be at least 0, got ${value}`);
    }
    resolved[name] = value;
  }
  return Object.freeze(resolved) as unknown as PeerManagerOptions;
}
