import type { ConnectionEvent, PeerManagerHandle } from '@diemnet/peer-manager';
import { connectionLogFields, type ConnectionMetadata } from '@diemnet/transport';
import {
  displayPeerId,
  networkContextFields,
  noMetrics,
  silentLogger,
  startInterval,
  systemRng,
  systemTime,
  type Logger,
  type Metrics,
  type NetworkContext,
  type PeerId,
  type PeerRole,
  type PeerSet,
  type Rng,
  type TimeService,
  type Timer,
  type TrustedPeers,
} from '@diemnet/types';
import { ConnectionRenewals } from './connection-renewals.js';
import { DialObservers, type DialObserver } from './dial-observers.js';
import { Dialer } from './dialer.js';
import { chooseCandidates } from './dial-candidates.js';
import { DiscoveredPeers } from './discovered-peers.js';
import type { DiscoverySource } from './discovery-source.js';
import { ConnectivityManagerError } from './errors.js';
import { explainPeer } from './explain-peer.js';
import type { PeerExplanation } from './explanation.js';
import { ConnectivityMetrics } from './metrics.js';
import {
  resolveConnectivityManagerOptions,
  type ConnectivityManagerOptions,
  type ResolvedConnectivityManagerOptions,
} from './options.js';
import { upstreamRoles } from './role-priority.js';
import { TrustEnforcement } from './trust-enforcement.js';
import { TrustedSet } from './trusted-set.js';

/** What ConnectivityManager works with. */
export interface ConnectivityManagerComponents {
  readonly context: NetworkContext;
  readonly peerManager: Pick<PeerManagerHandle, 'dial' | 'disconnect' | 'subscribe'>;
  /** Empty at construction; written by ConnectivityManager alone from then on. */
  readonly trustedPeers: TrustedPeers;
  /** @default systemTime */
  readonly time?: TimeService;
  /** @default systemRng */
  readonly rng?: Rng;
  /** @default silentLogger */
  readonly logger?: Logger;
  /** @default noMetrics */
  readonly metrics?: Metrics;
}

const DISCOVERED_LOG_INTERVAL_MS = 60_000;

/**
 * Keeps us connected to exactly the eligible peers that are ours to dial (DiemNet behaviour, section 11).
 *
 * Discovery tells it who exists; it decides whom to trust, dials who is missing, and closes what is no longer in
 * order. It asks PeerManager and never waits for it (D-01).
 */
export class ConnectivityManager {
  readonly #context: NetworkContext;
  readonly #peerManager: ConnectivityManagerComponents['peerManager'];
  readonly #time: TimeService;
  readonly #rng: Rng;
  readonly #logger: Logger;
  readonly #metrics: ConnectivityMetrics;
  readonly #options: ResolvedConnectivityManagerOptions;
  readonly #roles: ReadonlySet<PeerRole>;
  readonly #discovered: DiscoveredPeers;
  readonly #trusted: TrustedSet;
  readonly #connected = new Map<PeerId, ConnectionMetadata>();
  readonly #dialer: Dialer;
  readonly #dialObservers = new DialObservers();
  readonly #enforcement: TrustEnforcement;
  readonly #renewals: ConnectionRenewals;
  #state: 'created' | 'started' | 'stopped' = 'created';
  #ticker: Timer | undefined;
  #soon: Timer | undefined;
  #unsubscribe: (() => void) | undefined;
  #nextDiscoveredLogAt = Number.NEGATIVE_INFINITY;

