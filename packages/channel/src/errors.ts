import { DiemNetError } from '@diemnet/types';

/** Codes of {@link ChannelError}. */
export type ChannelErrorCode =
  /** A capacity or limit that makes no sense. */
  | 'ERR_CHANNEL_INVALID_OPTION'
  /** Nobody receives any more. */
  | 'ERR_CHANNEL_RECEIVER_GONE'
  /** The channel was closed for sending. */
  | 'ERR_CHANNEL_CLOSED'
  /** Another receive waits already. */
  | 'ERR_CHANNEL_RECEIVER_BUSY';

/** An error of `@diemnet/channel`. */
export class ChannelError extends DiemNetError<ChannelErrorCode> {}
