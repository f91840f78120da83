import { abortReason, type TimeService } from '@diemnet/types';
import type { ProtocolId } from '@diemnet/wire';
import type { DeadlineHandle, DeadlineTarget, DeadlineWheel } from './deadline-wheel.js';
import type { DisconnectCause } from './disconnect-reason.js';
import { PeerError } from './errors.js';
import type { PeerMetrics } from './metrics.js';
import type { OutboundMessage } from './outbound-message.js';
import type { ProtocolState } from './protocol-table.js';

/** What outbound requests need from their connection. */
export interface OutboundRpcsComponents {
  readonly deadlines: DeadlineWheel;
  readonly time: TimeService;
  readonly metrics: PeerMetrics;
  /** The request will not be needed any more, if it has not been written yet. */
  discard(state: ProtocolState, message: OutboundMessage): void;
}

/** How a request is waited for. */
export interface WaitForResponse {
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

const IDS = 2 ** 32;

/** One request that waits for its response. */
class PendingRpc implements DeadlineTarget {
  readonly startedAt: number;
  readonly requestId: number;
  readonly state: ProtocolState;
  readonly message: OutboundMessage;
  readonly resolve: (payload: Uint8Array) => void;
  readonly reject: (error: Error) => void;
  readonly #owner: OutboundRpcs;
  deadline: DeadlineHandle | undefined;
  signal: AbortSignal | undefined;

  constructor(
    owner: OutboundRpcs,
    state: ProtocolState,
    message: OutboundMessage,
    startedAt: number,
    resolve: (payload: Uint8Array) => void,
    reject: (error: Error) => void,
  ) {
    this.#owner = owner;
    this.state = state;
    this.message = message;
    this.requestId = message.requestId;
    this.startedAt = startedAt;
    this.resolve = resolve;
    this.reject = reject;
  }

  onDeadline(): void {
    this.deadline = undefined;
    this.#owner.expire(this);
  }

  /** Called by the signal, as an event listener. */
  handleEvent(): void {
    this.#owner.cancel(this);
  }
}

/** Requests that we made on one connection and that are not answered yet (behaviour 7.2). */
export class OutboundRpcs {
  readonly #components: OutboundRpcsComponents;
  readonly #pending = new Map<number, PendingRpc>();
  #nextId: number;
  /** Requests given up whose responses may still come and are then nobody's fault. */
  #abandoned = 0;

  constructor(components: OutboundRpcsComponents, { firstRequestId = 0 }: { firstRequestId?: number } = {}) {
    this.#components = components;
    this.#nextId = firstRequestId;
  }

  get pending(): number {
    return this.#pending.size;
  }

  /** The next id that no pending request has (D-45). */
  takeId(): number {
    while (this.#pending.has(this.#nextId)) this.#nextId = (this.#nextId + 1) % IDS;
    const id = this.#nextId;
    this.#nextId = (id + 1) % IDS;
    return id;
  }

  /** Waits for the response to a request that has been queued. */
  wait(
    state: ProtocolState,
    message: OutboundMessage,
    { timeoutMs, signal }: WaitForResponse,
  ): Promise<Uint8Array> {
    const { deadlines, time } = this.#components;
    return new Promise((resolve, reject) => {
      const rpc = new PendingRpc(this, state, message, time.now(), resolve, reject);
      this.#pending.set(rpc.requestId, rpc);
      if (timeoutMs < Number.POSITIVE_INFINITY) rpc.deadline = deadlines.add(timeoutMs, rpc);
      if (signal !== undefined) {
        rpc.signal = signal;
        signal.addEventListener('abort', rpc, { once: true });
      }
    });
  }

  /** A response came. False if no pending request has its id. */
  onResponse(requestId: number, payload: Uint8Array): boolean {
    const rpc = this.#pending.get(requestId);
    if (rpc === undefined) return false;
    this.#forget(rpc);
    const { metrics, time } = this.#components;
    rpc.state.countIn(payload.length);
    metrics.responseReceived.inc();
    metrics.responseReceivedBytes.inc(payload.length);
    metrics.outboundRpcLatency(rpc.state.protocolId).observe((time.now() - rpc.startedAt) / 1000);
    rpc.resolve(ownedPayload(payload));
    return true;
  }

  /** True if a response without a pending request may be the late answer to one that was given up. */
  takeAbandoned(): boolean {
    if (this.#abandoned === 0) return false;
    this.#abandoned--;
    return true;
  }

  /** The remote does not know this protocol: fails the oldest request of it. False if there is none (D-09). */
  failOldest(matches: (protocolId: ProtocolId) => boolean): boolean {
    for (const rpc of this.#pending.values()) {
      if (!matches(rpc.state.protocolId)) continue;
      this.#forget(rpc);
      this.#components.metrics.requestFailed.inc();
      rpc.reject(
        new PeerError('ERR_NOT_SUPPORTED', 'the remote does not support the protocol of this request', {
          details: { protocolId: rpc.state.protocolId },
        }),
      );
      return true;
    }
    return false;
  }

  /** The connection ends: every caller hears of it at once. */
  failAll(cause: DisconnectCause, error: Error | undefined): void {
    for (const rpc of [...this.#pending.values()]) {
      // Nothing of it has left, or the peer is connected by another connection now: asking again is safe.
      const retrySafe = cause === 'replaced' || !rpc.message.taken;
      this.#forget(rpc);
      this.#components.metrics.requestFailed.inc();
      rpc.reject(connectionClosed(cause, error, retrySafe));
    }
  }

  expire(rpc: PendingRpc): void {
    this.#giveUp(rpc);
    this.#components.metrics.requestFailed.inc();
    rpc.reject(
      new PeerError('ERR_RPC_TIMED_OUT', 'the remote has not answered in time', {
        details: { protocolId: rpc.state.protocolId },
      }),
    );
  }

  cancel(rpc: PendingRpc): void {
    const reason = abortReason(rpc.signal as AbortSignal);
    this.#giveUp(rpc);
    this.#components.metrics.requestCanceled.inc();
    rpc.reject(reason);
  }

  #giveUp(rpc: PendingRpc): void {
    this.#forget(rpc);
    if (rpc.message.taken) this.#abandoned++;
    else this.#components.discard(rpc.state, rpc.message);
  }

  #forget(rpc: PendingRpc): void {
    this.#pending.delete(rpc.requestId);
    if (rpc.deadline !== undefined) this.#components.deadlines.remove(rpc.deadline);
    rpc.signal?.removeEventListener('abort', rpc);
  }
}

/** The error of everything that a connection cannot do any more. */
export function connectionClosed(
  cause: DisconnectCause | undefined,
  error?: Error,
  retrySafe = cause === 'replaced',
): PeerError {
  return new PeerError('ERR_CONNECTION_CLOSED', `the connection has ended (${cause ?? 'closing'})`, {
    cause: error,
    details: { cause, retrySafe },
  });
}

/** Frame header, fields and length of the largest message around a payload that has its buffer to itself. */
const OWN_BUFFER_SLACK = 64;

/** A payload whose memory nobody else sees: the caller of an RPC may change it. */
function ownedPayload(payload: Uint8Array): Uint8Array {
  return payload.buffer.byteLength - payload.length <= OWN_BUFFER_SLACK ? payload : payload.slice();
}