  /** @throws ConnectivityManagerError `ERR_TRUSTED_PEERS_NOT_EMPTY`, `ERR_INVALID_OPTION` */
  constructor(components: ConnectivityManagerComponents, options: ConnectivityManagerOptions = {}) {
    const {
      context,
      peerManager,
      trustedPeers,
      time = systemTime,
      rng = systemRng,
      logger = silentLogger,
      metrics = noMetrics,
    } = components;
    if (trustedPeers.size > 0) {
      throw new ConnectivityManagerError(
        'ERR_TRUSTED_PEERS_NOT_EMPTY',
        `ConnectivityManager needs an empty trusted set, got ${trustedPeers.size} peers`,
        { details: { size: trustedPeers.size } },
      );
    }
    this.#options = resolveConnectivityManagerOptions(options);
    this.#context = context;
    this.#peerManager = peerManager;
    this.#time = time;
    this.#rng = rng;
    this.#logger = logger.child({ network_context: networkContextFields(context) });
    this.#metrics = new ConnectivityMetrics(metrics, context);
    this.#roles = upstreamRoles(context);
    this.#discovered = new DiscoveredPeers(context.peerId, this.#options.isDialable);
    this.#trusted = new TrustedSet(trustedPeers, this.#logger);
    this.#dialer = new Dialer({
      peerManager,
      time,
      rng,
      logger: this.#logger,
      metrics: this.#metrics,
      observers: this.#dialObservers,
      options: this.#options,
      onReplaced: (peerId, standing) => this.#enforcement.replaceEnded(peerId, standing),
      onShuttingDown: () => this.#onShuttingDown(),
    });
    this.#enforcement = new TrustEnforcement({
      context,
      roles: this.#roles,
      peerManager,
      connected: this.#connected,
      discovered: this.#discovered,
      trusted: this.#trusted,
      dialer: this.#dialer,
      time,
      logger: this.#logger,
      mutualAuthentication: this.#options.mutualAuthentication,
      graceMs: this.#options.checkIntervalMs,
      outboundBudget: () => this.#outboundBudget(),
      onExpired: () => this.#enforce(),
      onShuttingDown: () => this.#onShuttingDown(),
    });
    this.#renewals = new ConnectionRenewals({
      peerManager,
      time,
      logger: this.#logger,
      retryMs: this.#options.renewalRetryMs,
      addressesOf: (peerId) => this.#discovered.get(peerId)?.dialableAddresses ?? [],
    });
    this.#logger.info({}, 'connectivity manager initialized');
    if (this.#options.seeds.size > 0) this.updateDiscoveredPeers('Config', this.#options.seeds);
  }

  /** Begins to connect; the first look at everything comes at once. Idempotent. @throws ConnectivityManagerError `ERR_CONNECTIVITY_MANAGER_STOPPED` */
  start(): void {
    if (this.#state === 'started') return;
    if (this.#state === 'stopped') {
      throw new ConnectivityManagerError(
        'ERR_CONNECTIVITY_MANAGER_STOPPED',
        'a stopped ConnectivityManager does not start again',
      );
    }
    this.#state = 'started';
    this.#logger.info({}, 'connectivity manager started');
    this.#unsubscribe = this.#peerManager.subscribe((event) => this.#onConnectionEvent(event));
    this.#ticker = startInterval(this.#time, this.#options.checkIntervalMs, () => this.#tick());
  }

  /** Gives up all dials and leaves connections as they are. Idempotent, from any state. */
  async stop(): Promise<void> {
    if (this.#state === 'stopped') return;
    const wasStarted = this.#state === 'started';
    this.#state = 'stopped';
    this.#ticker?.cancel();
    this.#soon?.cancel();
    this.#soon = undefined;
    this.#unsubscribe?.();
    this.#enforcement.clear();
    this.#renewals.clear();
    this.#dialer.clear();
    if (wasStarted) this.#logger.warn({}, 'connectivity manager terminated');
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  /**
   * Replaces all that `source` said. The trusted set follows at once, and so does the end of connections and dials
   * that it no longer covers (D-19); missing connections are dialed shortly after.
   */
  updateDiscoveredPeers(source: DiscoverySource, peers: PeerSet): void {
    if (this.#state === 'stopped') return;
    const { keysChanged, addressesChanged, forgotten } = this.#discovered.update(source, peers);
    for (const peerId of keysChanged) {
      this.#logger.info({ ...this.#peerField(peerId), discovery_source: source }, 'keys of a peer changed');
    }
    for (const peerId of addressesChanged) {
      const network_addresses = this.#discovered.get(peerId)?.addresses;
      this.#logger.info({ ...this.#peerField(peerId), network_addresses }, 'addresses of a peer changed');
    }
    for (const peerId of new Set([...keysChanged, ...addressesChanged])) {
      this.#dialer.reset(peerId, this.#discovered.get(peerId)?.dialableAddresses ?? []);
    }
    for (const peerId of forgotten) {
      this.#dialer.reset(peerId, []);
      if (!this.#connected.has(peerId)) this.#metrics.forgetPeer(peerId);
    }
    this.#trusted.recompute(this.#discovered);
    this.#enforce();
    this.#reactSoon();
  }

  /**
   * Our own key has changed, and peers will be told: makes every connection that we dialed anew, as soon as its peer
   * accepts the new key, and keeps the old one until the new one stands. Gives up after `forMs` milliseconds. Peers
   * that dialed us do the same by themselves when they learn of the new key.
   */
  renewConnections(forMs: number): void {
    if (this.#state !== 'started') return;
    for (const metadata of this.#connected.values()) {
      if (metadata.origin === 'outbound') this.#renewals.begin(metadata, forMs);
    }
  }

  /** Peers that are connected. */
  get connectedCount(): number {
    return this.#connected.size;
  }

  /** Dials that wait or are under way. */
  get dialQueueSize(): number {
    return this.#dialer.size;
  }

  /** Every peer that discovery knows or that is connected. */
  peerIds(): PeerId[] {
    const peerIds = new Set(this.#connected.keys());
    for (const [peerId] of this.#discovered.entries()) peerIds.add(peerId);
    return [...peerIds];
  }

  /** Why a peer is, or is not, trusted, dialed and connected. */
  explain(peerId: PeerId): PeerExplanation {
    const metadata = this.#connected.get(peerId);
    return explainPeer({
      peerId,
      peer: this.#discovered.get(peerId),
      roles: this.#roles,
      dial: this.#dialer.get(peerId),
      dialState: this.#dialer.stateOf(peerId),
      now: this.#time.now(),
      outboundBudget: this.#outboundBudget(),
      connection: metadata && { metadata, verdict: this.#enforcement.judge(metadata) },
    });
  }

  /** Tells `observer` of every dial that ends. Returns the way to stop that. */
  onDial(observer: DialObserver): () => void {
    return this.#dialObservers.add(observer);
  }

  #tick(): void {
    this.#logger.trace({}, 'connectivity check');
    this.#logDiscoveredPeers();
    this.#enforce();
    this.#dialMissing();
  }

  #reactSoon(): void {
    if (this.#state !== 'started' || this.#soon !== undefined) return;
    this.#soon = this.#time.schedule(this.#options.updateReactionMs, () => {
      this.#soon = undefined;
      this.#tick();
    });
  }

  #enforce(): void {
    if (this.#state === 'started') this.#enforcement.enforce();
  }

  #dialMissing(): void {
    const candidates = chooseCandidates({
      peers: this.#discovered.entries(),
      roles: this.#roles,
      isFree: (peerId) => !this.#connected.has(peerId) && !this.#dialer.has(peerId),
      budget: this.#outboundBudget(),
      rng: this.#rng,
    });
    for (const [peerId, { dialableAddresses }] of candidates) {
      this.#metrics.peerConnected(peerId, false);
      this.#dialer.queue(peerId, dialableAddresses);
    }
  }

  /** Dials that the limit leaves room for. */
  #outboundBudget(): number {
    if (this.#context.networkId.kind === 'validator') return Number.POSITIVE_INFINITY;
    let outbound = 0;
    for (const { origin } of this.#connected.values()) if (origin === 'outbound') outbound++;
    return Math.max(0, this.#options.outboundLimit - outbound - this.#dialer.occupied);
  }

  #onConnectionEvent(event: ConnectionEvent): void {
    const { metadata } = event;
    this.#logger.trace(
      { ...connectionLogFields(metadata), connection_notification: event.type },
      'connection event',
    );
    if (event.type === 'lost-peer') this.#onLostPeer(metadata);
    else this.#onConnected(metadata);
  }

  #onConnected(metadata: ConnectionMetadata): void {
    const { remotePeerId, origin, address } = metadata;
    this.#connected.set(remotePeerId, metadata);
    this.#metrics.peerConnected(remotePeerId, true);
    this.#renewals.connected(metadata);
    const addresses = this.#discovered.get(remotePeerId)?.dialableAddresses ?? [];
    this.#dialer.connected(remotePeerId, origin === 'outbound' ? address : undefined, addresses);
    // Not from within PeerManager's own notification: other listeners have yet to hear of this connection.
    if (!this.#enforcement.connected(metadata)) this.#reactSoon();
  }

  #onLostPeer(metadata: ConnectionMetadata): void {
    const { remotePeerId } = metadata;
    const stored = this.#connected.get(remotePeerId);
    const fields = connectionLogFields(metadata);
    if (stored === undefined) {
      this.#logger.info(fields, 'stale lost-peer ignored');
      return;
    }
    this.#connected.delete(remotePeerId);
    this.#enforcement.lost(remotePeerId);
    this.#renewals.end(remotePeerId);
    this.#metrics.peerConnected(remotePeerId, false);
    if (this.#discovered.get(remotePeerId) === undefined) this.#metrics.forgetPeer(remotePeerId);
    this.#logger.info(
      { ...fields, stored_metadata: connectionLogFields(stored) },
      'peer removed from connected',
    );
  }

  /** PeerManager has ended, and with it the source of connection events. */
  #onShuttingDown(): void {
    void this.stop();
  }

  #logDiscoveredPeers(): void {
    const now = this.#time.now();
    if (now < this.#nextDiscoveredLogAt) return;
    this.#nextDiscoveredLogAt = now + DISCOVERED_LOG_INTERVAL_MS;
    const peers = Array.from(this.#discovered.entries(), ([peerId, peer]) => ({
      peer_id: displayPeerId(peerId),
      role: peer.role,
      eligible: peer.eligible,
      addresses: peer.addresses.length,
    }));
    this.#logger.info({ discovered_peers: peers }, 'discovered peers');
  }

  #peerField(peerId: PeerId): { remote_peer: string } {
    return { remote_peer: displayPeerId(peerId) };
  }
}
