import type { DisconnectCause, PeerLedger, PeerOptions, PeerStats } from '@diemnet/peer';
import type { Connection, ConnectionMetadata } from '@diemnet/transport';
import {
  noMetrics,
  silentLogger,
  systemTime,
  throwIfAborted,
  type Logger,
  type Metrics,
  type NetworkAddress,
  type NetworkContext,
  type PeerId,
  type TimeService,
  type TrustedPeersView,
  type WaitOptions,
} from '@diemnet/types';
import type { ProtocolId } from '@diemnet/wire';
import { Connections, type RateLimiters } from './connections.js';
import type {
  ConnectionListener,
  DialOptions,
  DirectSendOptions,
  PeerManagerHandle,
  ProtocolRegistration,
  ProtocolRegistry,
  RpcOptions,
} from './contracts.js';
import { peerFactory } from './default-peer.js';
import { Dialer, type ConnectionDecision } from './dialer.js';
import { ProtocolDispatch } from './dispatch.js';
import { PeerManagerError } from './errors.js';
import { startListening, type ListeningTransport, type TransportListener } from './listener.js';
import { PeerManagerLog } from './log.js';
import type { CreatePeer } from './managed-peer.js';
import { MessageSender, notConnected, type SendFailure } from './message-sender.js';
import { PeerManagerMetrics } from './metrics.js';
import { resolvePeerManagerOptions, type PeerManagerOptions } from './options.js';
import { untilAborted } from './until-aborted.js';

/** What connects for PeerManager; `DiemNetTransport` fits. */
export interface PeerTransport extends ListeningTransport {
  /** May throw at once for an address that cannot be dialed. */
  dial(peerId: PeerId, address: NetworkAddress, options?: WaitOptions): Promise<Connection>;
}

/** What a {@link PeerManager} is made of. */
export interface PeerManagerComponents {
  readonly transport: PeerTransport;
  readonly trustedPeers: TrustedPeersView;
  readonly context: NetworkContext;
  /** Bytes per second and remote IP address. @default no limit */
  readonly rateLimiters?: RateLimiters | undefined;
  readonly time?: TimeService | undefined;
  readonly metrics?: Metrics | undefined;
  readonly logger?: Logger | undefined;
  /** @default Peers of `@diemnet/peer` */
  readonly createPeer?: CreatePeer | undefined;
}

/** Bytes that one peer makes us hold, by what holds them. The formula for their bounds: docs/memory.md. */
export interface ConnectionMemory extends PeerLedger {
  /** Payloads that wait for applications; those of requests are in `pendingRequests` as well. */
  readonly applications: number;
  readonly total: number;
}

/** One connection, for inspection. */
export interface ConnectionStatistics {
  readonly metadata: ConnectionMetadata;
  readonly connectedForMs: number;
  readonly stats: PeerStats;
  readonly memory: ConnectionMemory;
}

/** `new` until `start` succeeded; what was stopped stays stopped. */
export type PeerManagerState = 'new' | 'starting' | 'running' | 'stopping' | 'stopped';

/**
 * All connections of one network: listens, dials, keeps one connection per peer, routes messages, tells listeners
 * (behaviour 9).
 *
 * @example
 * const peerManager = new PeerManager({ transport, trustedPeers, context });
 * peerManager.register({ protocolId, kinds: ['direct-send'], handler });
 * peerManager.subscribe((event) => console.log(event.type, event.metadata.remotePeerId));
 * await peerManager.start({ listenAddress });
 * await peerManager.dial(peerId, address);
 * await peerManager.stop();
 */
export class PeerManager implements PeerManagerHandle, ProtocolRegistry {
  readonly #transport: PeerTransport;
  readonly #options: PeerManagerOptions;
  readonly #metrics: PeerManagerMetrics;
  readonly #log: PeerManagerLog;
  readonly #time: TimeService;
  readonly #dispatch: ProtocolDispatch;
  readonly #connections: Connections;
  readonly #dialer: Dialer;
  readonly #sender: MessageSender;
  #state: PeerManagerState = 'new';
  #starting: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;
  #listener: TransportListener | undefined;

