import { disconnectReasonOf, type DisconnectCause } from '@diemnet/peer';
import {
  connectionLogFields,
  connectionLogFieldsWithAddress,
  type ConnectionMetadata,
} from '@diemnet/transport';
import {
  LogThrottle,
  displayPeerId,
  networkContextFields,
  type LogFields,
  type Logger,
  type NetworkAddress,
  type NetworkContext,
  type PeerId,
  type TimeService,
} from '@diemnet/types';
import type { ProtocolId } from '@diemnet/wire';
import type { ConnectionEvent } from './contracts.js';

const SEND_FAILURE_LOG_INTERVAL_MS = 1000;

/** The log events of PeerManager (observability 6). */
export class PeerManagerLog {
  readonly #logger: Logger;
  readonly #time: TimeService;
  readonly #peersIntervalMs: number;
  #nextPeersAt = 0;
  readonly #sendFailures: LogThrottle;

  constructor(
    logger: Logger,
    context: NetworkContext,
    options: { readonly time: TimeService; readonly peersIntervalMs: number },
  ) {
    this.#logger = logger.child({ network_context: networkContextFields(context) });
    this.#time = options.time;
    this.#peersIntervalMs = options.peersIntervalMs;
    this.#nextPeersAt = options.time.now() + options.peersIntervalMs;
    this.#sendFailures = new LogThrottle(options.time, { intervalMs: SEND_FAILURE_LOG_INTERVAL_MS });
  }

  /** For Peers, which log for themselves. */
  get logger(): Logger {
    return this.#logger;
  }

  listening(address: NetworkAddress): void {
    this.#logger.info({ listen_address: address }, 'start listening');
  }

  established(metadata: ConnectionMetadata): void {
    this.#logger.info(connectionLogFieldsWithAddress(metadata), 'connection established');
  }

  closed(
    metadata: ConnectionMetadata,
    cause: DisconnectCause,
    { error, unwelcome }: { readonly error: Error | undefined; readonly unwelcome: boolean },
  ): void {
    this.#logger.info(
      {
        ...connectionLogFieldsWithAddress(metadata),
        ...ended(cause),
        ...(error === undefined ? {} : { error: error.message }),
        ...(unwelcome ? { likely_cause: 'refused by a limit, a tie, or as ineligible' } : {}),
      },
      'connection closed',
    );
  }

  refused(metadata: ConnectionMetadata, reason: string): void {
    this.#logger.info(
      { ...connectionLogFieldsWithAddress(metadata), reason, ...ended('inbound-limit') },
      'inbound connection refused by the limit',
    );
  }

  unknownRole(metadata: ConnectionMetadata): void {
    this.#logger.warn(
      connectionLogFieldsWithAddress(metadata),
      'outbound connection to a peer without known role',
    );
  }

  sharedKey(metadata: ConnectionMetadata, otherPeer: PeerId): void {
    this.#logger.warn(
      { ...connectionLogFieldsWithAddress(metadata), other_peer: displayPeerId(otherPeer) },
      'two trusted peers have the same key: the listener may be either',
    );
  }

  selfDial(metadata: ConnectionMetadata): void {
    this.#logger.warn(
      { ...connectionLogFieldsWithAddress(metadata), ...ended('self-dial') },
      'self-dial disconnected',
    );
  }

  tie(remotePeer: PeerId, kept: 'keep-existing' | 'keep-new'): void {
    this.#logger.info(
      { remote_peer: displayPeerId(remotePeer), ...ended(kept === 'keep-new' ? 'replaced' : 'tie-lost') },
      kept === 'keep-new'
        ? 'existing connection closed in favour of a new one'
        : 'new connection closed in favour of the existing one',
    );
  }

  alreadyConnected(metadata: ConnectionMetadata): void {
    this.#debug(connectionLogFieldsWithAddress(metadata), 'already connected, not dialing');
  }

  alreadyClosed(remotePeer: PeerId): void {
    this.#logger.info({ remote_peer: displayPeerId(remotePeer) }, 'disconnect requested, already closed');
  }

  /** At most one per second: an application that sends to everybody can cause many. */
  notConnected(remotePeer: PeerId, protocolId: ProtocolId): void {
    this.#sendFailure(
      'warn',
      { remote_peer: displayPeerId(remotePeer), protocol_id: protocolId },
      'not connected',
    );
  }

  notAccepted(metadata: ConnectionMetadata, protocolId: ProtocolId, error: unknown): void {
    this.#sendFailure(
      'info',
      { ...connectionLogFields(metadata), protocol_id: protocolId, error: text(error) },
      'message not accepted by the peer',
    );
  }

  listenerFailed(error: unknown, event: ConnectionEvent): void {
    this.#logger.warn(
      {
        remote_peer: displayPeerId(event.metadata.remotePeerId),
        error: text(error),
        connection_notification: event.type,
      },
      'a listener of connection events failed',
    );
  }

  handlerFailed(error: unknown, protocolId: ProtocolId): void {
    this.#logger.warn({ error: text(error), protocol_id: protocolId }, 'the handler of a protocol failed');
  }

  /** The list of connected peers, if it was not logged for a while. */
  connectedPeers(peers: () => Iterable<ConnectionMetadata>): void {
    const now = this.#time.now();
    if (now < this.#nextPeersAt) return;
    this.#nextPeersAt = now + this.#peersIntervalMs;
    if (this.#logger.isLevelEnabled?.('info') === false) return;
    this.#logger.info({ peers: Array.from(peers(), connectionLogFieldsWithAddress) }, 'connected peers');
  }

  terminated(): void {
    this.#logger.warn({}, 'peer manager terminated');
  }

  #sendFailure(level: 'info' | 'warn', fields: LogFields, message: string): void {
    const sampled = this.#sendFailures.admit();
    if (sampled !== undefined) this.#logger[level]({ ...fields, ...sampled }, message);
  }

  #debug(fields: LogFields, message: string): void {
    if (this.#logger.isLevelEnabled?.('debug') !== false) this.#logger.debug(fields, message);
  }
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Every end of a connection is logged with its cause from the one taxonomy. */
function ended(cause: DisconnectCause): LogFields {
  return { disconnection_reason: disconnectReasonOf(cause), cause };
}
