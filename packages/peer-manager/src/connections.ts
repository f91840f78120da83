import { disconnectReasonOf, type DisconnectCause } from '@diemnet/peer';
import { ipGroups } from '@diemnet/netcore';
import { limitSocket, type RateLimiter } from '@diemnet/rate-limiter';
import type { Connection, ConnectionMetadata, UpgradeError } from '@diemnet/transport';
import type { NetworkContext, PeerId, PeerRole, TimeService, TrustedPeersView } from '@diemnet/types';
import { ActivePeers } from './active-peers.js';
import { decideAdmission, type AdmissionDecision } from './admission.js';
import { ClosingSockets } from './closing-sockets.js';
import { ConnectedPeer } from './connected-peer.js';
import type { ConnectionEvent, ConnectionListener } from './contracts.js';
import type { ProtocolDispatch } from './dispatch.js';
import { PeerManagerError } from './errors.js';
import { ConnectionEvents } from './events.js';
import type { PeerManagerLog } from './log.js';
import type { CreatePeer } from './managed-peer.js';
import type { PeerManagerMetrics } from './metrics.js';
import { Offenders } from './offenders.js';
import type { PeerManagerOptions } from './options.js';
import { breakTie } from './tie-break.js';

/** Limits on bytes per second and remote IP address, per direction. */
export interface RateLimiters {
  readonly inbound?: RateLimiter<string> | undefined;
  readonly outbound?: RateLimiter<string> | undefined;
}

/** What became of a new connection. */
export type ConnectionOutcome =
  /** It is the peer's connection now. */
  | { readonly kept: 'new'; readonly metadata: ConnectionMetadata }
  /** It lost the tie against this one, and is being closed. */
  | { readonly kept: 'existing'; readonly metadata: ConnectionMetadata }
  /** It is being closed. */
  | { readonly kept: 'none'; readonly error: PeerManagerError };

interface ConnectionsComponents {
  readonly context: NetworkContext;
  readonly trustedPeers: TrustedPeersView;
  readonly dispatch: ProtocolDispatch;
  readonly createPeer: CreatePeer;
  readonly rateLimiters: RateLimiters | undefined;
  readonly time: TimeService;
  readonly metrics: PeerManagerMetrics;
  readonly log: PeerManagerLog;
  readonly options: PeerManagerOptions;
}

/**
 * All connections of one network: decides about new ones, keeps one per peer, and tells listeners (behaviour 9.1
 * to 9.4).
 *
 *   upgraded --> self? limit? tie? --> active --> ended by the remote      lost-peer
 *                   |                    |------> disconnect requested     lost-peer at once, the Peer ends later
 *                   v                    '------> replaced by a newer one  updated-peer, the Peer ends later
 *             closed, no event
 */
export class Connections {
  readonly #components: ConnectionsComponents;
  readonly #active = new ActivePeers<ConnectedPeer>();
  /** Also those that are being closed. */
  readonly #all = new Set<ConnectedPeer>();
  readonly #unwanted: ClosingSockets;
  readonly #events: ConnectionEvents;
  readonly #offenders: Offenders;

  constructor(components: ConnectionsComponents) {
    const { log, time, options } = components;
    this.#components = components;
    this.#events = new ConnectionEvents((error, event) => log.listenerFailed(error, event));
    this.#unwanted = new ClosingSockets(time, options.closeGraceMs);
    this.#offenders = new Offenders(options);
  }

  get(peerId: PeerId): ConnectedPeer | undefined {
    return this.#active.get(peerId);
  }

  values(): IterableIterator<ConnectedPeer> {
    return this.#active.values();
  }

  /** Connections that have not ended, wanted or not. */
  get openCount(): number {
    return this.#all.size + this.#unwanted.size;
  }

