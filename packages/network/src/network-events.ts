import { KeyedChannel, channelCounters } from '@diemnet/channel';
import type { RpcResponder } from '@diemnet/peer';
import type { ConnectionEvent, PeerManagerHandle, ProtocolHandler } from '@diemnet/peer-manager';
import type { ConnectionMetadata } from '@diemnet/transport';
import {
  abortReason,
  networkContextFields,
  throwIfAborted,
  type Counter,
  type Logger,
  type MetricFamily,
  type Metrics,
  type NetworkContext,
  type TimeService,
  type WaitOptions,
  type PeerId,
} from '@diemnet/types';
import type { ProtocolId } from '@diemnet/wire';
import type { Application, Protocol } from './application.js';
import { NetworkError } from './errors.js';
import { HandlerDispatch } from './handler-dispatch.js';
import { decodeMessage } from './message-coding.js';
import { EventMetrics, type EventDropReason } from './metrics.js';
import type { NetworkEvent, NetworkHandler } from './network-event.js';
import { PeerLanes, type QueueKey } from './peer-lanes.js';
import { queuedPayload } from './queued-payload.js';
import { ProtocolRpcReply } from './rpc-reply.js';
import { SecurityLog } from './security-log.js';

/** What an application hears, to be consumed in one of three ways: a handler, {@link next}, or `for await`. */
export interface NetworkEvents<T> extends AsyncIterable<NetworkEvent<T>> {
  /**
   * The next event, waiting for it if need be; undefined once everything is read after a close. Aborting loses
   * no event.
   * @throws NetworkError `ERR_EVENTS_IN_USE` while another `next` waits, or a handler is set
   */
  next(options?: WaitOptions): Promise<NetworkEvent<T> | undefined>;
  /** The next event if there is one now. @throws NetworkError `ERR_EVENTS_IN_USE` as {@link next} */
  poll(): NetworkEvent<T> | undefined;
  /**
   * From now on events go straight to `handler`, beginning with those that wait. Replaces an earlier handler.
   * @throws NetworkError `ERR_EVENTS_IN_USE` while a `next` waits
   */
  setHandler(handler: NetworkHandler<T>): void;
  /** Messages that wait. */
  readonly queued: number;
  /** No more events come; those that wait can still be read. RPCs that come later fail. May be called twice. */
  close(): void;
  readonly closed: boolean;
}

/** A message in its queue, not decoded yet: what is dropped is never decoded, and its size is known. */
interface QueuedMessage {
  readonly from: ConnectionMetadata;
  readonly payload: Uint8Array;
  readonly responder: RpcResponder | undefined;
}

interface Waiter<T> {
  resolve(event: NetworkEvent<T> | undefined): void;
}

const UNDECODABLE = Symbol('undecodable');

/** What the events of an application need. */
export interface EventStreamComponents {
  readonly context: NetworkContext;
  readonly time: TimeService;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/**
 * {@link NetworkEvents} from the inside: PeerManager's calls come in, events go out.
 *
 * ```
 *   onConnection ---> PeerLanes --------------------\
 *                                                    take: connection events that may be read, else a message
 *   onDirectSend, onRpcRequest ---> KeyedChannel ---/      (peers and protocols take turns)
 * ```
 */
export class EventStream<T> implements NetworkEvents<T>, ProtocolHandler {
  readonly #application: Application<T>;
  readonly #metrics: EventMetrics;
  readonly #logger: Logger;
  readonly #securityLog: SecurityLog;
  readonly #lanes = new PeerLanes<T>();
  readonly #channel: KeyedChannel<QueueKey<T>, QueuedMessage>;
  /** For direct dispatch, which has no queue but counts as if it had one. */
  readonly #passed: { readonly enqueued: Counter; readonly dequeued: Counter } | undefined;
  #handler: HandlerDispatch<T> | undefined;
  #draining = false;
  #waiter: Waiter<T> | undefined;
  #closed = false;
  #unsubscribe: (() => void) | undefined;

