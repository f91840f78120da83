import type { PeerExplanation } from '@diemnet/connectivity-manager';
import type { ConnectionStatistics } from '@diemnet/peer-manager';
import { networkLabel, type PeerId, type TimeService } from '@diemnet/types';
import { protocolLabel } from '@diemnet/wire';
import type {
  AbsentPeerSnapshot,
  FailureSnapshot,
  NetworkSnapshot,
  PeerSnapshot,
  ProtocolSnapshot,
} from '../model/snapshot.js';
import type { InspectedNetwork } from './inspected-network.js';

/** Absent peers that one snapshot names; a hostile discovery source must not make it arbitrarily large. */
const MAX_ABSENT_PEERS = 500;

/** Looks at one network. */
export function snapshotNetwork(network: InspectedNetwork, time: TimeService): NetworkSnapshot {
  const { context, peerManager, connectivityManager } = network;
  const statistics = peerManager.statistics();
  const connected = new Set(statistics.map(({ metadata }) => metadata.remotePeerId));
  const count = (origin: string) => statistics.filter(({ metadata }) => metadata.origin === origin).length;
  return {
    network: networkLabel(context.networkId),
    state: network.state,
    role: context.role,
    peerId: context.peerId,
    publicKey: network.publicKey,
    listenAddress: peerManager.listenAddress ?? null,
    inboundConnections: count('inbound'),
    outboundConnections: count('outbound'),
    dialsQueued: connectivityManager.dialQueueSize,
    trustedPeers: network.trustedPeers.size,
    peers: statistics.map((one) => snapshotPeer(network, one, time)),
    absentPeers: connectivityManager
      .peerIds()
      .filter((peerId) => !connected.has(peerId))
      .slice(0, MAX_ABSENT_PEERS)
      .map((peerId) => snapshotAbsent(connectivityManager.explain(peerId))),
  };
}

function snapshotPeer(
  { healthChecker }: InspectedNetwork,
  { metadata, connectedForMs, stats }: ConnectionStatistics,
  time: TimeService,
): PeerSnapshot {
  const { remotePeerId: peerId } = metadata;
  return {
    peerId,
    publicKey: metadata.remotePublicKey,
    connectionId: metadata.connectionId,
    origin: metadata.origin,
    role: metadata.role,
    address: metadata.address,
    connectedSinceUnixMs: Math.round(time.unixTimeMs() - connectedForMs),
    protocols: metadata.applicationProtocols.toIds().map(protocolLabel),
    roundTripMs: roundTrip(healthChecker, peerId),
    failedPings: healthChecker.failures(peerId) ?? 0,
    bytesIn: stats.bytesIn,
    bytesOut: stats.bytesOut,
    quietForMs:
      stats.lastReceivedAt === undefined ? null : Math.max(0, Math.round(time.now() - stats.lastReceivedAt)),
    queuedMessages: stats.queuedMessages,
    queuedBytes: stats.queuedBytes,
    refusedMessages: stats.refusedMessages,
    unhandledMessages: stats.unhandledMessages,
    pendingOutboundRpcs: stats.pendingOutboundRpcs,
    pendingInboundRpcs: stats.pendingInboundRpcs,
    traffic: Array.from(stats.protocols, ([id, traffic]): ProtocolSnapshot => ({
      protocol: protocolLabel(id),
      ...traffic,
    })),
  };
}

function snapshotAbsent({ peerId, role, oursToDial, dial }: PeerExplanation): AbsentPeerSnapshot {
  return {
    peerId,
    role,
    oursToDial,
    state: dial.current?.phase ?? dial.notDialed ?? 'unknown',
    attempts: dial.attempts,
    nextAttemptMs: dial.current?.phase === 'waiting' ? Math.round(dial.current.dueInMs) : null,
    lastFailure: snapshotFailure(dial.lastFailure),
  };
}

/** A failed dial in JSON. */
export function snapshotFailure(failure: PeerExplanation['dial']['lastFailure']): FailureSnapshot | null {
  if (failure === undefined) return null;
  const { unixTimeMs, address, code, message, stage, reason, likelyCause } = failure;
  return {
    atUnixMs: unixTimeMs,
    address,
    code,
    message,
    stage: stage ?? null,
    reason: reason ?? null,
    likelyCause: likelyCause ?? null,
  };
}

/** To a thousandth of a millisecond: more digits are noise. */
export function roundTrip(healthChecker: InspectedNetwork['healthChecker'], peerId: PeerId): number | null {
  const ms = healthChecker.roundTripTime(peerId);
  return ms === undefined ? null : Math.round(ms * 1000) / 1000;
}
