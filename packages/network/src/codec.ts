import {
  decode,
  decodeWithSchema,
  encode,
  encodeWithSchema,
  type BcsReader,
  type BcsSchema,
  type BcsWriter,
} from '@diemnet/bcs';

/**
 * How messages of a protocol become payloads and back (DiemNet wire format, section 10). Both directions throw on
 * what they cannot handle; requests and responses of an RPC share one codec.
 */
export interface ProtocolCodec<T> {
  /** The payload, which belongs to the network from then on. */
  encode(message: T): Uint8Array;
  /** `bytes` may be kept and shares memory with nothing that changes, but must not be changed. */
  decode(bytes: Uint8Array): T;
}

/** Payloads as they are. What is sent must not change until it has left; what is received must not be changed. */
export const bytesCodec: ProtocolCodec<Uint8Array> = Object.freeze({
  encode: (message: Uint8Array) => message,
  decode: (bytes: Uint8Array) => bytes,
});

/**
 * JSON in UTF-8, as protocol 6 uses. `validate` turns what was parsed into a message, or throws; without it nothing
 * is known about what a peer sent.
 */
export function jsonCodec<T>(validate?: (value: unknown) => T): ProtocolCodec<T> {
  const encoder = new TextEncoder();
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  return {
    encode(message) {
      const text = JSON.stringify(message) as string | undefined;
      // What JSON has no form for would go out as the text "undefined".
      if (text === undefined) throw new TypeError('the message has no JSON form');
      return encoder.encode(text);
    },
    decode(bytes) {
      const value: unknown = JSON.parse(decoder.decode(bytes));
      return validate === undefined ? (value as T) : validate(value);
    },
  };
}

/**
 * BCS by a pair of functions over the strict reader and writer; left-over bytes are refused.
 * @example
 * const codec = bcsCodec((reader) => ({ round: reader.u64() }), (message, writer) => writer.u64(message.round));
 */
export function bcsCodec<T>(
  read: (reader: BcsReader) => T,
  write: (message: T, writer: BcsWriter) => void,
): ProtocolCodec<T> {
  return {
    encode: (message) => encode((writer) => write(message, writer)),
    decode: (bytes) => decode(bytes, read),
  };
}

/** BCS by a schema in the manner of `@mysten/bcs`, checked strictly. For comfort; {@link bcsCodec} is faster. */
export function schemaCodec<T extends Input, Input = T>(schema: BcsSchema<T, Input>): ProtocolCodec<T> {
  return {
    encode: (message) => encodeWithSchema<Input>(schema, message),
    decode: (bytes) => decodeWithSchema(schema, bytes),
  };
}