  constructor(application: Application<T>, { context, time, logger, metrics }: EventStreamComponents) {
    this.#application = application;
    this.#metrics = new EventMetrics(metrics, context);
    this.#logger = logger.child({ network_context: networkContextFields(context) });
    this.#securityLog = new SecurityLog(this.#logger, time);
    const { queueStyle, queueSize, queueBytes, queueMetric } = application;
    const counters: MetricFamily<Counter> | undefined =
      queueMetric === undefined
        ? undefined
        : channelCounters(metrics, queueMetric, `Events on their way to ${application.name}`);
    this.#passed = counters && {
      enqueued: counters.labels({ state: 'enqueued' }),
      dequeued: counters.labels({ state: 'dequeued' }),
    };
    this.#channel = new KeyedChannel<QueueKey<T>, QueuedMessage>({
      style: queueStyle,
      capacity: queueSize,
      maxBytesPerKey: queueBytes,
      sizeOf: ({ payload }) => payload.byteLength,
      counters,
      onDropped: (key, message) => this.#onDropped(key, message),
    });
  }

  /** Begins to hear of connections. */
  listenTo(peerManager: Pick<PeerManagerHandle, 'subscribe'>): void {
    this.#unsubscribe = peerManager.subscribe((event) => this.onConnection(event));
  }

  onConnection(event: ConnectionEvent): void {
    if (this.#closed) return;
    if (this.#handler !== undefined && !this.#draining) return this.#handler.connection(event);
    this.#lanes.push(event);
    this.#wake();
  }

  onDirectSend(from: ConnectionMetadata, protocolId: ProtocolId, payload: Uint8Array): void {
    this.#onInbound(from, protocolId, payload, undefined);
  }

  onRpcRequest(
    from: ConnectionMetadata,
    protocolId: ProtocolId,
    payload: Uint8Array,
    responder: RpcResponder,
  ): void {
    this.#onInbound(from, protocolId, payload, responder);
  }

  get queued(): number {
    return this.#channel.length;
  }

  heldBytes(peerId: PeerId): number {
    return this.#lanes.heldBytes(peerId);
  }

  get closed(): boolean {
    return this.#closed;
  }

  async next({ signal }: WaitOptions = {}): Promise<NetworkEvent<T> | undefined> {
    throwIfAborted(signal);
    const event = this.poll();
    if (event !== undefined || this.#closed) return event;
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        this.#waiter = undefined;
        reject(abortReason(signal as AbortSignal));
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#waiter = {
        resolve: (next) => {
          this.#waiter = undefined;
          signal?.removeEventListener('abort', onAbort);
          resolve(next);
        },
      };
    });
  }

  poll(): NetworkEvent<T> | undefined {
    this.#checkUnused();
    if (this.#handler !== undefined) {
      throw new NetworkError('ERR_EVENTS_IN_USE', `a handler hears the events of ${this.#application.name}`);
    }
    return this.#take();
  }

  /** Every event until the end. Leaving the loop leaves the stream as it is. */
  async *[Symbol.asyncIterator](): AsyncGenerator<NetworkEvent<T>, void, undefined> {
    for (let event = await this.next(); event !== undefined; event = await this.next()) yield event;
  }

  setHandler(handler: NetworkHandler<T>): void {
    this.#checkUnused();
    const dispatch = new HandlerDispatch(handler, this.#application.name, this.#logger, this.#metrics);
    this.#handler = dispatch;
    // What the handler causes while it catches up joins the queue: nothing overtakes what waits already.
    this.#draining = true;
    for (let event = this.#take(); event !== undefined; event = this.#take()) {
      if (event.type === 'message') dispatch.message(event.message, event.connection, event.protocolId);
      else if (event.type === 'rpc') {
        dispatch.rpc(event.message, event.responder, event.connection, event.protocolId);
      } else dispatch.connection(event);
    }
    this.#draining = false;
    if (this.#closed) dispatch.end();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#unsubscribe?.();
    this.#waiter?.resolve(undefined);
    if (!this.#draining) this.#handler?.end();
  }

  #onInbound(
    from: ConnectionMetadata,
    protocolId: ProtocolId,
    payload: Uint8Array,
    responder: RpcResponder | undefined,
  ): void {
    const protocol = this.#application.protocols.get(protocolId);
    if (protocol === undefined || this.#closed)
      return this.#drop(protocolId, responder, 'application-closed');
    if (this.#handler === undefined || this.#draining) {
      const kept = queuedPayload(payload);
      const key = this.#lanes.enter(from.remotePeerId, protocol, kept.byteLength);
      this.#channel.push(key, { from, payload: kept, responder });
      return this.#wake();
    }
    this.#passed?.enqueued.inc();
    this.#passed?.dequeued.inc();
    const message = this.#decode(protocol, from, payload, responder);
    if (message === UNDECODABLE) return;
    if (responder === undefined) this.#handler.message(message, from, protocolId);
    else this.#handler.rpc(message, new ProtocolRpcReply(responder, protocol), from, protocolId);
  }

  /** The next event, connection events first: they alone have their order kept by the lanes. */
  #take(): NetworkEvent<T> | undefined {
    const event = this.#lanes.take();
    if (event !== undefined) return event;
    for (let entry = this.#channel.pop(); entry !== undefined; entry = this.#channel.pop()) {
      const { key, message } = entry;
      const { from: connection, payload, responder } = message;
      this.#lanes.leave(key, payload.byteLength);
      const decoded = this.#decode(key.protocol, connection, payload, responder);
      if (decoded !== UNDECODABLE) return toEvent(key.protocol, connection, decoded, responder);
      // The last message of a peer may have been unreadable: then the news of its end may be read now.
      if (this.#lanes.readable) return this.#lanes.take();
    }
    return undefined;
  }

  #decode(
    protocol: Protocol<T>,
    from: ConnectionMetadata,
    payload: Uint8Array,
    responder: RpcResponder | undefined,
  ): T | typeof UNDECODABLE {
    try {
      return decodeMessage(protocol, payload);
    } catch (error) {
      const kind = responder === undefined ? 'direct-send' : 'rpc';
      this.#metrics.undecodable(kind);
      this.#securityLog.undecodable(from, protocol.id, kind, payload, error);
      failUnlessClosed(responder, error);
      return UNDECODABLE;
    }
  }

  #onDropped(key: QueueKey<T>, { payload, responder }: QueuedMessage): void {
    this.#lanes.leave(key, payload.byteLength);
    this.#drop(key.protocol.id, responder, 'application-queue-full');
  }

  #drop(protocolId: ProtocolId, responder: RpcResponder | undefined, reason: EventDropReason): void {
    this.#metrics.dropped(protocolId, reason);
    if (responder === undefined) return;
    const { name } = this.#application;
    failUnlessClosed(
      responder,
      reason === 'application-closed'
        ? new NetworkError('ERR_EVENTS_CLOSED', `${name} takes no more events`)
        : new NetworkError('ERR_EVENT_DROPPED', `the queue of ${name} is full`, { details: { protocolId } }),
    );
  }

  #wake(): void {
    if (this.#waiter === undefined) return;
    const event = this.#take();
    if (event !== undefined) this.#waiter.resolve(event);
  }

  #checkUnused(): void {
    if (this.#waiter === undefined) return;
    throw new NetworkError(
      'ERR_EVENTS_IN_USE',
      `another reader waits for events of ${this.#application.name}`,
    );
  }
}

function toEvent<T>(
  protocol: Protocol<T>,
  connection: ConnectionMetadata,
  message: T,
  responder: RpcResponder | undefined,
): NetworkEvent<T> {
  const { remotePeerId: peer } = connection;
  const protocolId = protocol.id;
  return responder === undefined
    ? { type: 'message', peer, message, protocolId, connection }
    : {
        type: 'rpc',
        peer,
        message,
        protocolId,
        connection,
        responder: new ProtocolRpcReply(responder, protocol),
      };
}

function failUnlessClosed(responder: RpcResponder | undefined, error: unknown): void {
  if (responder !== undefined && !responder.closed) responder.fail(error);
}
