import { DiemNetError } from '@diemnet/types';

/** Codes of {@link RateLimiterError}. */
export type RateLimiterErrorCode = 'ERR_RATE_LIMIT_INVALID_OPTION' | 'ERR_BROKEN_PIPE';

/** An error of `@diemnet/rate-limiter`. */
export class RateLimiterError extends DiemNetError<RateLimiterErrorCode> {}
