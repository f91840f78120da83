import type { BucketHold, RateLimiter, TokenSource } from './token-source.js';

const OPEN_SOURCE: TokenSource = Object.freeze({
  acquire: (tokens: number) => tokens,
  acquireAll: () => true,
  acquireOrWait: (tokens: number) => tokens,
  cancel() {},
  return() {},
  timeNeeded: () => 0,
});

const OPEN_HOLD: BucketHold = Object.freeze({ bucket: OPEN_SOURCE, release() {} });

/** Lets everything through at once: for networks without a limit. */
export class OpenRateLimiter<K> implements RateLimiter<K> {
  hold(_key?: K): BucketHold {
    return OPEN_HOLD;
  }
}
