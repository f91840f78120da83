import {
  DeadlineWheel,
  Peer,
  WriteSlab,
  createPeerMetrics,
  resolvePeerOptions,
  type PeerOptions,
} from '@diemnet/peer';
import type { Logger, Metrics, NetworkContext, TimeService } from '@diemnet/types';
import type { CreatePeer } from './managed-peer.js';
import { resolveUnknownPeerOptions } from './unknown-peer-options.js';

/** Makes Peers that share deadlines, metrics and options. @throws PeerError `ERR_INVALID_OPTION` */
export function peerFactory(
  components: {
    readonly time: TimeService;
    readonly metrics: Metrics;
    readonly logger: Logger;
    readonly context: NetworkContext;
  },
  options: PeerOptions = {},
  unknownPeer: PeerOptions = {},
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
  const ofUnknown = resolveUnknownPeerOptions(resolved, unknownPeer);
  return (connection, upcalls) => {
    const { origin, role } = connection.metadata;
    const limits = origin === 'inbound' && role === 'Unknown' ? ofUnknown : resolved;
    return new Peer({ ...shared, connection, upcalls }, limits);
  };
}
