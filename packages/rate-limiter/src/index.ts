/**
 * Token buckets per key on an injected clock, and a socket that keeps to them.
 *
 * Layer 0: uses only `@diemnet/types`.
 *
 * @example
 * const inbound = new TokenBucketRateLimiter<string>({ label: 'inbound', size: 102_400, rate: 51_200 });
 * const limited = limitSocket(socket, { inbound });
 *
 * @packageDocumentation
 */
export { RateLimiterError } from './errors.js';
export type { RateLimiterErrorCode } from './errors.js';
export { OpenRateLimiter } from './open-rate-limiter.js';
export { DEFAULT_TOKEN_BUCKET_OPTIONS, resolveTokenBucketOptions } from './options.js';
export type { RateLimiterOptions, TokenBucketOptions } from './options.js';
export { RateLimitedSocket, limitSocket } from './rate-limited-socket.js';
export type { RateLimitedSocketOptions } from './rate-limited-socket.js';
export { TokenBucket } from './token-bucket.js';
export { TokenBucketRateLimiter } from './token-bucket-rate-limiter.js';
export type { BucketHold, RateLimiter, TokenSource, TokenWaiter } from './token-source.js';
