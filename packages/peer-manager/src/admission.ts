import { ipGroups, isLoopbackIp, type IpGroups } from '@diemnet/netcore';

/** An unknown inbound peer that is connected, as far as admission cares. Times are monotonic milliseconds. */
export interface UnknownInboundPeer {
  readonly remoteIp: string | undefined;
  readonly connectedAtMs: number;
  /** When an application last got something from it; pings do not count. */
  readonly lastUsefulAtMs: number;
  /** Protocol violations so far. */
  readonly violations: number;
}

/** Limits on unknown inbound peers. */
export interface AdmissionLimits {
  /** In total. 0 refuses every one. */
  readonly maxInboundConnections: number;
  /** Per machine: IPv4 address or IPv6 /64. */
  readonly maxInboundConnectionsPerIp: number;
  /** Per network: IPv4 /24 or IPv6 /48. */
  readonly maxInboundConnectionsPerNetwork: number;
  /** Nobody is evicted before having been connected this long. */
  readonly evictionGraceMs: number;
  /** Without a message for an application in this time a peer counts as idle. */
  readonly idleEvictionMs: number;
  /** A peer with so many protocol violations counts as failing. Honest ones cause a few, by other versions. */
  readonly failingViolations: number;
}

/** What was decided about an unknown inbound peer, and why. */
export type AdmissionDecision<P> =
  | { readonly admit: true; readonly reason: 'room' }
  | { readonly admit: true; readonly reason: EvictionReason; readonly evict: P }
  | { readonly admit: false; readonly reason: RefusalReason };

/** Which limit does not let a newcomer in. */
export type RefusalReason = 'limit' | 'per-ip-limit' | 'per-network-limit';

/** Why a connected peer has to make room: its address holds too many places, it misbehaves, or it says nothing. */
export type EvictionReason = 'over-share' | 'failing' | 'idle';

/** What the decision rests on. */
export interface AdmissionQuestion<P extends UnknownInboundPeer> {
  readonly remoteIp: string | undefined;
  readonly limits: AdmissionLimits;
  /** Upper bound of how many unknown inbound peers are connected: a counter, so that the usual case costs nothing. */
  readonly atMost: number;
  /** Those peers, as the trusted set says now. Asked for only when a limit may be reached. */
  readonly unknownInbound: () => readonly P[];
  readonly nowMs: number;
}

/**
 * Decides whether an unknown inbound peer without an active connection may stay (behaviour 9.1). When all places
 * are taken, one that is clearly less useful has to go, otherwise the newcomer is refused (D-37). Pure.
 */
export function decideAdmission<P extends UnknownInboundPeer>(
  question: AdmissionQuestion<P>,
): AdmissionDecision<P> {
  const { remoteIp, limits, atMost } = question;
  const { maxInboundConnections, maxInboundConnectionsPerIp, maxInboundConnectionsPerNetwork } = limits;
  if (maxInboundConnections === 0) return { admit: false, reason: 'limit' };
  if (atMost < Math.min(maxInboundConnections, maxInboundConnectionsPerIp, maxInboundConnectionsPerNetwork)) {
    return { admit: true, reason: 'room' };
  }
  const peers = question.unknownInbound();
  const shares = new Shares(peers);
  const { host: fromSameIp, network: fromSameNetwork } = shares.of(remoteIp);
  if (fromSameIp >= maxInboundConnectionsPerIp) return { admit: false, reason: 'per-ip-limit' };
  if (fromSameNetwork >= maxInboundConnectionsPerNetwork)
    return { admit: false, reason: 'per-network-limit' };
  if (peers.length < maxInboundConnections) return { admit: true, reason: 'room' };
  return chooseEviction(question, peers, shares, fromSameIp) ?? { admit: false, reason: 'limit' };
}

const RANK: Readonly<Record<EvictionReason, number>> = { 'over-share': 2, failing: 1, idle: 0 };

function chooseEviction<P extends UnknownInboundPeer>(
  { limits, nowMs }: AdmissionQuestion<P>,
  peers: readonly P[],
  shares: Shares,
  fromSameIp: number,
): AdmissionDecision<P> | undefined {
  let best: { readonly peer: P; readonly reason: EvictionReason; readonly weight: number } | undefined;
  for (const peer of peers) {
    if (nowMs - peer.connectedAtMs < limits.evictionGraceMs) continue;
    const { host: share } = shares.of(peer.remoteIp);
    const idleMs = nowMs - peer.lastUsefulAtMs;
    const reason: EvictionReason | undefined =
      // Two more than the newcomer's address would then have: the exchange makes shares more equal, not just different.
      share >= fromSameIp + 2
        ? 'over-share'
        : peer.violations >= limits.failingViolations
          ? 'failing'
          : idleMs >= limits.idleEvictionMs
            ? 'idle'
            : undefined;
    if (reason === undefined) continue;
    const weight = reason === 'over-share' ? share : reason === 'failing' ? peer.violations : idleMs;
    const better =
      best === undefined ||
      RANK[reason] > RANK[best.reason] ||
      (reason === best.reason &&
        (weight > best.weight || (weight === best.weight && peer.lastUsefulAtMs < best.peer.lastUsefulAtMs)));
    if (better) best = { peer, reason, weight };
  }
  return best && { admit: true, reason: best.reason, evict: best.peer };
}

/** How many places each machine and each network holds; this machine itself has no share. */
class Shares {
  readonly #count = new Map<string, number>();
  readonly #groups = new Map<string, IpGroups>();

  constructor(peers: readonly UnknownInboundPeer[]) {
    for (const { remoteIp } of peers) {
      if (remoteIp === undefined || isLoopbackIp(remoteIp)) continue;
      const { host, network } = this.#groupsOf(remoteIp);
      this.#add(`host ${host}`);
      this.#add(`network ${network}`);
    }
  }

  of(ip: string | undefined): { readonly host: number; readonly network: number } {
    if (ip === undefined) return { host: 0, network: 0 };
    const { host, network } = this.#groupsOf(ip);
    return {
      host: this.#count.get(`host ${host}`) ?? 0,
      network: this.#count.get(`network ${network}`) ?? 0,
    };
  }

  #add(key: string): void {
    this.#count.set(key, (this.#count.get(key) ?? 0) + 1);
  }

  #groupsOf(ip: string): IpGroups {
    let groups = this.#groups.get(ip);
    if (groups === undefined) this.#groups.set(ip, (groups = ipGroups(ip)));
    return groups;
  }
}
