import { bytesToHex, type TimeService } from '@diemnet/types';
import type { ErrorCode, MessageSink, ProtocolId, UndecodableFrame } from '@diemnet/wire';
import type { InboundRpcs } from './inbound-rpcs.js';
import type { DropReason, PeerMetrics } from './metrics.js';
import type { ResolvedPeerOptions } from './options.js';
import type { OutboundRpcs } from './outbound-rpcs.js';
import { errorText, type PeerLog } from './peer-log.js';
import type { ProtocolState, ProtocolTable } from './protocol-table.js';
import { RateWindow } from './rate-window.js';
import type { RpcResponder } from './rpc-responder.js';
import type { ProtocolKind } from './upcalls.js';

/** What becomes of inbound messages: the owner's handlers, and the way back for Error messages. */
export interface InboundTarget {
  isRegistered(protocolId: ProtocolId, kind: ProtocolKind): boolean;
  handUpDirectSend(protocolId: ProtocolId, payload: Uint8Array): void;
  handUpRpcRequest(protocolId: ProtocolId, payload: Uint8Array, responder: RpcResponder): void;
  sendError(error: ErrorCode): void;
  onMisbehaviour(): void;
}

/** Parts of a connection that inbound messages touch. */
export interface InboundDispatcherComponents {
  readonly target: InboundTarget;
  readonly protocols: ProtocolTable;
  readonly outboundRpcs: OutboundRpcs;
  readonly inboundRpcs: InboundRpcs;
  readonly metrics: PeerMetrics;
  readonly log: PeerLog;
  readonly time: TimeService;
}

/**
 * Takes the messages of one connection and decides where each goes (behaviour 6.1). Never waits, and gives a
 * remote that misbehaves a bounded number of answers, log lines and chances (D-12).
 */
export class InboundDispatcher implements MessageSink {
  readonly #components: InboundDispatcherComponents;
  readonly #failUnsupportedRpcs: boolean;
  readonly #replies: RateWindow;
  readonly #violations: RateWindow;
  #violationCount = 0;
  #unhandled = 0;
  /** The connection is closing: requests cannot be answered any more. */
  #draining = false;

  constructor(components: InboundDispatcherComponents, options: ResolvedPeerOptions) {
    this.#components = components;
    this.#failUnsupportedRpcs = options.failUnsupportedRpcs;
    this.#replies = new RateWindow(options.errorRepliesPerSecond, 1000);
    this.#violations = new RateWindow(options.maxViolations, options.violationWindowMs);
  }

  /** Received messages that no handler took. */
  get unhandled(): number {
    return this.#unhandled;
  }

  /** From now on only DirectSends are handed up. */
  drain(): void {
    this.#draining = true;
  }

  onDirectSend(protocolId: ProtocolId, priority: number, payload: Uint8Array): void {
    const { protocols, metrics, target, log } = this.#components;
    const state = protocols.get(protocolId);
    state.spoken = true;
    state.countIn(payload.length);
    metrics.directSendReceived.inc();
    metrics.directSendReceivedBytes.inc(payload.length);
    if (log.tracing) log.trace({ protocol_id: protocolId, priority }, 'received a DirectSend');
    if (!target.isRegistered(protocolId, 'direct-send')) {
      this.#refuse('DirectSendMsg', state);
      return;
    }
    try {
      target.handUpDirectSend(protocolId, payload);
    } catch (error) {
      this.#drop(protocolId, 'handler-failed');
      log.provoked('warn', 'could not hand up a DirectSend', () => ({ error: errorText(error) }));
    }
  }

