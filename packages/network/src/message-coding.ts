import { errorCode } from '@diemnet/types';
import type { Protocol } from './application.js';
import { NetworkError } from './errors.js';

/** The payload of a message. @throws NetworkError `ERR_ENCODE_FAILED` */
export function encodeMessage<T>(protocol: Protocol<T>, message: T): Uint8Array {
  try {
    return protocol.codec.encode(message);
  } catch (cause) {
    throw codingError('ERR_ENCODE_FAILED', protocol, cause);
  }
}

/** The message in a payload. @throws NetworkError `ERR_DECODE_FAILED` */
export function decodeMessage<T>(protocol: Protocol<T>, payload: Uint8Array): T {
  try {
    return protocol.codec.decode(payload);
  } catch (cause) {
    throw codingError('ERR_DECODE_FAILED', protocol, cause);
  }
}

/** The cause's own text stays out of the message: parsers like to quote what they choke on. */
function codingError<T>(
  code: 'ERR_ENCODE_FAILED' | 'ERR_DECODE_FAILED',
  { id, name }: Protocol<T>,
  cause: unknown,
): NetworkError {
  const verb = code === 'ERR_ENCODE_FAILED' ? 'encode' : 'decode';
  return new NetworkError(code, `cannot ${verb} a message of ${name}: ${errorCode(cause)}`, {
    cause,
    details: { protocolId: id, reason: errorCode(cause) },
  });
}
