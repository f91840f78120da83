import type { PeerManagerHandle, ProtocolRegistry } from '@diemnet/peer-manager';
import {
  isDiemNetError,
  noMetrics,
  silentLogger,
  systemTime,
  type Logger,
  type Metrics,
  type NetworkContext,
  type TimeService,
} from '@diemnet/types';
import type { Application } from './application.js';
import { NetworkError } from './errors.js';
import { EventStream, type NetworkEvents } from './network-events.js';
import { NetworkSender } from './network-sender.js';

/** What applications are registered with. PeerManager is both `registry` and `peerManager`. */
export interface ApplicationComponents {
  readonly registry: ProtocolRegistry;
  readonly peerManager: PeerManagerHandle;
  readonly context: NetworkContext;
  /** @default systemTime */
  readonly time?: TimeService;
  /** @default silentLogger */
  readonly logger?: Logger;
  /** @default noMetrics */
  readonly metrics?: Metrics;
}

/** An application's two ends of the network. */
export interface RegisteredApplication<T> {
  readonly sender: NetworkSender<T>;
  readonly events: NetworkEvents<T>;
}

/**
 * Claims the application's protocols, before the network starts, and connects it.
 * @throws NetworkError `ERR_PROTOCOL_CLASH` if another application has one of them; PeerManagerError
 * `ERR_ALREADY_STARTED`
 * @example
 * const { sender, events } = registerApplication({ registry: peerManager, peerManager, context }, application);
 */
export function registerApplication<T>(
  components: ApplicationComponents,
  application: Application<T>,
): RegisteredApplication<T> {
  const { registry, peerManager, context } = components;
  const stream = new EventStream(application, {
    context,
    time: components.time ?? systemTime,
    logger: components.logger ?? silentLogger,
    metrics: components.metrics ?? noMetrics,
  });
  try {
    registry.register(
      ...Array.from(application.protocols.values(), ({ id, kinds }) => ({
        protocolId: id,
        kinds,
        handler: stream,
      })),
    );
  } catch (error) {
    stream.close();
    if (!isDiemNetError(error, 'ERR_PROTOCOL_REGISTERED')) throw error;
    throw new NetworkError('ERR_PROTOCOL_CLASH', `${application.name} claims a protocol that is taken`, {
      cause: error,
      details: { application: application.name, ...error.details },
    });
  }
  stream.listenTo(peerManager);
  return { sender: new NetworkSender(peerManager, application), events: stream };
}
