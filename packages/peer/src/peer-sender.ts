import { abortReason, type WaitOptions } from '@diemnet/types';
import { directSendBytes, isProtocolId, rpcRequestBytes, type ProtocolId } from '@diemnet/wire';
import { PeerError } from './errors.js';
import type { PeerMetrics } from './metrics.js';
import { OutboundMessage, checkPriority, type PreparedDirectSend } from './outbound-message.js';
import type { OutboundRpcs } from './outbound-rpcs.js';
import type { PeerOutbox } from './peer-outbox.js';
import type { ProtocolState, ProtocolTable } from './protocol-table.js';

/** Options of a DirectSend. */
export interface PeerSendOptions {
  /** The wire's priority byte. @default 0 */
  readonly priority?: number;
}

/** Options of a request. */
export interface PeerRpcOptions extends WaitOptions, PeerSendOptions {
  /** From this call on; Infinity waits as long as the connection lives. */
  readonly timeoutMs: number;
}

/** Parts of a connection that sending touches. */
export interface PeerSenderComponents {
  readonly protocols: ProtocolTable;
  readonly outbox: PeerOutbox;
  readonly outboundRpcs: OutboundRpcs;
  readonly metrics: PeerMetrics;
  readonly maxPendingRpcs: number;
  /** @throws PeerError `ERR_CONNECTION_CLOSED` once the connection ends */
  checkOpen(): void;
}

/** What applications ask to be sent: every check comes before anything is queued. */
export class PeerSender {
  readonly #components: PeerSenderComponents;

  constructor(components: PeerSenderComponents) {
    this.#components = components;
  }

  sendDirectSend(message: PreparedDirectSend): boolean {
    const { metrics, outbox } = this.#components;
    const payloadBytes = message.payload.length;
    const state = this.#check(message.protocolId, directSendBytes(message.protocolId, payloadBytes));
    this.#enqueue(state, message as OutboundMessage);
    state.countOut(payloadBytes);
    metrics.directSendSent.inc();
    metrics.directSendSentBytes.inc(payloadBytes);
    return outbox.hasRoom(state.lane);
  }

  async ready(protocolId: ProtocolId, options: WaitOptions): Promise<void> {
    this.#components.checkOpen();
    await this.#components.outbox.waitForRoom(this.#stateOf(protocolId).lane, options);
  }

  sendRpc(protocolId: ProtocolId, payload: Uint8Array, options: PeerRpcOptions): Promise<Uint8Array> {
    const { metrics, outboundRpcs } = this.#components;
    const { timeoutMs, priority = 0, signal } = options;
    try {
      if (signal?.aborted) {
        metrics.requestCanceled.inc();
        throw abortReason(signal);
      }
      checkTimeout(timeoutMs);
      checkPriority(priority);
      const state = this.#check(protocolId, rpcRequestBytes(protocolId, payload.length));
      this.#checkPending();
      const message = OutboundMessage.rpcRequest(protocolId, outboundRpcs.takeId(), priority, payload);
      this.#enqueueRequest(state, message);
      return outboundRpcs.wait(state, message, { timeoutMs, signal });
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Queues the answer to a request. False if there is no room. @throws PeerError `ERR_MESSAGE_TOO_LARGE` */
  sendResponse(state: ProtocolState, requestId: number, priority: number, payload: Uint8Array): boolean {
    const { outbox } = this.#components;
    const message = OutboundMessage.rpcResponse(state.protocolId, requestId, priority, payload);
    outbox.checkLength(message.messageBytes);
    return outbox.enqueue(state.responses, message);
  }

  #enqueueRequest(state: ProtocolState, message: OutboundMessage): void {
    const { metrics } = this.#components;
    try {
      this.#enqueue(state, message);
    } catch (error) {
      metrics.requestFailed.inc();
      throw error;
    }
    state.countOut(message.payload.length);
    metrics.requestSent.inc();
    metrics.requestSentBytes.inc(message.payload.length);
  }

  #checkPending(): void {
    const { outboundRpcs, metrics, maxPendingRpcs: limit } = this.#components;
    if (outboundRpcs.pending < limit) return;
    metrics.requestDeclined.inc();
    throw new PeerError('ERR_TOO_MANY_PENDING', `${limit} requests wait for the remote already`, {
      details: { limit },
    });
  }

  #check(protocolId: ProtocolId, messageBytes: number): ProtocolState {
    this.#components.checkOpen();
    const state = this.#stateOf(protocolId);
    try {
      this.#components.outbox.checkLength(messageBytes);
    } catch (error) {
      this.#components.metrics.sendFailures(protocolId).inc();
      throw error;
    }
    return state;
  }

  /** Never sends what the remote has not shown to speak (D-46). */
  #stateOf(protocolId: ProtocolId): ProtocolState {
    const state = this.#components.protocols.spoken(protocolId);
    if (state !== undefined) return state;
    if (isProtocolId(protocolId)) this.#components.metrics.sendFailures(protocolId).inc();
    throw new PeerError('ERR_PROTOCOL_NOT_SUPPORTED', `the remote does not support protocol ${protocolId}`, {
      details: { protocolId },
    });
  }

  #enqueue(state: ProtocolState, message: OutboundMessage): void {
    if (this.#components.outbox.enqueue(state.lane, message)) return;
    this.#components.metrics.sendFailures(state.protocolId).inc();
    throw new PeerError('ERR_QUEUE_FULL', 'too much waits to be sent to this peer', {
      details: { protocolId: state.protocolId },
    });
  }
}

function checkTimeout(timeoutMs: number): void {
  if (timeoutMs >= 0) return;
  throw new PeerError('ERR_INVALID_TIMEOUT', `a timeout is a number of milliseconds, got ${timeoutMs}`);
}
