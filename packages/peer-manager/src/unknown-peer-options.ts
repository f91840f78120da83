import { resolvePeerOptions, type PeerOptions, type ResolvedPeerOptions } from '@diemnet/peer';

const MIB = 1024 * 1024;

/** What an unknown inbound peer may make us hold, where the options of all peers allow more (D-32). */
export const DEFAULT_UNKNOWN_PEER_OPTIONS = Object.freeze({
  laneBytes: 16 * MIB,
  maxQueuedBytes: 32 * MIB,
  maxPendingInboundRpcBytes: 16 * MIB,
});

/**
 * The options of unknown inbound peers: those given, else the smaller of the default and what holds for all peers.
 * @throws PeerError `ERR_INVALID_OPTION`
 */
export function resolveUnknownPeerOptions(
  peer: ResolvedPeerOptions,
  unknownPeer: PeerOptions = {},
): ResolvedPeerOptions {
  const { laneBytes, maxQueuedBytes, maxPendingInboundRpcBytes } = DEFAULT_UNKNOWN_PEER_OPTIONS;
  return resolvePeerOptions({
    ...peer,
    laneBytes: Math.min(laneBytes, peer.laneBytes),
    maxQueuedBytes: Math.min(maxQueuedBytes, peer.maxQueuedBytes),
    maxPendingInboundRpcBytes: Math.min(maxPendingInboundRpcBytes, peer.maxPendingInboundRpcBytes),
    ...unknownPeer,
  });
}
