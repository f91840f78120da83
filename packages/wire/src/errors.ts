import { DiemNetError } from '@diemnet/types';

/** Codes of the errors that this package throws. */
export type WireErrorCode =
  /** More than 32 bytes, or a position outside of 0 to 255. */
  | 'ERR_INVALID_BIT_VECTOR'
  /** Not an integer from 0 to 255. */
  | 'ERR_INVALID_PROTOCOL_ID'
  /** A HandshakeMsg that does not decode; the cause says where. */
  | 'ERR_INVALID_HANDSHAKE_MSG'
  /** The remote is on another chain. */
  | 'ERR_INVALID_CHAIN_ID'
  /** The remote is on another network. */
  | 'ERR_INVALID_NETWORK_ID'
  /** The remote shares no messaging version with us. */
  | 'ERR_NO_COMMON_PROTOCOLS'
  /** A NetworkMessage that does not decode. */
  | 'ERR_INVALID_MESSAGE'
  /** A message to be sent exceeds the frame limit. */
  | 'ERR_MESSAGE_TOO_LARGE'
  /** A received frame announces more than the limit. */
  | 'ERR_FRAME_TOO_LARGE'
  /** Bytes were given to a reader whose stream has ended. */
  | 'ERR_STREAM_ENDED';

/** An error of `@diemnet/wire`. */
export class WireError extends DiemNetError<WireErrorCode> {}
