import { DeadlineWheel, WriteSlab, Peer, createPeerMetrics, resolvePeerOptions, type PeerOptions } from '@diemnet/peer';
import type { Logger, Metrics, NetworkContext, TimeService } from '@diemnet/types';
import type { CreatePeer } from './managed-peer.js';

/** Makes Peers that share deadlines, metrics and options. @throws PeerError `ERR_INVALID_OPTION` */
export function peerFactory(
  components: {
    readonly time: TimeService;
    readonly metrics: Metrics;
    readonly logger: Logger;
    readonly context: NetworkContext;
  },
  options: PeerOptions = {},
): CreatePeer {
  const { time, logger, context } = components;
  const shared = {
    time,
    logger,
    context,
    deadlines: new DeadlineWheel(time),
    slab: new WriteSlab(),
    metrics: createPeerMetrics(components.metrics, context),
  };
  const resolved = resolvePeerOptions(options);
  return (connection, upcalls) => new Peer({ ...shared, connection, upcalls }, resolved);
}