  onRpcRequest(protocolId: ProtocolId, requestId: number, priority: number, payload: Uint8Array): void {
    const { protocols, metrics, target, log, inboundRpcs } = this.#components;
    if (this.#draining) {
      this.#drop(protocolId, 'connection-closed');
      return;
    }
    const state = protocols.get(protocolId);
    state.spoken = true;
    state.countIn(payload.length);
    if (log.tracing) log.trace({ protocol_id: protocolId, request_id: requestId }, 'received a request');
    if (!target.isRegistered(protocolId, 'rpc')) {
      metrics.responseFailed.inc();
      this.#refuse('RpcRequest', state);
      return;
    }
    const responder = inboundRpcs.accept(state, requestId, priority, payload.length);
    if (responder === undefined) {
      log.provoked('warn', 'refused an inbound RPC', () => ({ error: 'too many wait for an answer' }));
      return;
    }
    try {
      target.handUpRpcRequest(protocolId, payload, responder);
    } catch (error) {
      // Its answer, if it gave one before it threw, stands.
      if (!responder.closed) responder.fail(error);
      this.#drop(protocolId, 'handler-failed');
    }
  }

  onRpcResponse(requestId: number, priority: number, payload: Uint8Array): void {
    const { outboundRpcs, log } = this.#components;
    if (log.tracing) log.trace({ request_id: requestId, priority }, 'received a response');
    // Closing: every caller has been told, and the remote could not know.
    if (this.#draining) return;
    if (outboundRpcs.onResponse(requestId, payload)) return;
    log.provoked('info', 'received a response that nobody waits for', () => ({ request_id: requestId }));
    if (!outboundRpcs.takeAbandoned()) this.#violation();
  }

  onError(error: ErrorCode): void {
    const { log, metrics } = this.#components;
    metrics.errorsReceived.inc();
    log.provoked('warn', 'the remote sent an error message', () => ({ error_msg: describeError(error) }));
    if (this.#failUnsupportedRpcs) this.#failUnsupported(error);
    this.#violation();
  }

  onUndecodable({ frameLength, prefix, reply }: UndecodableFrame): void {
    const { log, metrics } = this.#components;
    metrics.invalidFrames.inc();
    log.provoked('warn', 'received a frame that does not decode', () => ({
      error: `frame of ${frameLength} bytes, first bytes ${bytesToHex(prefix)}`,
    }));
    this.#reply({ code: 'ParsingError', message: reply.message, protocol: reply.protocol });
    this.#violation();
  }

  #drop(protocolId: ProtocolId, reason: DropReason): void {
    this.#unhandled++;
    this.#components.metrics.dropped(protocolId, reason).inc();
  }

  /** There is no handler: the remote is told, so that it need not wait (D-09). */
  #refuse(kind: 'RpcRequest' | 'DirectSendMsg', { protocolId }: ProtocolState): void {
    this.#drop(protocolId, 'not-supported');
    this.#reply({ code: 'NotSupported', kind, protocolId });
  }

  #reply(error: ErrorCode): void {
    if (this.#draining || !this.#replies.admit(this.#components.time.now())) return;
    this.#components.target.sendError(error);
  }

  /** Undecodable frames, Error messages and responses nobody asked for, so far. */
  get violationCount(): number {
    return this.#violationCount;
  }

  #violation(): void {
    this.#violationCount++;
    if (!this.#violations.admit(this.#components.time.now())) this.#components.target.onMisbehaviour();
  }

  #failUnsupported(error: ErrorCode): void {
    const { outboundRpcs } = this.#components;
    if (error.code === 'NotSupported') {
      if (error.kind === 'RpcRequest') outboundRpcs.failOldest((id) => id === error.protocolId);
    } else if (error.message === RPC_REQUEST) {
      outboundRpcs.failOldest((id) => firstByteOf(id) === error.protocol);
    }
  }
}

/** First byte of an RpcRequest, which a ParsingError about one repeats. */
const RPC_REQUEST = 1;

/** Second byte of a request of this protocol: ids from 128 up take two bytes. */
function firstByteOf(protocolId: ProtocolId): number {
  return protocolId < 0x80 ? protocolId : (protocolId & 0x7f) | 0x80;
}

function describeError(error: ErrorCode): string {
  return error.code === 'ParsingError'
    ? `ParsingError(${error.message}, ${error.protocol})`
    : `NotSupported(${error.kind}(${error.protocolId}))`;
}
