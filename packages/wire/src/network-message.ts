import { decode, encode, type BcsReader, type BcsWriter } from '@diemnet/bcs';
import { WireError } from './errors.js';
import { HIGHEST_DIEM_PROTOCOL_ID, type ProtocolId } from './protocol-id.js';

/** Content of an Error message (DiemNet wire format, section 8). */
export type ErrorCode =
  /** A frame did not decode; its first two bytes, 0 where missing. */
  | { readonly code: 'ParsingError'; readonly message: number; readonly protocol: number }
  /** The protocol has no handler for messages of this kind. */
  | {
      readonly code: 'NotSupported';
      readonly kind: 'RpcRequest' | 'DirectSendMsg';
      readonly protocolId: ProtocolId;
    };

/** Everything that peers send after the version handshake (DiemNet wire format, section 8). */
export type NetworkMessage =
  | { readonly type: 'Error'; readonly error: ErrorCode }
  | {
      readonly type: 'RpcRequest';
      readonly protocolId: ProtocolId;
      /** u32, chosen by the requester. */
      readonly requestId: number;
      /** u8 */
      readonly priority: number;
      readonly payload: Uint8Array;
    }
  | {
      readonly type: 'RpcResponse';
      readonly requestId: number;
      readonly priority: number;
      readonly payload: Uint8Array;
    }
  | {
      readonly type: 'DirectSendMsg';
      readonly protocolId: ProtocolId;
      readonly priority: number;
      readonly payload: Uint8Array;
    };

/** Index of each message type on the wire: the first byte of a frame. */
export const MESSAGE_TYPES = Object.freeze({ Error: 0, RpcRequest: 1, RpcResponse: 2, DirectSendMsg: 3 });

/** Which ids above 6 are registered here and therefore decode. */
export type IsKnownProtocol = (protocolId: ProtocolId) => boolean;

/** Only Diem's own protocols. */
export const onlyDiemProtocols: IsKnownProtocol = (protocolId) => protocolId <= HIGHEST_DIEM_PROTOCOL_ID;

/**
 * BCS of a message, without the u32 length: the readable twin of the header writers, for tests and tools.
 * @throws BcsError for a number out of range
 */
export function encodeNetworkMessage(message: NetworkMessage): Uint8Array {
  return encode((writer) => {
    writer.variant(MESSAGE_TYPES[message.type]);
    switch (message.type) {
      case 'Error':
        writeErrorCode(writer, message.error);
        break;
      case 'RpcRequest':
        writer.variant(message.protocolId);
        writer.u32(message.requestId);
        writer.u8(message.priority);
        writer.bytes(message.payload);
        break;
      case 'RpcResponse':
        writer.u32(message.requestId);
        writer.u8(message.priority);
        writer.bytes(message.payload);
        break;
      case 'DirectSendMsg':
        writer.variant(message.protocolId);
        writer.u8(message.priority);
        writer.bytes(message.payload);
    }
  });
}

/**
 * Reads the BCS of a message, without the u32 length: the readable twin of {@link MessageReader}.
 * @throws WireError `ERR_INVALID_MESSAGE`
 */
export function decodeNetworkMessage(
  bytes: Uint8Array,
  { isKnownProtocol = onlyDiemProtocols }: { readonly isKnownProtocol?: IsKnownProtocol } = {},
): NetworkMessage {
  try {
    return decode(bytes, (reader) => readNetworkMessage(reader, isKnownProtocol));
  } catch (cause) {
    throw new WireError('ERR_INVALID_MESSAGE', 'the frame is not a NetworkMessage', {
      cause,
      details: { length: bytes.length },
    });
  }
}

/** BCS of an ErrorCode alone. */
export function encodeErrorCode(error: ErrorCode): Uint8Array {
  return encode((writer) => writeErrorCode(writer, error));
}

/** Reads the BCS of an ErrorCode alone. @throws BcsError, WireError `ERR_INVALID_PROTOCOL_ID` */
export function decodeErrorCode(bytes: Uint8Array, isKnownProtocol = onlyDiemProtocols): ErrorCode {
  return decode(bytes, (reader) => readErrorCode(reader, isKnownProtocol));
}

function readNetworkMessage(reader: BcsReader, isKnown: IsKnownProtocol): NetworkMessage {
  switch (reader.variant(4, 'NetworkMessage')) {
    case MESSAGE_TYPES.Error:
      return { type: 'Error', error: readErrorCode(reader, isKnown) };
    case MESSAGE_TYPES.RpcRequest:
      return {
        type: 'RpcRequest',
        protocolId: readProtocolId(reader, isKnown),
        requestId: reader.u32(),
        priority: reader.u8(),
        payload: reader.bytes(),
      };
    case MESSAGE_TYPES.RpcResponse:
      return {
        type: 'RpcResponse',
        requestId: reader.u32(),
        priority: reader.u8(),
        payload: reader.bytes(),
      };
    default:
      return {
        type: 'DirectSendMsg',
        protocolId: readProtocolId(reader, isKnown),
        priority: reader.u8(),
        payload: reader.bytes(),
      };
  }
}

function readErrorCode(reader: BcsReader, isKnown: IsKnownProtocol): ErrorCode {
  if (reader.variant(2, 'ErrorCode') === 0) {
    return { code: 'ParsingError', message: reader.u8(), protocol: reader.u8() };
  }
  const kind = reader.variant(2, 'NotSupportedType') === 0 ? 'RpcRequest' : 'DirectSendMsg';
  return { code: 'NotSupported', kind, protocolId: readProtocolId(reader, isKnown) };
}

function readProtocolId(reader: BcsReader, isKnown: IsKnownProtocol): ProtocolId {
  const id = reader.variant(256, 'ProtocolId');
  if (id > HIGHEST_DIEM_PROTOCOL_ID && !isKnown(id)) {
    throw new WireError('ERR_INVALID_PROTOCOL_ID', `protocol ${id} is not known here`);
  }
  return id;
}

function writeErrorCode(writer: BcsWriter, error: ErrorCode): void {
  if (error.code === 'ParsingError') {
    writer.variant(0);
    writer.u8(error.message);
    writer.u8(error.protocol);
    return;
  }
  writer.variant(1);
  writer.variant(error.kind === 'RpcRequest' ? 0 : 1);
  writer.variant(error.protocolId);
}
