import { DiemNetError } from '@diemnet/types';

/** Codes of the errors that this package throws. */
export type WireErrorCode =
  | 'ERR_INVALID_BIT_VECTOR'
  | 'ERR_INVALID_PROTOCOL_ID'
  | 'ERR_INVALID_HANDSHAKE_MSG'
  | 'ERR_INVALID_CHAIN_ID'
  | 'ERR_INVALID_NETWORK_ID'
  | 'ERR_NO_COMMON_PROTOCOLS'
  | 'ERR_INVALID_MESSAGE'
  | 'ERR_MESSAGE_TOO_LARGE'
  | 'ERR_FRAME_TOO_LARGE'
  | 'ERR_STREAM_ENDED';

/** An error of `@diemnet/wire`. */
export class WireError extends DiemNetError<WireErrorCode> {}
