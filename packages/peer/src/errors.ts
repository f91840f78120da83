import { DiemNetError } from '@diemnet/types';

/** Codes of the errors that this package throws or rejects with. */
export type PeerErrorCode =
  /** An option makes no sense; `details.option` names it. */
  | 'ERR_INVALID_OPTION'
  /** A priority is an integer from 0 to 255. */
  | 'ERR_INVALID_PRIORITY'
  /** A timeout is a positive number of milliseconds. */
  | 'ERR_INVALID_TIMEOUT'
  /** The remote neither advertised nor used the protocol on this connection (D-46). */
  | 'ERR_PROTOCOL_NOT_SUPPORTED'
  /** The encoded message exceeds the frame limit; the connection lives on (D-05). */
  | 'ERR_MESSAGE_TOO_LARGE'
  /** The outbound queue of the protocol or connection has no room now. */
  | 'ERR_QUEUE_FULL'
  /** The connection has ended or is closing; `details.retrySafe` says whether to ask again. */
  | 'ERR_CONNECTION_CLOSED'
  /** As many requests as allowed wait for an answer already. */
  | 'ERR_TOO_MANY_PENDING'
  /** No answer within the timeout. */
  | 'ERR_RPC_TIMED_OUT'
  /** The remote answered that it does not know the protocol of the request (D-09). */
  | 'ERR_NOT_SUPPORTED'
  /** A responder was used a second time. */
  | 'ERR_ALREADY_ANSWERED';

/** An error of `@diemnet/peer`. */
export class PeerError extends DiemNetError<PeerErrorCode> {}
