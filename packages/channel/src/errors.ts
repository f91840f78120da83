import { DiemNetError } from '@diemnet/types';

/** Codes of {@link ChannelError}. */
export type ChannelErrorCode =
  | 'ERR_CHANNEL_INVALID_OPTION'
  | 'ERR_CHANNEL_RECEIVER_GONE'
  | 'ERR_CHANNEL_CLOSED'
  | 'ERR_CHANNEL_RECEIVER_BUSY';

/** An error of `@diemnet/channel`. */
export class ChannelError extends DiemNetError<ChannelErrorCode> {}
