import { MESSAGE_TYPES, encodeNetworkMessage, type ErrorCode } from './network-message.js';
import { FRAME_LENGTH_BYTES } from './frame-limit.js';
import type { ProtocolId } from './protocol-id.js';

/*
 * The hot path of sending: frame length, message type, fields and payload length go into a small buffer, and the
 * payload itself is never copied. network-message.ts is the readable twin.
 *
 *   u32 BE length | type | protocol id | request id u32 LE | priority | payload length | payload
 *   `------------------------------ header -------------------------------------------'
 */

/** Room that any header fits into: 4 + 1 + 2 + 4 + 1 + 5 bytes. */
export const MAX_HEADER_BYTES = 17;

/** Bytes of a ULEB128 payload length. */
function payloadLengthBytes(payloadBytes: number): number {
  return payloadBytes < 0x80
    ? 1
    : payloadBytes < 0x4000
      ? 2
      : payloadBytes < 0x200000
        ? 3
        : payloadBytes < 0x10000000
          ? 4
          : 5;
}

/** A protocol id is an enum's index: one byte below 128, two above. */
function protocolIdBytes(protocolId: ProtocolId): number {
  return protocolId < 0x80 ? 1 : 2;
}

/** Bytes of a whole DirectSend message without the frame length: what the frame limit applies to. */
export function directSendBytes(protocolId: ProtocolId, payloadBytes: number): number {
  return 2 + protocolIdBytes(protocolId) + payloadLengthBytes(payloadBytes) + payloadBytes;
}

/** Bytes of a whole RpcRequest without the frame length. */
export function rpcRequestBytes(protocolId: ProtocolId, payloadBytes: number): number {
  return 6 + protocolIdBytes(protocolId) + payloadLengthBytes(payloadBytes) + payloadBytes;
}

/** Bytes of a whole RpcResponse without the frame length. */
export function rpcResponseBytes(payloadBytes: number): number {
  return 6 + payloadLengthBytes(payloadBytes) + payloadBytes;
}

/** Writes frame length and header of a DirectSend at `at`; returns where the payload goes. */
export function writeDirectSendHeader(
  target: Uint8Array,
  at: number,
  protocolId: ProtocolId,
  priority: number,
  payloadBytes: number,
): number {
  let next = writeU32(target, at, directSendBytes(protocolId, payloadBytes));
  target[next++] = MESSAGE_TYPES.DirectSendMsg;
  next = writeUleb(target, next, protocolId);
  target[next++] = priority;
  return writeUleb(target, next, payloadBytes);
}

/** Writes frame length and header of an RpcRequest at `at`; returns where the payload goes. */
export function writeRpcRequestHeader(
  target: Uint8Array,
  at: number,
  protocolId: ProtocolId,
  requestId: number,
  priority: number,
  payloadBytes: number,
): number {
  let next = writeU32(target, at, rpcRequestBytes(protocolId, payloadBytes));
  target[next++] = MESSAGE_TYPES.RpcRequest;
  next = writeUleb(target, next, protocolId);
  next = writeU32LittleEndian(target, next, requestId);
  target[next++] = priority;
  return writeUleb(target, next, payloadBytes);
}

/** Writes frame length and header of an RpcResponse at `at`; returns where the payload goes. */
export function writeRpcResponseHeader(
  target: Uint8Array,
  at: number,
  requestId: number,
  priority: number,
  payloadBytes: number,
): number {
  let next = writeU32(target, at, rpcResponseBytes(payloadBytes));
  target[next++] = MESSAGE_TYPES.RpcResponse;
  next = writeU32LittleEndian(target, next, requestId);
  target[next++] = priority;
  return writeUleb(target, next, payloadBytes);
}

/** Frame length and header of a DirectSend, freshly allocated; the payload follows it on the wire. */
export function encodeDirectSendHeader(
  protocolId: ProtocolId,
  priority: number,
  payloadBytes: number,
): Uint8Array {
  const header = new Uint8Array(
    FRAME_LENGTH_BYTES + directSendBytes(protocolId, payloadBytes) - payloadBytes,
  );
  writeDirectSendHeader(header, 0, protocolId, priority, payloadBytes);
  return header;
}

/** Frame length and header of an RpcRequest, freshly allocated; the payload follows it on the wire. */
export function encodeRpcRequestHeader(
  protocolId: ProtocolId,
  requestId: number,
  priority: number,
  payloadBytes: number,
): Uint8Array {
  const header = new Uint8Array(
    FRAME_LENGTH_BYTES + rpcRequestBytes(protocolId, payloadBytes) - payloadBytes,
  );
  writeRpcRequestHeader(header, 0, protocolId, requestId, priority, payloadBytes);
  return header;
}

/** Frame length and header of an RpcResponse, freshly allocated; the payload follows it on the wire. */
export function encodeRpcResponseHeader(
  requestId: number,
  priority: number,
  payloadBytes: number,
): Uint8Array {
  const header = new Uint8Array(FRAME_LENGTH_BYTES + rpcResponseBytes(payloadBytes) - payloadBytes);
  writeRpcResponseHeader(header, 0, requestId, priority, payloadBytes);
  return header;
}

/** A whole Error message with its frame length. */
export function encodeErrorFrame(error: ErrorCode): Uint8Array {
  const message = encodeNetworkMessage({ type: 'Error', error });
  const frame = new Uint8Array(FRAME_LENGTH_BYTES + message.length);
  writeU32(frame, 0, message.length);
  frame.set(message, FRAME_LENGTH_BYTES);
  return frame;
}

function writeU32(target: Uint8Array, at: number, value: number): number {
  target[at] = value >>> 24;
  target[at + 1] = value >>> 16;
  target[at + 2] = value >>> 8;
  target[at + 3] = value;
  return at + 4;
}

function writeU32LittleEndian(target: Uint8Array, at: number, value: number): number {
  target[at] = value;
  target[at + 1] = value >>> 8;
  target[at + 2] = value >>> 16;
  target[at + 3] = value >>> 24;
  return at + 4;
}

function writeUleb(target: Uint8Array, at: number, value: number): number {
  let rest = value;
  let next = at;
  for (; rest >= 0x80; rest >>>= 7) target[next++] = (rest & 0x7f) | 0x80;
  target[next++] = rest;
  return next;
}
