import type { TimeService } from '@diemnet/types';
import type { DeadlineHandle, DeadlineTarget, DeadlineWheel } from './deadline-wheel.js';
import { PeerError } from './errors.js';
import type { PeerMetrics } from './metrics.js';
import type { ProtocolState } from './protocol-table.js';
import type { RpcResponder } from './rpc-responder.js';

/** What inbound requests need from their connection. */
export interface InboundRpcsComponents {
  readonly deadlines: DeadlineWheel;
  readonly time: TimeService;
  readonly metrics: PeerMetrics;
  /** Queues a response. False if there is no room. @throws PeerError `ERR_MESSAGE_TOO_LARGE` */
  sendResponse(state: ProtocolState, requestId: number, priority: number, payload: Uint8Array): boolean;
  /** An inbound request was not answered. */
  onUnanswered(state: ProtocolState, error: unknown): void;
}

/** Limits of inbound requests. */
export interface InboundRpcLimits {
  readonly maxPendingInboundRpcs: number;
  readonly maxPendingInboundRpcBytes: number;
  readonly inboundRpcTimeoutMs: number;
}

/** Answers one request, once (behaviour 7.1). */
class PendingAnswer implements RpcResponder, DeadlineTarget {
  readonly #owner: InboundRpcs;
  readonly state: ProtocolState;
  readonly requestId: number;
  readonly priority: number;
  readonly requestBytes: number;
  readonly startedAt: number;
  deadline: DeadlineHandle | undefined;
  #open = true;
  #answered = false;
  #controller: AbortController | undefined;

  constructor(
    owner: InboundRpcs,
    state: ProtocolState,
    requestId: number,
    priority: number,
    requestBytes: number,
    startedAt: number,
  ) {
    this.#owner = owner;
    this.state = state;
    this.requestId = requestId;
    this.priority = priority;
    this.requestBytes = requestBytes;
    this.startedAt = startedAt;
  }

  respond(payload: Uint8Array): boolean {
    this.#checkUnanswered();
    if (!this.#open) {
      this.#answered = true;
      return false;
    }
    // Throws if the payload is too large, and the request stays open for another answer.
    const sent = this.#owner.respond(this, payload);
    this.#answered = true;
    this.#open = false;
    return sent;
  }

  fail(error: unknown): void {
    this.#checkUnanswered();
    this.#answered = true;
    if (!this.#open) return;
    this.#open = false;
    this.#owner.giveUp(this, error);
  }

  get closed(): boolean {
    return !this.#open;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (!this.#open && !this.#answered) this.#controller.abort();
    }
    return this.#controller.signal;
  }

  /** Nobody waits for the answer any more. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#controller?.abort();
  }

  onDeadline(): void {
    this.deadline = undefined;
    this.#owner.expire(this);
  }

  #checkUnanswered(): void {
    if (this.#answered) throw new PeerError('ERR_ALREADY_ANSWERED', 'this request was answered before');
  }
}

/** Requests of the remote that wait for our application. */
export class InboundRpcs {
  readonly #components: InboundRpcsComponents;
  readonly #limits: InboundRpcLimits;
  readonly #pending = new Set<PendingAnswer>();
  #pendingBytes = 0;

  constructor(components: InboundRpcsComponents, limits: InboundRpcLimits) {
    this.#components = components;
    this.#limits = limits;
  }

  get pending(): number {
    return this.#pending.size;
  }

  /** Payload bytes of the requests that wait. */
  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  /** A responder for a new request, whose time runs from now; undefined if there are too many. */
  accept(
    state: ProtocolState,
    requestId: number,
    priority: number,
    requestBytes: number,
  ): RpcResponder | undefined {
    const { metrics, time, deadlines } = this.#components;
    const { maxPendingInboundRpcs, maxPendingInboundRpcBytes, inboundRpcTimeoutMs } = this.#limits;
    const fits = this.#pending.size === 0 || this.#pendingBytes + requestBytes <= maxPendingInboundRpcBytes;
    if (this.#pending.size >= maxPendingInboundRpcs || !fits) {
      metrics.responseDeclined.inc();
      return undefined;
    }
    metrics.requestReceived.inc();
    metrics.requestReceivedBytes.inc(requestBytes);
    const answer = new PendingAnswer(this, state, requestId, priority, requestBytes, time.now());
    answer.deadline = deadlines.add(inboundRpcTimeoutMs, answer);
    this.#pending.add(answer);
    this.#pendingBytes += requestBytes;
    return answer;
  }

  /** The connection ends: handlers learn that their answers are not wanted any more. */
  closeAll(): void {
    for (const answer of [...this.#pending]) {
      this.#forget(answer);
      this.#components.metrics.responseFailed.inc();
      answer.close();
    }
  }

  respond(answer: PendingAnswer, payload: Uint8Array): boolean {
    const { metrics, time } = this.#components;
    const sent = this.#components.sendResponse(answer.state, answer.requestId, answer.priority, payload);
    this.#forget(answer);
    if (!sent) {
      metrics.responseFailed.inc();
      metrics.dropped(answer.state.protocolId, 'queue-full').inc();
      return false;
    }
    answer.state.countOut(payload.length);
    metrics.responseSent.inc();
    metrics.responseSentBytes.inc(payload.length);
    const seconds = (time.now() - answer.startedAt) / 1000;
    metrics.inboundRpcHandlerLatency(answer.state.protocolId).observe(seconds);
    return true;
  }

  giveUp(answer: PendingAnswer, error: unknown): void {
    this.#forget(answer);
    this.#components.metrics.responseFailed.inc();
    this.#components.onUnanswered(answer.state, error);
  }

  expire(answer: PendingAnswer): void {
    answer.close();
    this.giveUp(answer, 'the handler has not answered in time');
  }

  #forget(answer: PendingAnswer): void {
    if (!this.#pending.delete(answer)) return;
    this.#pendingBytes -= answer.requestBytes;
    if (answer.deadline !== undefined) this.#components.deadlines.remove(answer.deadline);
  }
}
