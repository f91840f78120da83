import { DiemNetError } from '@diemnet/types';

/** Codes of the errors that this package throws or rejects with. */
export type PeerErrorCode =
  | 'ERR_INVALID_OPTION'
  | 'ERR_INVALID_PRIORITY'
  | 'ERR_INVALID_TIMEOUT'
  | 'ERR_PROTOCOL_NOT_SUPPORTED'
  | 'ERR_MESSAGE_TOO_LARGE'
  | 'ERR_QUEUE_FULL'
  | 'ERR_CONNECTION_CLOSED'
  | 'ERR_TOO_MANY_PENDING'
  | 'ERR_RPC_TIMED_OUT'
  | 'ERR_NOT_SUPPORTED'
  | 'ERR_ALREADY_ANSWERED';

/** An error of `@diemnet/peer`. */
export class PeerError extends DiemNetError<PeerErrorCode> {}
