import type { Logger, NetworkContext, SocketHandler, TimeService, WaitOptions } from '@diemnet/types';
import type { Connection, ConnectionMetadata } from '@diemnet/transport';
import type { ProtocolId } from '@diemnet/wire';
import { DeadlineWheel, type DeadlineHandle } from './deadline-wheel.js';
import { disconnectReasonOf, handsUpWhileClosing, type DisconnectCause } from './disconnect-reason.js';
import { InboundRpcs } from './inbound-rpcs.js';
import type { PeerMetrics } from './metrics.js';
import { resolvePeerOptions, type PeerOptions, type ResolvedPeerOptions } from './options.js';
import { OutboundMessage, checkPriority, type PreparedDirectSend } from './outbound-message.js';
import { OutboundRpcs, connectionClosed } from './outbound-rpcs.js';
import { PeerInbox } from './peer-inbox.js';
import { PeerLog, errorText } from './peer-log.js';
import { PeerOutbox } from './peer-outbox.js';
import { PeerSender, type PeerRpcOptions, type PeerSendOptions } from './peer-sender.js';
import type { PeerStats } from './peer-stats.js';
import { ProtocolTable } from './protocol-table.js';
import { Retirement } from './retirement.js';
import { causeOfFailure } from './socket-failure.js';
import type { PeerUpcalls } from './upcalls.js';
import type { WriteSlab } from './write-slab.js';

/** What a {@link Peer} is made of. */
export interface PeerComponents {
  readonly connection: Connection;
  readonly upcalls: PeerUpcalls;
  readonly time: TimeService;
  /** Shared by all peers of a network. @default one of its own */
  readonly deadlines?: DeadlineWheel;
  /** Shared by all peers of a network. @default one of its own */
  readonly slab?: WriteSlab;
  /** From `createPeerMetrics`, shared by all peers of a network. */
  readonly metrics: PeerMetrics;
  readonly logger: Logger;
  readonly context: NetworkContext;
}

/** `created` until {@link Peer.start}, `closing` from the first reason to end on. */
export type PeerState = 'created' | 'connected' | 'closing' | 'closed';

/** How long a remote that ended its direction may take to accept the rest and the end of ours. */
const REMOTE_ENDED_GRACE_MS = 1000;

/**
 * One connection to one peer: DirectSend and RPC both ways, until it ends (behaviour 6 to 8).
 *
 *   created --start--> connected --close, remote's end--> closing --socket gone--> closed
 *                          `------- destroy, failure --------^
 *
 * Reading never waits for writing (D-03) and nothing here waits for the remote without a deadline (D-01).
 */
export class Peer {
  readonly metadata: ConnectionMetadata;
  readonly #components: PeerComponents;
  readonly #options: ResolvedPeerOptions;
  readonly #deadlines: DeadlineWheel;
  readonly #log: PeerLog;
  readonly #protocols: ProtocolTable;
  readonly #outbox: PeerOutbox;
  readonly #outboundRpcs: OutboundRpcs;
  readonly #inboundRpcs: InboundRpcs;
  readonly #sender: PeerSender;
  readonly #inbox: PeerInbox;
  readonly #closed: Promise<void>;
  #resolveClosed: () => void = () => {};
  #state: PeerState = 'created';
  #cause: DisconnectCause | undefined;
  #error: Error | undefined;
  #grace: DeadlineHandle | undefined;
  #retirement: Retirement | undefined;

