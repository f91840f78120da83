/**
 * What DiemNet peers say to each other once a connection is encrypted: the version handshake with its negotiation,
 * and framed NetworkMessages. Bytes in, bytes out: no I/O.
 *
 * Layer 2: uses `@diemnet/types` and `@diemnet/bcs`.
 *
 * @example
 * const reader = new MessageReader(sink);
 * socket.onData = (chunk) => reader.push(chunk, false);
 * socket.writeMany([encodeDirectSendHeader(ProtocolIds.MempoolDirectSend, 0, payload.length), payload]);
 *
 * @packageDocumentation
 */
export { WireError } from './errors.js';
export type { WireErrorCode } from './errors.js';
export {
  HIGHEST_DIEM_PROTOCOL_ID,
  HIGHEST_PROTOCOL_ID,
  ProtocolIds,
  checkProtocolId,
  diemProtocolKind,
  isProtocolId,
  payloadEncoding,
  protocolLabel,
} from './protocol-id.js';
export type { DiemProtocolKind, PayloadEncoding, ProtocolId } from './protocol-id.js';
export { BitVec, MAX_BIT_VEC_BYTES } from './bit-vec.js';
export { bitVecOfIds, protocolIdSet, protocolIdSetFromBits } from './protocol-id-set.js';
export type { ProtocolIdSet } from './protocol-id-set.js';
export { MESSAGING_V1, displayMessagingVersion } from './messaging-version.js';
export type { MessagingProtocolVersion } from './messaging-version.js';
export {
  MAX_HANDSHAKE_MSG_BYTES,
  createHandshakeMsg,
  decodeHandshakeMsg,
  encodeHandshakeMsg,
} from './handshake-msg.js';
export type { HandshakeMsg, HandshakeMsgOptions } from './handshake-msg.js';
export { negotiate } from './negotiation.js';
export type { Negotiated } from './negotiation.js';
export {
  MESSAGE_TYPES,
  decodeErrorCode,
  decodeNetworkMessage,
  encodeErrorCode,
  encodeNetworkMessage,
  onlyDiemProtocols,
} from './network-message.js';
export type { ErrorCode, IsKnownProtocol, NetworkMessage } from './network-message.js';
export { DEFAULT_MAX_FRAME_BYTES, FRAME_LENGTH_BYTES, checkMessageLength } from './frame-limit.js';
export {
  MAX_HEADER_BYTES,
  directSendBytes,
  encodeDirectSendHeader,
  encodeErrorFrame,
  encodeRpcRequestHeader,
  encodeRpcResponseHeader,
  rpcRequestBytes,
  rpcResponseBytes,
  writeDirectSendHeader,
  writeRpcRequestHeader,
  writeRpcResponseHeader,
} from './message-header.js';
export type { MessageSink, UndecodableFrame } from './message-decoder.js';
export { MessageReader } from './message-reader.js';
export type { MessageReaderOptions } from './message-reader.js';
