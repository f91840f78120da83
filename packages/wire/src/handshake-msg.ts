import { decode, encode, type BcsReader, type BcsWriter } from '@diemnet/bcs';
import { PUBLIC_NETWORK, VALIDATOR_NETWORK, privateNetwork, type NetworkId } from '@diemnet/types';
import { BitVec, MAX_BIT_VEC_BYTES } from './bit-vec.js';
import { WireError } from './errors.js';
import { MESSAGING_V1, type MessagingProtocolVersion } from './messaging-version.js';
import { bitVecOfIds } from './protocol-id-set.js';
import type { ProtocolId } from './protocol-id.js';

/** Bytes of the longest message that the u16 length in front of it can announce. */
export const MAX_HANDSHAKE_MSG_BYTES = 65_535;

/** What both sides tell each other right after Noise (DiemNet wire format, section 6.1). */
export interface HandshakeMsg {
  /** Supported protocols by messaging version. Versions unknown here are kept and never chosen. */
  readonly supportedProtocols: ReadonlyMap<MessagingProtocolVersion, BitVec>;
  /** 0 to 255; 0 can be received but is never a chain of ours. */
  readonly chainId: number;
  readonly networkId: NetworkId;
}

/** What {@link createHandshakeMsg} needs to know. */
export interface HandshakeMsgOptions {
  readonly chainId: number;
  readonly networkId: NetworkId;
  readonly protocolIds: Iterable<ProtocolId>;
}

/** Our message: V1 with the given protocols. @throws WireError `ERR_INVALID_PROTOCOL_ID` */
export function createHandshakeMsg({ chainId, networkId, protocolIds }: HandshakeMsgOptions): HandshakeMsg {
  return { supportedProtocols: new Map([[MESSAGING_V1, bitVecOfIds(protocolIds)]]), chainId, networkId };
}

/**
 * BCS of the message, without the u16 length.
 * @throws WireError `ERR_MESSAGE_TOO_LARGE` above 65,535 bytes, which only the name of a private network can cause
 */
export function encodeHandshakeMsg(message: HandshakeMsg): Uint8Array {
  const bytes = encode((writer) => {
    writer.map(
      message.supportedProtocols,
      (w, version) => w.variant(version),
      (w, bits) => w.bytes(bits.toBytes()),
    );
    writer.u8(message.chainId);
    writeNetworkId(writer, message.networkId);
  });
  if (bytes.length > MAX_HANDSHAKE_MSG_BYTES) {
    throw new WireError(
      'ERR_MESSAGE_TOO_LARGE',
      `a HandshakeMsg has at most ${MAX_HANDSHAKE_MSG_BYTES} bytes, got ${bytes.length}`,
    );
  }
  return bytes;
}

/**
 * Reads the BCS of a message, without the u16 length. Any version number is accepted, so that a node with
 * later versions can still talk to us (D-21); everything else is strict.
 * @throws WireError `ERR_INVALID_HANDSHAKE_MSG`
 */
export function decodeHandshakeMsg(bytes: Uint8Array): HandshakeMsg {
  try {
    return decode(bytes, (reader) => {
      const supportedProtocols = new Map(reader.map(readVersion, readBitVec));
      return { supportedProtocols, chainId: reader.u8(), networkId: readNetworkId(reader) };
    });
  } catch (cause) {
    throw new WireError('ERR_INVALID_HANDSHAKE_MSG', 'the HandshakeMsg does not decode', {
      cause,
      details: { length: bytes.length },
    });
  }
}

/** ULEB128 allows any u32 as the index of a version. */
const VERSION_COUNT = 2 ** 32;

function readVersion(reader: BcsReader): MessagingProtocolVersion {
  return reader.variant(VERSION_COUNT, 'MessagingProtocolVersion');
}

function readBitVec(reader: BcsReader): BitVec {
  return BitVec.fromBytes(reader.bytesView(MAX_BIT_VEC_BYTES));
}

function readNetworkId(reader: BcsReader): NetworkId {
  switch (reader.variant(3, 'NetworkId')) {
    case 0:
      return VALIDATOR_NETWORK;
    case 1:
      return PUBLIC_NETWORK;
    default:
      return privateNetwork(reader.string());
  }
}

function writeNetworkId(writer: BcsWriter, id: NetworkId): void {
  switch (id.kind) {
    case 'validator':
      writer.variant(0);
      break;
    case 'public':
      writer.variant(1);
      break;
    case 'private':
      writer.variant(2);
      writer.string(id.name);
  }
}
