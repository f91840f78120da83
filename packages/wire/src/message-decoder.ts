import { HIGHEST_DIEM_PROTOCOL_ID, HIGHEST_PROTOCOL_ID, type ProtocolId } from './protocol-id.js';
import { MESSAGE_TYPES, type ErrorCode, type IsKnownProtocol } from './network-message.js';

/**
 * Receives decoded messages, synchronously and in order. Must not throw.
 * Payloads belong to the receiver, who must not change them: they may share memory with their neighbours.
 */
export interface MessageSink {
  onDirectSend(protocolId: ProtocolId, priority: number, payload: Uint8Array): void;
  onRpcRequest(protocolId: ProtocolId, requestId: number, priority: number, payload: Uint8Array): void;
  onRpcResponse(requestId: number, priority: number, payload: Uint8Array): void;
  onError(error: ErrorCode): void;
  /** A complete frame that is not a NetworkMessage; the connection can go on (DiemNet wire format, section 9). */
  onUndecodable(frame: UndecodableFrame): void;
}

/** What is kept of a frame that does not decode. */
export interface UndecodableFrame {
  readonly frameLength: number;
  /** Its first bytes, at most 8, copied. */
  readonly prefix: Uint8Array;
  /** Content of the ParsingError to answer with: the first two bytes, 0 where missing. */
  readonly reply: { readonly message: number; readonly protocol: number };
}

const PREFIX_BYTES = 8;
/** No length and no index: what a failed read gives. */
const INVALID = -1;
const EMPTY = new Uint8Array(0);

/**
 * Decodes one frame at a time into a sink without allocating more than the payload's view. Accepts and refuses
 * exactly what `decodeNetworkMessage`, its readable twin, does.
 */
export class MessageDecoder {
  readonly #sink: MessageSink;
  readonly #isKnownProtocol: IsKnownProtocol;
  #bytes: Uint8Array = EMPTY;
  #at = 0;
  #end = 0;

  constructor(sink: MessageSink, isKnownProtocol: IsKnownProtocol) {
    this.#sink = sink;
    this.#isKnownProtocol = isKnownProtocol;
  }

  /** Decodes `bytes[start, end)`. Payloads are views of `bytes` if they may be kept (`stable`), else copies. */
  decode(bytes: Uint8Array, start: number, end: number, stable: boolean): void {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
    const decoded = start < end && this.#decodeMessage(stable);
    // A large frame must not live on until the next one comes.
    this.#bytes = EMPTY;
    if (!decoded) this.#sink.onUndecodable(describeFrame(bytes, start, end));
  }

  #decodeMessage(stable: boolean): boolean {
    switch (this.#bytes[this.#at++]) {
      case MESSAGE_TYPES.DirectSendMsg: {
        const protocolId = this.#protocolId();
        const priority = this.#u8();
        if (protocolId === INVALID || priority === INVALID || !this.#payloadFillsRest()) return false;
        this.#sink.onDirectSend(protocolId, priority, this.#payload(stable));
        return true;
      }
      case MESSAGE_TYPES.RpcRequest: {
        const protocolId = this.#protocolId();
        const requestId = this.#u32();
        const priority = this.#u8();
        if (protocolId === INVALID || requestId === INVALID || priority === INVALID) return false;
        if (!this.#payloadFillsRest()) return false;
        this.#sink.onRpcRequest(protocolId, requestId, priority, this.#payload(stable));
        return true;
      }
      case MESSAGE_TYPES.RpcResponse: {
        const requestId = this.#u32();
        const priority = this.#u8();
        if (requestId === INVALID || priority === INVALID || !this.#payloadFillsRest()) return false;
        this.#sink.onRpcResponse(requestId, priority, this.#payload(stable));
        return true;
      }
      case MESSAGE_TYPES.Error: {
        const error = this.#errorCode();
        if (error === undefined || this.#at !== this.#end) return false;
        this.#sink.onError(error);
        return true;
      }
      default:
        return false;
    }
  }

  #errorCode(): ErrorCode | undefined {
    const code = this.#u8();
    if (code === 0) {
      const message = this.#u8();
      const protocol = this.#u8();
      return message === INVALID || protocol === INVALID
        ? undefined
        : { code: 'ParsingError', message, protocol };
    }
    if (code !== 1) return undefined;
    const kind = this.#u8();
    const protocolId = this.#protocolId();
    if (kind < 0 || kind > 1 || protocolId === INVALID) return undefined;
    return { code: 'NotSupported', kind: kind === 0 ? 'RpcRequest' : 'DirectSendMsg', protocolId };
  }

  #u8(): number {
    return this.#at < this.#end ? (this.#bytes[this.#at++] as number) : INVALID;
  }

  #u32(): number {
    const at = this.#at;
    if (this.#end - at < 4) return INVALID;
    this.#at = at + 4;
    const bytes = this.#bytes;
    return (
      ((bytes[at] as number) |
        ((bytes[at + 1] as number) << 8) |
        ((bytes[at + 2] as number) << 16) |
        ((bytes[at + 3] as number) << 24)) >>>
      0
    );
  }

  #protocolId(): number {
    const id = this.#uleb();
    if (id <= HIGHEST_DIEM_PROTOCOL_ID) return id;
    return id <= HIGHEST_PROTOCOL_ID && this.#isKnownProtocol(id) ? id : INVALID;
  }

  /** Reads the payload's length. Nothing may follow the payload, so the length must say exactly what is left. */
  #payloadFillsRest(): boolean {
    const length = this.#uleb();
    return length !== INVALID && length === this.#end - this.#at;
  }

  /** Canonical ULEB128; INVALID when cut off, longer than needed, or above 2^31 - 1. */
  #uleb(): number {
    let value = 0;
    for (let shift = 0; shift <= 28; shift += 7) {
      const byte = this.#u8();
      if (byte === INVALID) return INVALID;
      if (byte < 0x80) {
        if (byte === 0 && shift > 0) return INVALID;
        // The fifth byte has room for three bits below 2^31.
        return shift === 28 && byte > 0x07 ? INVALID : value | (byte << shift);
      }
      value |= (byte & 0x7f) << shift;
    }
    return INVALID;
  }

  #payload(stable: boolean): Uint8Array {
    const bytes = this.#bytes;
    const length = this.#end - this.#at;
    // Not subarray: of a Buffer it gives a Buffer, whose slice() does not copy.
    const view = new Uint8Array(bytes.buffer, bytes.byteOffset + this.#at, length);
    return stable ? view : view.slice();
  }
}

function describeFrame(bytes: Uint8Array, start: number, end: number): UndecodableFrame {
  const prefix = new Uint8Array(Math.min(PREFIX_BYTES, end - start));
  for (let i = 0; i < prefix.length; i++) prefix[i] = bytes[start + i] as number;
  return {
    frameLength: end - start,
    prefix,
    reply: { message: prefix[0] ?? 0, protocol: prefix[1] ?? 0 },
  };
}