  /** @throws PeerError `ERR_INVALID_OPTION` */
  constructor(components: PeerComponents, options: PeerOptions = {}) {
    const { connection, time, metrics } = components;
    const { socket } = connection;
    this.metadata = connection.metadata;
    this.#components = components;
    this.#options = resolvePeerOptions(options);
    this.#deadlines = components.deadlines ?? new DeadlineWheel(time);
    this.#log = new PeerLog(
      components.logger,
      time,
      components.context,
      this.metadata,
      this.#options.logsPerSecond,
    );
    this.#protocols = new ProtocolTable(this.metadata.applicationProtocols, this.#options);
    this.#outbox = new PeerOutbox(
      {
        socket,
        time,
        deadlines: this.#deadlines,
        metrics,
        slab: components.slab,
        onWriteFailed: (error) => this.#lost(error),
        onWriteStalled: () => this.destroy('write-stalled'),
      },
      this.#options,
    );
    const shared = { deadlines: this.#deadlines, time, metrics };
    this.#outboundRpcs = new OutboundRpcs({
      ...shared,
      discard: (state, message) => this.#outbox.discard(state.lane, message),
    });
    this.#inboundRpcs = new InboundRpcs(
      {
        ...shared,
        sendResponse: (state, id, priority, payload) =>
          this.#sender.sendResponse(state, id, priority, payload),
        onUnanswered: (state, error) =>
          this.#log.provoked('warn', 'an inbound RPC was not answered', () => ({
            protocol_id: state.protocolId,
            error: errorText(error),
          })),
      },
      this.#options,
    );
    this.#sender = new PeerSender({
      protocols: this.#protocols,
      outbox: this.#outbox,
      outboundRpcs: this.#outboundRpcs,
      metrics,
      maxPendingRpcs: this.#options.maxPendingOutboundRpcs,
      checkOpen: () => this.#checkOpen(),
    });
    this.#inbox = this.#createInbox();
    this.#closed = new Promise((resolve) => (this.#resolveClosed = resolve));
  }

  get state(): PeerState {
    return this.#state;
  }

  /** Why the connection ends or ended. */
  get cause(): DisconnectCause | undefined {
    return this.#cause;
  }

  /** Begins to read and write. Upcalls may come from now on, but not before this returns. */
  start(): void {
    if (this.#state !== 'created') return;
    this.#state = 'connected';
    this.#attach();
    if (this.#log.tracing) this.#log.trace({}, 'peer started');
  }

  /** May messages of this protocol be sent? Negotiated, or used by the remote on this connection (D-46). */
  supports(protocolId: ProtocolId): boolean {
    return this.#protocols.spoken(protocolId) !== undefined;
  }

  /**
   * Queues a DirectSend, whose payload must not change any more. True: there is room for more; false: accepted, but
   * wait for {@link ready}.
   * @throws PeerError `ERR_CONNECTION_CLOSED`, `ERR_PROTOCOL_NOT_SUPPORTED`, `ERR_MESSAGE_TOO_LARGE`,
   * `ERR_QUEUE_FULL`, `ERR_INVALID_PRIORITY`; nothing was queued then
   */
  sendDirectSend(
    protocolId: ProtocolId,
    payload: Uint8Array,
    { priority = 0 }: PeerSendOptions = {},
  ): boolean {
    return this.#sender.sendDirectSend(
      OutboundMessage.directSend(protocolId, checkPriority(priority), payload),
    );
  }

  /** Like {@link sendDirectSend}, for a message that goes to several peers: see `prepareDirectSend`. */
  sendPrepared(message: PreparedDirectSend): boolean {
    return this.#sender.sendDirectSend(message);
  }

  /**
   * Resolves when a message of this protocol would find room.
   * @throws PeerError `ERR_CONNECTION_CLOSED`, `ERR_PROTOCOL_NOT_SUPPORTED`; the signal's reason
   */
  ready(protocolId: ProtocolId, options: WaitOptions = {}): Promise<void> {
    return this.#sender.ready(protocolId, options);
  }

  /**
   * Sends a request and waits for its response, whose payload belongs to the caller.
   * @throws PeerError `ERR_RPC_TIMED_OUT`, `ERR_TOO_MANY_PENDING`, `ERR_NOT_SUPPORTED` (the remote said so),
   * `ERR_INVALID_TIMEOUT`, and the errors of {@link sendDirectSend}; `ERR_CONNECTION_CLOSED` tells in
   * `details.retrySafe` whether to ask again is safe; the signal's reason
   */
  sendRpc(protocolId: ProtocolId, payload: Uint8Array, options: PeerRpcOptions): Promise<Uint8Array> {
    return this.#sender.sendRpc(protocolId, payload, options);
  }

  /** Bytes accepted for sending that are not with the socket yet. */
  get queuedBytes(): number {
    return this.#outbox.queuedBytes;
  }

  /** When the last bytes came, on the monotonic clock: any traffic is a sign of life. */
  get lastReceivedAt(): number | undefined {
    return this.#inbox.lastReceivedAt;
  }

  /** What the remote did wrong so far (D-12), for whoever has to choose among peers. */
  get violations(): number {
    return this.#inbox.violations;
  }

  /** A snapshot. */
  stats(): PeerStats {
    return {
      bytesIn: this.#inbox.bytes,
      bytesOut: this.#outbox.sentBytes,
      lastReceivedAt: this.#inbox.lastReceivedAt,
      lastSentAt: this.#outbox.lastSentAt,
      queuedMessages: this.#outbox.queuedMessages,
      queuedBytes: this.#outbox.queuedBytes,
      held: {
        receiving: this.#inbox.heldBytes,
        pendingRequests: this.#inboundRpcs.pendingBytes,
        sending: this.#outbox.queuedBytes,
        socket: this.#components.connection.socket.queuedBytes,
      },
      refusedMessages: this.#outbox.refusedMessages,
      unhandledMessages: this.#inbox.unhandled,
      pendingOutboundRpcs: this.#outboundRpcs.pending,
      pendingInboundRpcs: this.#inboundRpcs.pending,
      protocols: this.#protocols.traffic(),
    };
  }

  /**
   * Ends the connection gracefully (D-10): refuses new work, sends what was accepted, ends our direction, reads until
   * the remote ends its own, and destroys the socket when the grace period is over. Resolves when the connection is
   * gone. Callers of RPCs hear of it at once. The first cause counts; a later call can only shorten the grace.
   */
  close(
    cause: DisconnectCause,
    { graceMs = this.#options.closeGraceMs }: { readonly graceMs?: number } = {},
  ): Promise<void> {
    if (this.#state === 'closed') return this.#closed;
    const first = this.#beginClosing(cause, undefined);
    this.#limitGrace(graceMs);
    if (first) this.#outbox.flushThen(() => this.#components.connection.socket.end());
    return this.#closed;
  }

  /**
   * Ends a connection whose place another one to the same peer has taken, without loss: takes no new work from us, but
   * goes on with what is under way in both directions. After `lingerMs`, in which the remote learns of the other
   * connection too, and once no request waits for its answer any more, it ends as by {@link close}; by the end of the
   * grace period in any case.
   */
  retire(
    cause: 'replaced' | 'tie-lost',
    {
      graceMs = this.#options.closeGraceMs,
      lingerMs,
    }: { readonly graceMs?: number; readonly lingerMs: number },
  ): Promise<void> {
    if (this.#cause !== undefined || lingerMs >= graceMs) return this.close(cause, { graceMs });
    this.#refuseNewWork(cause, undefined);
    this.#limitGrace(graceMs);
    const isBusy = () => this.#outboundRpcs.pending + this.#inboundRpcs.pending > 0;
    this.#retirement = new Retirement(this.#deadlines, lingerMs, isBusy, () => void this.close(cause));
    return this.#closed;
  }

  /** Ends the connection at once; what is queued is lost. */
  destroy(cause: DisconnectCause, error?: Error): void {
    if (this.#state === 'closed') return;
    this.#beginClosing(cause, error);
    this.#inbox.discard();
    this.#outbox.close();
    this.#components.connection.socket.destroy();
  }

  /** Resolves when the connection is gone. */
  get closed(): Promise<void> {
    return this.#closed;
  }

  #createInbox(): PeerInbox {
    const { upcalls, metrics, time, connection } = this.#components;
    return new PeerInbox(
      {
        target: {
          isRegistered: (protocolId, kind) => upcalls.isRegistered(protocolId, kind),
          handUpDirectSend: (protocolId, payload) => upcalls.onDirectSend(this, protocolId, payload),
          handUpRpcRequest: (protocolId, payload, responder) =>
            upcalls.onRpcRequest(this, protocolId, payload, responder),
          sendError: (error) => {
            if (this.#outbox.enqueueError(error)) metrics.errorsSent.inc();
          },
          onMisbehaviour: () => this.destroy('misbehaviour'),
        },
        protocols: this.#protocols,
        outboundRpcs: this.#outboundRpcs,
        inboundRpcs: this.#inboundRpcs,
        metrics,
        log: this.#log,
        time,
        onReadFailed: (error) => this.#lost(error),
        ownChunks: connection.socket.ownChunks === true,
      },
      this.#options,
    );
  }

  #attach(): void {
    const { socket } = this.#components.connection;
    const handler: SocketHandler = {
      onData: (chunk) => this.#inbox.receive(chunk, socket.stableChunks),
      onEnd: () => this.#onEnd(),
      onDrain: () => this.#outbox.onDrain(),
      onClose: (error) => this.#onClose(error),
    };
    socket.setHandler(handler);
    this.#outbox.start();
  }

  #onEnd(): void {
    if (this.#inbox.end()) {
      this.destroy('truncated');
      return;
    }
    // A retiring connection has its deadline, which the remote keeps to as well.
    const retires = this.#retirement !== undefined;
    if (!this.#beginClosing('remote-closed', undefined)) return;
    if (!retires) this.#limitGrace(REMOTE_ENDED_GRACE_MS);
    // A remote that only half-closed gets what was accepted for it, as far as it reads in time (D-06).
    this.#outbox.flushThen(() => this.#components.connection.socket.end());
  }

  /** Reading or writing failed. */
  #lost(error: unknown): void {
    const cause = causeOfFailure(error);
    if (this.#cause === undefined) this.#log.warn({ error: errorText(error) }, 'the connection failed');
    this.destroy(cause, error instanceof Error ? error : undefined);
  }

  /** The socket is gone: the last thing that happens here. */
  #onClose(error: Error | undefined): void {
    if (this.#state === 'closed') return;
    if (this.#cause === undefined && error !== undefined) {
      this.#log.warn({ error: errorText(error) }, 'the connection failed');
    }
    const truncated = this.#inbox.end();
    const lost = error !== undefined ? causeOfFailure(error) : truncated ? 'truncated' : 'remote-closed';
    this.#beginClosing(lost, error);
    this.#state = 'closed';
    this.#outbox.close();
    if (this.#grace !== undefined) this.#deadlines.remove(this.#grace);
    const cause = this.#cause as DisconnectCause;
    this.#log.info({ disconnection_reason: disconnectReasonOf(cause), cause }, 'connection closed');
    try {
      this.#components.upcalls.onDisconnected(this, cause, this.#error);
    } catch (thrown) {
      this.#log.warn({ error: errorText(thrown) }, 'could not tell about the end of the connection');
    }
    if (this.#log.tracing) this.#log.trace({}, 'peer terminated');
    this.#resolveClosed();
  }

  /** Ends all work. True the first time. */
  #beginClosing(cause: DisconnectCause, error: Error | undefined): boolean {
    if (this.#cause === undefined) this.#refuseNewWork(cause, error);
    else if (this.#retirement === undefined) return false;
    else this.#retirement.cancel();
    this.#retirement = undefined;
    this.#inbox.drain();
    this.#outboundRpcs.failAll(this.#cause as DisconnectCause, error);
    this.#inboundRpcs.closeAll();
    return true;
  }

  #refuseNewWork(cause: DisconnectCause, error: Error | undefined): void {
    this.#cause = cause;
    this.#error = error;
    const neverStarted = this.#state === 'created';
    this.#state = 'closing';
    if (neverStarted) this.#attach();
    if (!handsUpWhileClosing(cause)) this.#inbox.discard();
    this.#log.info({ disconnection_reason: disconnectReasonOf(cause), cause }, 'closing the connection');
    this.#outbox.refuseWaiting(() => connectionClosed(cause, error));
  }

  /** Destroys the socket after `graceMs`, unless an earlier deadline stands. */
  #limitGrace(graceMs: number): void {
    const handle = this.#deadlines.add(graceMs, { onDeadline: () => this.destroy('requested') });
    const later = this.#grace !== undefined && this.#grace.atMs <= handle.atMs ? handle : this.#grace;
    if (later !== undefined) this.#deadlines.remove(later);
    if (later !== handle) this.#grace = handle;
  }

  #checkOpen(): void {
    if (this.#cause !== undefined) throw connectionClosed(this.#cause, this.#error);
  }
}
