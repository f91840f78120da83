import {
  FRAME_LENGTH_BYTES,
  directSendBytes,
  rpcRequestBytes,
  rpcResponseBytes,
  writeDirectSendHeader,
  writeRpcRequestHeader,
  writeRpcResponseHeader,
  type ProtocolId,
} from '@diemnet/wire';
import { PeerError } from './errors.js';

const NOTHING = new Uint8Array(0);

type Kind = 'direct-send' | 'rpc-request' | 'rpc-response' | 'frame';

/**
 * A message that waits to be written. A DirectSend may wait on several connections at once: nothing in it belongs to
 * one of them.
 */
export class OutboundMessage {
  readonly kind: Kind;
  readonly protocolId: ProtocolId;
  readonly requestId: number;
  readonly priority: number;
  /** Bytes on the stream, the frame length included. */
  frameBytes: number;
  payload: Uint8Array;
  /** The writer has begun or finished it (a DirectSend: on any connection). */
  taken = false;

  private constructor(
    kind: Kind,
    protocolId: ProtocolId,
    requestId: number,
    priority: number,
    payload: Uint8Array,
    messageBytes: number,
  ) {
    this.kind = kind;
    this.protocolId = protocolId;
    this.requestId = requestId;
    this.priority = priority;
    this.payload = payload;
    this.frameBytes = FRAME_LENGTH_BYTES + messageBytes;
  }

  static directSend(protocolId: ProtocolId, priority: number, payload: Uint8Array): OutboundMessage {
    const bytes = directSendBytes(protocolId, payload.length);
    return new OutboundMessage('direct-send', protocolId, 0, priority, payload, bytes);
  }

  static rpcRequest(
    protocolId: ProtocolId,
    requestId: number,
    priority: number,
    payload: Uint8Array,
  ): OutboundMessage {
    const bytes = rpcRequestBytes(protocolId, payload.length);
    return new OutboundMessage('rpc-request', protocolId, requestId, priority, payload, bytes);
  }

  static rpcResponse(
    protocolId: ProtocolId,
    requestId: number,
    priority: number,
    payload: Uint8Array,
  ): OutboundMessage {
    const bytes = rpcResponseBytes(payload.length);
    return new OutboundMessage('rpc-response', protocolId, requestId, priority, payload, bytes);
  }

  /** A frame that is complete already, its length included. */
  static frame(frame: Uint8Array): OutboundMessage {
    return new OutboundMessage('frame', 0, 0, 0, frame, frame.length - FRAME_LENGTH_BYTES);
  }

  /** Bytes that the frame limit applies to. */
  get messageBytes(): number {
    return this.frameBytes - FRAME_LENGTH_BYTES;
  }

  /** Writes what comes before the payload at `at`; returns where the payload goes. */
  writeHeader(target: Uint8Array, at: number): number {
    const { protocolId, requestId, priority, payload } = this;
    switch (this.kind) {
      case 'direct-send':
        return writeDirectSendHeader(target, at, protocolId, priority, payload.length);
      case 'rpc-request':
        return writeRpcRequestHeader(target, at, protocolId, requestId, priority, payload.length);
      case 'rpc-response':
        return writeRpcResponseHeader(target, at, requestId, priority, payload.length);
      case 'frame':
        return at;
    }
  }

  /** Nobody wants it any more: lets go of the payload. Only for messages of one connection that are not taken. */
  discard(): void {
    this.payload = NOTHING;
    this.frameBytes = 0;
  }

  get discarded(): boolean {
    return this.frameBytes === 0;
  }
}

/** A DirectSend that can be given to any number of peers. */
export type PreparedDirectSend = Pick<OutboundMessage, 'protocolId' | 'priority' | 'payload' | 'frameBytes'>;

/**
 * Prepares a DirectSend once for many recipients. The payload must not change until all have sent it.
 * @throws PeerError `ERR_INVALID_PRIORITY`
 */
export function prepareDirectSend(
  protocolId: ProtocolId,
  payload: Uint8Array,
  { priority = 0 }: { readonly priority?: number } = {},
): PreparedDirectSend {
  return OutboundMessage.directSend(protocolId, checkPriority(priority), payload);
}

/** Returns the wire's priority byte. @throws PeerError `ERR_INVALID_PRIORITY` */
export function checkPriority(priority: number): number {
  if (Number.isInteger(priority) && priority >= 0 && priority <= 255) return priority;
  throw new PeerError('ERR_INVALID_PRIORITY', `a priority is an integer from 0 to 255, got ${priority}`);
}
