import { MemoryMetrics, MockTime, RecordingLogger } from '@diemnet/types/testing';
import { OpenRateLimiter, TokenBucketRateLimiter, type RateLimiterOptions } from '../src/index.js';

const NAME = 'diem_network_rate_limit';

function setup(options: Partial<RateLimiterOptions<string>> = {}) {
  const time = new MockTime();
  const metrics = new MemoryMetrics();
  const logger = new RecordingLogger();
  const limiter = new TokenBucketRateLimiter<string>({
    label: 'inbound',
    logInfo: '[validator,Validator,3e6df9ee]',
    size: 10,
    rate: 5,
    time,
    metrics,
    logger,
    ...options,
  });
  return { time, metrics, logger, limiter };
}

describe('buckets by key', () => {
  it('gives the same bucket for the same key [C-447]', () => {
    const { limiter } = setup();
    const [first, second] = [limiter.hold('a'), limiter.hold('a')];
    expect(second.bucket).toBe(first.bucket);
    first.bucket.acquire(10);
    expect(second.bucket.acquire(1)).toBe(0);
    expect(limiter.hold('b').bucket.acquire(10)).toBe(10);
  });

  it('lets a bucket go that nobody uses and keeps the one in use [C-448]', () => {
    const { limiter } = setup();
    const [a, b] = [limiter.hold('a'), limiter.hold('b')];
    a.release();
    expect(limiter.bucketCount).toBe(1);
    expect(limiter.hold('b').bucket).toBe(b.bucket);
    expect(limiter.hold('a').bucket).not.toBe(a.bucket);
  });

  it('lets go with the last of several holders, not before [D-30]', () => {
    const { limiter } = setup();
    const [first, second] = [limiter.hold('a'), limiter.hold('a')];
    first.release();
    first.release();
    expect(limiter.bucketCount).toBe(1);
    expect(limiter.hold('a').bucket).toBe(second.bucket);
    second.release();
    expect(limiter.bucketCount).toBe(1);
  });

  it('keeps a new bucket when a holder of the old one lets go twice [D-30]', () => {
    const { limiter } = setup();
    const old = limiter.hold('a');
    old.release();
    const fresh = limiter.hold('a');
    old.release();
    expect(limiter.hold('a').bucket).toBe(fresh.bucket);
  });

  it('gives each holder without a key a bucket of its own [D-29]', () => {
    const { limiter } = setup();
    const [first, second] = [limiter.hold(undefined), limiter.hold(undefined)];
    expect(second.bucket).not.toBe(first.bucket);
    expect(limiter.bucketCount).toBe(0);
    first.release();
    first.release();
  });

  it('checks its options when it is made, not at the first connection', () => {
    expect(() => setup({ size: 4 })).toThrow(
      expect.objectContaining({ code: 'ERR_RATE_LIMIT_INVALID_OPTION' }),
    );
  });
});

describe('metric and log', () => {
  const observed = (metrics: MemoryMetrics, metric: string) =>
    metrics.observations(NAME, { direction: 'inbound', metric });

  it('observes allowed and throttled bytes a second later [C-459]', () => {
    const { limiter, time, metrics } = setup();
    const { bucket } = limiter.hold('10.0.0.16');
    bucket.acquire(7);
    bucket.acquire(3);
    bucket.acquire(4);
    expect(observed(metrics, 'allowed')).toEqual([]);
    time.advance(1000);
    expect(observed(metrics, 'allowed')).toEqual([10]);
    expect(observed(metrics, 'throttled')).toEqual([4]);
  });

  it('counts bytes that wait once, and as bytes not as attempts [D-31]', () => {
    const { limiter, time, metrics } = setup();
    const { bucket } = limiter.hold('a');
    bucket.acquireOrWait(14, { onTokens() {} });
    time.advance(999);
    expect(bucket.waiters).toBe(0);
    time.advance(1);
    expect(observed(metrics, 'throttled')).toEqual([4]);
    expect(observed(metrics, 'allowed')).toEqual([14]);
  });

  it('does not count what was given back', () => {
    const { limiter, time, metrics } = setup();
    const { bucket } = limiter.hold('a');
    bucket.acquire(9);
    bucket.return(6);
    time.advance(1000);
    expect(observed(metrics, 'allowed')).toEqual([3]);
  });

  it('reports what is left when the bucket goes, and keeps no timer', () => {
    const { limiter, time, metrics } = setup();
    const hold = limiter.hold('a');
    hold.bucket.acquire(2);
    hold.release();
    hold.bucket.return(1);
    expect(observed(metrics, 'allowed')).toEqual([2]);
    expect(time.pendingTimers).toBe(0);
  });

  it('keeps no timer for a bucket that is not used', () => {
    const { limiter, time, metrics } = setup();
    limiter.hold('a').bucket.acquire(1);
    time.advance(10_000);
    expect(time.pendingTimers).toBe(0);
    expect(observed(metrics, 'allowed')).toEqual([1]);
  });

  it('logs each period at debug with the key', () => {
    const { limiter, time, logger } = setup();
    limiter.hold('10.0.0.16').bucket.acquire(12);
    time.advance(1000);
    expect(logger.at('debug')).toEqual([
      expect.objectContaining({
        fields: {
          throttle_label: 'inbound',
          throttle_log_info: '[validator,Validator,3e6df9ee]',
          throttle_key: '10.0.0.16',
          num_allowed_in_period: 10,
          num_throttled_in_period: 0,
        },
      }),
    ]);
  });

  it('sums nothing up where nobody looks', () => {
    const time = new MockTime();
    const limiter = new TokenBucketRateLimiter<string>({ label: 'outbound', size: 10, rate: 5, time });
    limiter.hold('a').bucket.acquire(1);
    expect(time.pendingTimers).toBe(0);
  });
});

it('lets everything through where there is no limit [C-452]', () => {
  const limiter = new OpenRateLimiter<string>();
  const { bucket, release } = limiter.hold('a');
  expect(bucket.acquire(1e12)).toBe(1e12);
  expect(bucket.acquireAll(1e12)).toBe(true);
  expect(bucket.acquireOrWait(1e12, { onTokens() {} })).toBe(1e12);
  expect(bucket.timeNeeded(1e12)).toBe(0);
  bucket.return(1);
  bucket.cancel({ onTokens() {} });
  release();
});