  subscribe(listener: ConnectionListener): () => void {
    const present = Array.from(this.#active.values(), ({ metadata }): ConnectionEvent => ({
      type: 'new-peer',
      metadata,
    }));
    return this.#events.subscribe(listener, present);
  }

  /** Decides about an upgraded connection, which belongs to this from now on. */
  add({ socket, metadata: upgraded }: Connection): ConnectionOutcome {
    const { context, log, metrics } = this.#components;
    const metadata = this.#withRole(upgraded);
    const { remotePeerId, origin } = metadata;
    if (remotePeerId === context.peerId) {
      log.selfDial(metadata);
      return this.#refuse({ socket, metadata }, 'self-dial', 'ERR_SELF_DIAL', 'the remote is ourselves');
    }
    if (origin === 'inbound' && this.coolsDown(remotePeerId)) {
      log.refused(metadata, 'cool-down');
      metrics.rejected('cool-down');
      const message = 'the peer misbehaved a short while ago';
      return this.#refuse({ socket, metadata }, 'misbehaviour', 'ERR_COOLING_DOWN', message);
    }
    const existing = this.#active.get(remotePeerId);
    if (existing === undefined) {
      if (origin === 'inbound' && metadata.role === 'Unknown') {
        const decision = this.#admit(metadata);
        if (!decision.admit) {
          log.refused(metadata, decision.reason);
          metrics.rejected(decision.reason);
          const message = 'too many unknown peers are connected';
          return this.#refuse({ socket, metadata }, 'inbound-limit', 'ERR_CONNECTION_REFUSED', message);
        }
        if (decision.reason !== 'room') {
          metrics.evicted(decision.reason);
          this.#remove(decision.evict, 'evicted');
        }
      }
      return this.#start({ socket, metadata });
    }
    const outcome = breakTie({
      ownPeerId: context.peerId,
      remotePeerId,
      existing: existing.metadata.origin,
      incoming: origin,
    });
    log.tie(remotePeerId, outcome);
    metrics.tie(outcome);
    if (outcome === 'keep-new') return this.#start({ socket, metadata });
    this.#create({ socket, metadata }).retire('tie-lost', retirementTimes(this.#components.options));
    return { kept: 'existing', metadata: existing.metadata };
  }

  /**
   * Ends the connection to a peer, which counts as not connected from now on. Resolves when it has ended, and no later
   * than its grace (D-01). False if there is none.
   */
  async disconnect(peerId: PeerId, cause: DisconnectCause): Promise<boolean> {
    const entry = this.#active.get(peerId);
    if (entry === undefined) return false;
    const { closeGraceMs } = this.#components.options;
    this.#remove(entry, cause);
    await this.#within(closeGraceMs, entry.ended);
    return true;
  }

  /** Ends everything: gracefully until the deadline, then at once. */
  async close(cause: DisconnectCause, graceMs: number): Promise<void> {
    for (const entry of [...this.#all]) entry.hurry(cause, graceMs);
    for (const entry of [...this.#active.values()]) this.#remove(entry, cause, graceMs);
    const ended = Promise.all([...this.#all].map((entry) => entry.ended));
    await this.#within(graceMs, Promise.all([ended, this.#unwanted.empty()]));
    for (const entry of [...this.#all]) entry.destroy();
    this.#unwanted.destroyAll();
    await Promise.all([...this.#all].map((entry) => entry.ended));
    await this.#unwanted.empty();
  }

  /** True if the peer was disconnected for misbehaviour a short while ago. */
  coolsDown(peerId: PeerId): boolean {
    return this.#offenders.peerCoolsDown(peerId, this.#components.time.now()) > 0;
  }

  /** Why no connection is taken from this address at present, if so: asked before any cryptography. */
  refusesAddress(ip: string): string | undefined {
    const remainingMs = this.#offenders.addressCoolsDown(ip, this.#components.time.now());
    if (remainingMs === 0) return undefined;
    const { host } = ipGroups(ip);
    for (const { metadata } of this.#active.values()) {
      // Somebody we trust is behind the same address: it does not suffer for its neighbours.
      if (
        this.#isTrusted(metadata) &&
        metadata.remoteIp !== undefined &&
        ipGroups(metadata.remoteIp).host === host
      ) {
        return undefined;
      }
    }
    return `it misbehaved and cools down for ${Math.ceil(remainingMs)} ms`;
  }

  /** An inbound connection did not come about. */
  upgradeFailed(failure: UpgradeError): void {
    this.#offenders.upgradeFailed(failure, this.#components.time.now());
  }

  #isTrusted({ remotePeerId }: ConnectionMetadata): boolean {
    return (this.#components.trustedPeers.get(remotePeerId)?.role ?? 'Unknown') !== 'Unknown';
  }

  #withRole(metadata: ConnectionMetadata): ConnectionMetadata {
    if (metadata.origin === 'inbound') return metadata;
    const { trustedPeers, log } = this.#components;
    const role: PeerRole = trustedPeers.get(metadata.remotePeerId)?.role ?? 'Unknown';
    const known = Object.freeze({ ...metadata, role });
    if (role === 'Unknown') log.unknownRole(known);
    // Listeners prove a key, not a PeerId: with two owners of the key we cannot tell whom we have reached (D-40).
    for (const [peerId, { keys }] of trustedPeers.entries()) {
      if (peerId !== metadata.remotePeerId && keys.has(metadata.remotePublicKey))
        log.sharedKey(known, peerId);
    }
    return known;
  }

  #admit({ remoteIp }: ConnectionMetadata): AdmissionDecision<ConnectedPeer> {
    const { options, time } = this.#components;
    const isUnknown = ({ metadata }: ConnectedPeer) =>
      metadata.origin === 'inbound' && !this.#isTrusted(metadata);
    return decideAdmission({
      remoteIp,
      limits: options,
      atMost: this.#active.count('inbound'),
      unknownInbound: () => Array.from(this.#active.values()).filter(isUnknown),
      nowMs: time.now(),
    });
  }

  #refuse(
    { socket, metadata }: Connection,
    cause: DisconnectCause,
    code: 'ERR_SELF_DIAL' | 'ERR_CONNECTION_REFUSED' | 'ERR_COOLING_DOWN',
    message: string,
  ): ConnectionOutcome {
    this.#components.metrics.disconnected(cause);
    this.#unwanted.close(socket);
    return {
      kept: 'none',
      error: new PeerManagerError(code, message, { details: { peerId: metadata.remotePeerId } }),
    };
  }

  #create({ socket, metadata }: Connection): ConnectedPeer {
    const { dispatch, time, createPeer, rateLimiters } = this.#components;
    const limited = rateLimiters === undefined ? socket : limitSocket(socket, rateLimiters);
    const entry = new ConnectedPeer(
      { socket: limited, metadata },
      {
        dispatch,
        time,
        createPeer,
        ended: (ended, cause, error) => this.#ended(ended, cause, error),
      },
    );
    this.#all.add(entry);
    return entry;
  }

  #start({ socket, metadata }: Connection): ConnectionOutcome {
    const { log, options } = this.#components;
    const entry = this.#create({ socket, metadata });
    const previous = this.#active.set(entry);
    this.#publish();
    log.established(metadata);
    if (previous === undefined) this.#events.emit({ type: 'new-peer', metadata });
    else {
      this.#events.emit({ type: 'updated-peer', metadata, previous: previous.metadata });
      previous.retire('replaced', retirementTimes(options));
    }
    // Not earlier: no message reaches an application before the event (D-11).
    entry.peer.start();
    return { kept: 'new', metadata };
  }

  /** From this moment the peer is not connected, for callers and listeners alike; the Peer ends when it can. */
  #remove(
    entry: ConnectedPeer,
    cause: DisconnectCause,
    graceMs = this.#components.options.closeGraceMs,
  ): void {
    if (this.#active.delete(entry)) this.#lost(entry, cause, undefined);
    entry.close(cause, { graceMs, silence: true });
  }

  #ended(entry: ConnectedPeer, cause: DisconnectCause, error: Error | undefined): void {
    this.#all.delete(entry);
    this.#components.metrics.disconnected(cause);
    if (cause === 'misbehaviour') {
      const { metadata } = entry;
      const nowMs = this.#components.time.now();
      this.#offenders.misbehaved(metadata, { trusted: this.#isTrusted(metadata), nowMs });
    }
    if (this.#active.delete(entry)) this.#lost(entry, cause, error);
  }

  #lost(entry: ConnectedPeer, cause: DisconnectCause, error: Error | undefined): void {
    const { metadata } = entry;
    this.#publish();
    this.#components.log.closed(metadata, cause, {
      error,
      unwelcome: cause === 'remote-closed' && entry.unheard,
    });
    this.#events.emit({ type: 'lost-peer', metadata, reason: disconnectReasonOf(cause), cause });
  }

  #publish(): void {
    const { metrics, log } = this.#components;
    metrics.connections(this.#active.count('inbound'), this.#active.count('outbound'));
    log.connectedPeers(() => Array.from(this.#active.values(), ({ metadata }) => metadata));
  }

  /** Resolves with `event`, or when the time is up. */
  #within(ms: number, event: Promise<unknown>): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#components.time.schedule(ms, resolve);
      void event.then(() => {
        timer.cancel();
        resolve();
      });
    });
  }
}

/** How long a connection that has to give way may stay, and does in any case. */
function retirementTimes({ closeGraceMs, lingerMs }: PeerManagerOptions): {
  graceMs: number;
  lingerMs: number;
} {
  return { graceMs: closeGraceMs, lingerMs };
}
