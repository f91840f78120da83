import * as api from '../src/index.js';

it('exports these names', () => {
  expect(Object.keys(api).sort()).toEqual([
    'DEFAULT_TOKEN_BUCKET_OPTIONS',
    'OpenRateLimiter',
    'RateLimitedSocket',
    'RateLimiterError',
    'TokenBucket',
    'TokenBucketRateLimiter',
    'limitSocket',
    'resolveTokenBucketOptions',
  ]);
});
