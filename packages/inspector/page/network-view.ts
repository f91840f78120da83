import type { AbsentPeerSnapshot, NodeReport, PeerSnapshot } from '../src/model/snapshot.js';

/** A node of the picture: one that tells about itself, or one that others tell about. */
export interface ViewNode {
  readonly id: string;
  readonly label: string;
  readonly role: string;
  readonly known: boolean;
  /** Does it answer, and run? Always true for others. */
  readonly up: boolean;
}

/** A connection, put together from what its two ends say. */
export interface ViewConnection {
  readonly id: string;
  readonly network: string;
  /** The one that dialed. */
  readonly from: string;
  readonly to: string;
  /** One or two ends; the dialer's first. */
  readonly ends: readonly PeerSnapshot[];
}

/** A connection that should stand and does not. */
export interface ViewGap {
  readonly id: string;
  readonly network: string;
  readonly from: string;
  readonly to: string;
  readonly peer: AbsentPeerSnapshot;
}

/** The whole network as all nodes together see it. */
export interface NetworkView {
  readonly nodes: readonly ViewNode[];
  readonly connections: readonly ViewConnection[];
  readonly gaps: readonly ViewGap[];
  readonly networks: readonly string[];
  /** Names of peers by PeerId. */
  readonly names: ReadonlyMap<string, string>;
}

/** Absent peers that are drawn; more would hide the rest. */
const MAX_GAPS = 60;

/** Puts the snapshots of all nodes together. What `before` knew of nodes that do not answer now still holds. */
export function viewOf(reports: readonly NodeReport[], before: NetworkView): NetworkView {
  const names = new Map(before.names);
  const roles = new Map(before.nodes.map(({ id, role }) => [id, role]));
  const nodes = new Map<string, ViewNode>();
  for (const report of reports) {
    const role = report.ok ? report.snapshot.role : (roles.get(report.node) ?? 'unknown');
    const up = report.ok && report.snapshot.networks.some(({ state }) => state !== 'stopped');
    nodes.set(report.node, { id: report.node, label: report.node, role, known: true, up });
    if (!report.ok) continue;
    for (const { peerId } of report.snapshot.networks) names.set(peerId, report.node);
  }
  const nodeOf = (peerId: string, role: string): string => {
    const name = names.get(peerId);
    if (name !== undefined && nodes.has(name)) return name;
    const id = `peer ${peerId}`;
    if (!nodes.has(id)) nodes.set(id, { id, label: peerId.slice(0, 8), role, known: false, up: true });
    return id;
  };
  const connections = new Map<string, ViewConnection>();
  /** One per pair: often both would dial. */
  const gaps = new Map<string, ViewGap>();
  const networks = new Set<string>();
  for (const report of reports) {
    if (!report.ok) continue;
    for (const { network, peers, absentPeers } of report.snapshot.networks) {
      networks.add(network);
      for (const peer of peers) {
        const other = nodeOf(peer.peerId, peer.role);
        const dialed = peer.origin === 'outbound';
        const [from, to] = dialed ? [report.node, other] : [other, report.node];
        const id = `${network} ${from} ${to}`;
        const ends = connections.get(id)?.ends ?? [];
        connections.set(id, { id, network, from, to, ends: dialed ? [peer, ...ends] : [...ends, peer] });
      }
      for (const peer of absentPeers) {
        if (!peer.oursToDial || gaps.size >= MAX_GAPS) continue;
        const to = nodeOf(peer.peerId, peer.role);
        gaps.set(`${network} ${[report.node, to].sort().join(' ')}`, {
          id: `gap ${network} ${report.node} ${to}`,
          network,
          from: report.node,
          to,
          peer,
        });
      }
    }
  }
  return {
    nodes: [...nodes.values()],
    connections: [...connections.values()].sort((a, b) => (a.id < b.id ? -1 : 1)),
    gaps: [...gaps.values()].filter(
      ({ network, from, to }) =>
        !connections.has(`${network} ${to} ${from}`) && !connections.has(`${network} ${from} ${to}`),
    ),
    networks: [...networks],
    names,
  };
}
