import { DiemNetError } from '@diemnet/types';

/** Codes of {@link RateLimiterError}. */
export type RateLimiterErrorCode =
  /** Numbers that make no bucket; `details.option` names the wrong one. */
  | 'ERR_RATE_LIMIT_INVALID_OPTION'
  /** A write after the end, or to a socket that is gone. */
  | 'ERR_BROKEN_PIPE';

/** An error of `@diemnet/rate-limiter`. */
export class RateLimiterError extends DiemNetError<RateLimiterErrorCode> {}