  /** @throws PeerManagerError `ERR_INVALID_OPTIONS`; PeerError `ERR_INVALID_OPTION` */
  constructor(
    components: PeerManagerComponents,
    options: Partial<PeerManagerOptions> & {
      readonly peer?: PeerOptions;
      /** How unknown inbound peers differ. @default less memory, see `DEFAULT_UNKNOWN_PEER_OPTIONS` */
      readonly unknownPeer?: PeerOptions;
    } = {},
  ) {
    const { transport, trustedPeers, context, rateLimiters } = components;
    const { time = systemTime, metrics = noMetrics, logger = silentLogger } = components;
    this.#transport = transport;
    this.#time = time;
    this.#options = resolvePeerManagerOptions(options);
    this.#metrics = new PeerManagerMetrics(metrics, context);
    const log = new PeerManagerLog(logger, context, {
      time,
      peersIntervalMs: this.#options.connectedPeersLogIntervalMs,
    });
    this.#log = log;
    this.#dispatch = new ProtocolDispatch((error, protocolId) => log.handlerFailed(error, protocolId));
    this.#connections = new Connections({
      context,
      trustedPeers,
      dispatch: this.#dispatch,
      createPeer:
        components.createPeer ??
        peerFactory({ time, metrics, logger, context }, options.peer, options.unknownPeer),
      rateLimiters,
      time,
      metrics: this.#metrics,
      log,
      options: this.#options,
    });
    this.#sender = new MessageSender(this.#connections, this.#metrics, log);
    this.#dialer = new Dialer({
      dial: (peerId, address, wait) => this.#transport.dial(peerId, address, wait),
      decide: (connection, dialed) => this.#decide(connection, dialed),
      ended: (outcome) => this.#metrics.dialed(outcome),
    });
  }

  get state(): PeerManagerState {
    return this.#state;
  }

  /** What others can dial, once started with an address to listen on. */
  get listenAddress(): NetworkAddress | undefined {
    return this.#listener?.address;
  }

  /**
   * Starts listening, if there is an address, and accepts dials. Calling it again changes nothing.
   * @throws PeerManagerError `ERR_LISTEN_FAILED` (may be tried again), `ERR_SHUTTING_DOWN`
   */
  start({ listenAddress }: { readonly listenAddress?: NetworkAddress | undefined } = {}): Promise<void> {
    if (this.#stopping !== undefined) {
      return Promise.reject(new PeerManagerError('ERR_SHUTTING_DOWN', 'the network was stopped'));
    }
    this.#starting ??= this.#start(listenAddress).catch((error: unknown) => {
      this.#starting = undefined;
      if (this.#state === 'starting') this.#state = 'new';
      throw error;
    });
    return this.#starting;
  }

  /**
   * Stops for good: no new connections, dials given up, every peer lost with cause `shutdown`; what was accepted for
   * sending goes out until the deadline, then sockets are destroyed (D-10). Calling it again waits for the first.
   */
  stop({ graceMs = this.#options.closeGraceMs }: { readonly graceMs?: number } = {}): Promise<void> {
    this.#stopping ??= this.#stop(graceMs);
    return this.#stopping;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  register(...registrations: readonly ProtocolRegistration[]): void {
    this.#dispatch.register(...registrations);
  }

  protocolIds(): ProtocolId[] {
    return this.#dispatch.protocolIds();
  }

  async dial(
    peerId: PeerId,
    address: NetworkAddress,
    { replace = false, signal }: DialOptions = {},
  ): Promise<ConnectionMetadata> {
    this.#assertRunning();
    const active = this.#connections.get(peerId);
    if (active !== undefined && !replace) {
      this.#log.alreadyConnected(active.metadata);
      throw new PeerManagerError('ERR_ALREADY_CONNECTED', `already connected to ${active.metadata.address}`, {
        details: { peerId, address: active.metadata.address },
      });
    }
    if (this.#connections.coolsDown(peerId)) {
      throw new PeerManagerError('ERR_COOLING_DOWN', 'the peer misbehaved a short while ago', {
        details: { peerId },
      });
    }
    return this.#dialer.dial(peerId, address, { signal });
  }

  async disconnect(
    peerId: PeerId,
    cause: DisconnectCause = 'requested',
    { signal }: WaitOptions = {},
  ): Promise<void> {
    throwIfAborted(signal);
    const ended = await untilAborted(this.#connections.disconnect(peerId, cause), signal);
    if (ended) return;
    this.#log.alreadyClosed(peerId);
    throw notConnected(peerId);
  }

  sendDirectSend(
    peerId: PeerId,
    protocolId: ProtocolId,
    payload: Uint8Array,
    options?: DirectSendOptions,
  ): boolean {
    return this.#sender.sendDirectSend(peerId, protocolId, payload, options);
  }

  /**
   * Queues one DirectSend for several peers, prepared once. A peer that cannot take it does not keep the others from
   * getting it, unlike in the reference, which stops at the first; those that could not are returned.
   * @throws PeerError `ERR_INVALID_PRIORITY`
   */
  sendToMany(
    peerIds: Iterable<PeerId>,
    protocolId: ProtocolId,
    payload: Uint8Array,
    options?: DirectSendOptions,
  ): SendFailure[] {
    return this.#sender.sendToMany(peerIds, protocolId, payload, options);
  }

  ready(peerId: PeerId, protocolId: ProtocolId, options: WaitOptions = {}): Promise<void> {
    return this.#sender.ready(peerId, protocolId, options);
  }

  sendRpc(
    peerId: PeerId,
    protocolId: ProtocolId,
    payload: Uint8Array,
    options: RpcOptions,
  ): Promise<Uint8Array> {
    return this.#sender.sendRpc(peerId, protocolId, payload, options);
  }

  subscribe(listener: ConnectionListener): () => void {
    return this.#connections.subscribe(listener);
  }

  connection(peerId: PeerId): ConnectionMetadata | undefined {
    return this.#connections.get(peerId)?.metadata;
  }

  *connections(): IterableIterator<ConnectionMetadata> {
    for (const { metadata } of this.#connections.values()) yield metadata;
  }

  /** When this peer was last heard of, on the monotonic clock; undefined if never on the connection there is. */
  lastReceivedAt(peerId: PeerId): number | undefined {
    return this.#connections.get(peerId)?.peer.lastReceivedAt;
  }

  /** Every active connection, for inspection. */
  statistics(): ConnectionStatistics[] {
    const now = this.#time.now();
    return Array.from(this.#connections.values(), ({ metadata, connectedAtMs, peer }) => {
      const stats = peer.stats();
      return {
        metadata,
        connectedForMs: now - connectedAtMs,
        stats,
        memory: this.#memoryOf(metadata, stats),
      };
    });
  }

  #memoryOf({ remotePeerId }: ConnectionMetadata, { held }: PeerStats): ConnectionMemory {
    const applications = this.#dispatch.heldBytes(remotePeerId);
    const { receiving, pendingRequests, sending, socket } = held;
    return { ...held, applications, total: receiving + pendingRequests + sending + socket + applications };
  }

  async #start(listenAddress: NetworkAddress | undefined): Promise<void> {
    this.#state = 'starting';
    this.#dispatch.seal();
    this.#listener = await startListening(this.#transport, listenAddress, {
      onConnection: (connection) => {
        if (this.#stopping === undefined) this.#connections.add(connection);
        else connection.socket.destroy();
      },
      onFailure: (failure) => this.#connections.upgradeFailed(failure),
      refuses: (ip) => this.#connections.refusesAddress(ip),
    });
    if (this.#stopping !== undefined) return;
    this.#state = 'running';
    if (this.#listener !== undefined) this.#log.listening(this.#listener.address);
  }

  async #stop(graceMs: number): Promise<void> {
    const wasUsed = this.#state !== 'new';
    this.#state = 'stopping';
    this.#dialer.abortAll(new PeerManagerError('ERR_SHUTTING_DOWN', 'the network is being stopped'));
    const connectionsClosed = this.#connections.close('shutdown', graceMs);
    // A listener that is just being opened is closed as soon as it is there.
    await this.#starting?.catch(() => {});
    await Promise.all([this.#listener?.close(), connectionsClosed]);
    this.#state = 'stopped';
    if (wasUsed) this.#log.terminated();
  }

  /** The outcome of a dial, after tie-breaking (D-14). */
  #decide(connection: Connection, dialed: PeerId): ConnectionDecision {
    const { remotePeerId } = connection.metadata;
    if (remotePeerId !== dialed) {
      connection.socket.destroy();
      throw new PeerManagerError('ERR_PEER_ID_MISMATCH', `dialed ${dialed}, reached ${remotePeerId}`, {
        details: { dialed, reached: remotePeerId },
      });
    }
    const outcome = this.#connections.add(connection);
    if (outcome.kept === 'none') throw outcome.error;
    return { metadata: outcome.metadata, won: outcome.kept === 'new' };
  }

  #assertRunning(): void {
    if (this.#state === 'running') return;
    if (this.#stopping !== undefined) {
      throw new PeerManagerError('ERR_SHUTTING_DOWN', 'the network is being stopped');
    }
    throw new PeerManagerError('ERR_NOT_STARTED', 'the network has not been started');
  }
}
