import { MockTime } from '@diemnet/types/testing';
import fc from 'fast-check';
import { TokenBucket, type TokenBucketOptions, type TokenWaiter } from '../src/index.js';

function bucketOf(options: Partial<TokenBucketOptions> = {}) {
  const time = new MockTime();
  const bucket = new TokenBucket({ size: 5, rate: 1, ...options }, { time });
  return { time, bucket };
}

const empty = (options: Partial<TokenBucketOptions> = {}) =>
  bucketOf({ initialFillPercentage: 0, ...options });

class Waiting implements TokenWaiter {
  readonly grants: number[] = [];
  get total(): number {
    return this.grants.reduce((sum, granted) => sum + granted, 0);
  }
  onTokens(granted: number): void {
    this.grants.push(granted);
  }
}

describe('acquire', () => {
  it('gives what a full bucket of 5 has, then refuses with a time [C-439]', () => {
    const { bucket, time } = bucketOf();
    expect(bucket.acquire(5)).toBe(5);
    expect(bucket.acquire(1)).toBe(0);
    expect(bucket.timeNeeded(1)).toBe(1000);
    expect(bucket.timeOfNextRefill()).toBe(time.now() + 1000);
  });

  it('gives what was returned to an empty bucket [C-440]', () => {
    const { bucket } = empty();
    bucket.return(2);
    expect(bucket.acquire(2)).toBe(2);
    expect(bucket.acquire(1)).toBe(0);
  });

  it('takes back no more than its size [C-441]', () => {
    const { bucket } = bucketOf();
    bucket.return(6);
    expect(bucket.acquire(5)).toBe(5);
    expect(bucket.acquire(1)).toBe(0);
    const other = empty().bucket;
    other.return(6);
    expect(other.acquire(9)).toBe(5);
  });

  it('gives 4 of 10 where there are 4 [C-450]', () => {
    const { bucket } = empty();
    bucket.return(4);
    expect(bucket.acquire(10)).toBe(4);
  });

  it('grants a request of 0 always [C-451]', () => {
    const { bucket } = empty();
    expect(bucket.acquire(0)).toBe(0);
    expect(bucket.acquireAll(0)).toBe(true);
    expect(bucket.acquireOrWait(0, new Waiting())).toBe(0);
    expect(bucket.waiters).toBe(0);
    expect(bucket.timeNeeded(0)).toBe(0);
  });
});

describe('acquireAll', () => {
  it('never gives more than the size [C-442]', () => {
    const { bucket } = bucketOf();
    expect(bucket.acquireAll(6)).toBe(false);
    expect(bucket.timeNeeded(6)).toBe(Number.POSITIVE_INFINITY);
    expect(bucket.tokens).toBe(5);
  });

  it('refuses with a time and grants at that time [C-443]', () => {
    const { bucket, time } = empty({ rate: 3 });
    expect(bucket.acquireAll(5)).toBe(false);
    const wait = bucket.timeNeeded(5);
    expect(wait).toBe(1667);
    time.advance(wait - 1);
    expect(bucket.acquireAll(5)).toBe(false);
    time.advance(1);
    expect(bucket.acquireAll(5)).toBe(true);
    expect(bucket.tokens).toBe(0);
  });
});

describe('refill', () => {
  it('is there at the time that was told, also where the clock has fractions', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10_000 }),
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 50 }),
        (start, rate, wanted) => {
          const time = new MockTime();
          time.advance(start / 7);
          const bucket = new TokenBucket({ size: 50, rate, initialFillPercentage: 0 }, { time });
          time.advance(bucket.timeNeeded(wanted));
          expect(bucket.tokens).toBeGreaterThanOrEqual(wanted);
          expect(bucket.timeNeeded(wanted)).toBe(0);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('holds at least a token after a second at rate 1, without being asked to refill [C-444]', () => {
    const { bucket, time } = empty();
    time.advance(1000);
    expect(bucket.acquire(1)).toBe(1);
  });

  it('comes within a second [C-445]', () => {
    for (const rate of [1, 2, 3, 5]) {
      const { bucket, time } = empty({ rate });
      time.advance(700);
      const next = bucket.timeOfNextRefill();
      expect(next).toBeGreaterThan(time.now());
      expect(next).toBeLessThanOrEqual(time.now() + 1000);
      const before = bucket.tokens;
      time.advance(next - time.now());
      expect(bucket.tokens).toBeGreaterThan(before);
    }
    const { bucket, time } = bucketOf();
    expect(bucket.timeOfNextRefill()).toBe(time.now());
  });

  it('tells how long tokens take: nothing, missing by rate, or for ever [C-446] [D-31]', () => {
    expect(bucketOf().bucket.timeNeeded(5)).toBe(0);
    expect(empty({ rate: 2 }).bucket.timeNeeded(5)).toBe(2500);
    expect(empty({ rate: 5 }).bucket.timeNeeded(1)).toBe(200);
    expect(empty().bucket.timeNeeded(6)).toBe(Number.POSITIVE_INFINITY);
  });

  it('comes token by token, not in a burst per second [D-31]', () => {
    const { bucket, time } = empty({ rate: 5 });
    const seen: number[] = [];
    for (let i = 0; i < 5; i++) {
      time.advance(200);
      seen.push(bucket.acquire(5));
    }
    expect(seen).toEqual([1, 1, 1, 1, 1]);
  });

  it('is capped after several seconds without use [C-455] [D-31]', () => {
    const { bucket, time } = empty({ rate: 2 });
    time.advance(60_000);
    expect(bucket.tokens).toBe(5);
    expect(bucket.acquire(9)).toBe(5);
    time.advance(499);
    expect(bucket.acquire(9)).toBe(0);
    time.advance(1);
    expect(bucket.acquire(9)).toBe(1);
  });

  it('does not drift, however it is asked [C-455] [D-31]', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 700 }), { maxLength: 300 }), (steps) => {
        const { bucket, time } = empty({ size: 1_000_000, rate: 7 });
        let taken = 0;
        for (const step of steps) {
          // Thirds of a millisecond: no step is exact in binary.
          time.advance(step / 3);
          taken += bucket.acquire(1_000_000);
        }
        const elapsed = steps.reduce((sum, step) => sum + step, 0) / 3;
        expect(taken).toBe(Math.floor((elapsed * 7) / 1000 + 1e-5));
      }),
    );
  });

  it('runs on the injected clock alone [C-460]', () => {
    const { bucket, time } = bucketOf();
    const waiting = new Waiting();
    bucket.acquireOrWait(7, waiting);
    expect(time.pendingTimers).toBe(1);
    time.advance(3_600_000);
    expect(waiting.total).toBe(2);
    expect(time.pendingTimers).toBe(0);
  });
});

describe('waiting in line', () => {
  it('gives what is there at once and the rest as it comes', () => {
    const { bucket, time } = bucketOf();
    const waiting = new Waiting();
    expect(bucket.acquireOrWait(7, waiting)).toBe(5);
    expect(waiting.grants).toEqual([]);
    time.advance(999);
    expect(waiting.total).toBe(0);
    time.advance(1);
    expect(waiting.total).toBe(1);
    time.advance(5000);
    expect(waiting.total).toBe(2);
    expect(bucket.waiters).toBe(0);
  });

  it('serves first come, first served, and in turns [D-31]', () => {
    const { bucket, time } = empty({ rate: 1 });
    const [first, second] = [new Waiting(), new Waiting()];
    bucket.acquireOrWait(3, first);
    bucket.acquireOrWait(2, second);
    const shares: [number, number][] = [];
    for (let i = 0; i < 5; i++) {
      time.advance(1000);
      shares.push([first.total, second.total]);
    }
    expect(shares).toEqual([
      [1, 0],
      [1, 1],
      [2, 1],
      [2, 2],
      [3, 2],
    ]);
  });

  it('lets nobody overtake those who wait [D-31]', () => {
    const { bucket, time } = empty({ size: 1000, rate: 1000 });
    const waiting = new Waiting();
    bucket.acquireOrWait(100, waiting);
    time.advance(5);
    expect(bucket.tokens).toBe(5);
    expect(bucket.acquire(1)).toBe(0);
    expect(bucket.acquireAll(1)).toBe(false);
    expect(bucket.acquireOrWait(1, new Waiting())).toBe(0);
  });

  it('wakes a waiter for a hundredth of a second worth of tokens, not for each [D-31]', () => {
    const { bucket, time } = empty({ size: 100_000, rate: 100_000 });
    const waiting = new Waiting();
    bucket.acquireOrWait(3500, waiting);
    time.advance(100);
    expect(waiting.grants).toEqual([1000, 1000, 1000, 500]);
  });

  it('adds to what a waiter waits for, without costing its place', () => {
    const { bucket, time } = empty();
    const [first, second] = [new Waiting(), new Waiting()];
    bucket.acquireOrWait(1, first);
    bucket.acquireOrWait(1, second);
    bucket.acquireOrWait(1, first);
    time.advance(3000);
    expect([first.grants, second.grants]).toEqual([[1, 1], [1]]);
  });

  it('forgets one that gave up and goes on with the next', () => {
    const { bucket, time } = empty({ size: 200, rate: 100 });
    const [first, second] = [new Waiting(), new Waiting()];
    bucket.acquireOrWait(50, first);
    bucket.acquireOrWait(1, second);
    bucket.cancel(first);
    bucket.cancel(first);
    time.advance(10);
    expect(second.total).toBe(1);
    expect(first.total).toBe(0);
    expect(time.pendingTimers).toBe(0);
  });

  it('passes on what another gives back', () => {
    const { bucket } = empty();
    const waiting = new Waiting();
    bucket.acquireOrWait(3, waiting);
    bucket.return(2);
    expect(waiting.grants).toEqual([2]);
    bucket.return(2);
    expect(waiting.grants).toEqual([2, 1]);
    expect(bucket.tokens).toBe(1);
  });

  it('serves on when a waiter asks again, cancels or gives back from within', () => {
    const { bucket, time } = empty({ size: 10, rate: 10 });
    const other = new Waiting();
    const greedy: TokenWaiter = {
      onTokens(granted) {
        bucket.return(granted);
        bucket.cancel(greedy);
      },
    };
    bucket.acquireOrWait(5, greedy);
    bucket.acquireOrWait(2, other);
    time.advance(200);
    expect(other.total).toBe(2);
    expect(bucket.waiters).toBe(0);
    expect(time.pendingTimers).toBe(0);
  });

  it('goes on after a waiter that throws', () => {
    const { bucket, time } = empty();
    const other = new Waiting();
    bucket.acquireOrWait(1, {
      onTokens() {
        throw new RangeError('a defect');
      },
    });
    bucket.acquireOrWait(1, other);
    expect(() => time.advance(1000)).toThrow('a defect');
    time.advance(1000);
    expect(other.total).toBe(1);
  });

  it('leaves no timer when disposed', () => {
    const { bucket, time } = empty();
    bucket.acquireOrWait(1, new Waiting());
    bucket.dispose();
    expect(time.pendingTimers).toBe(0);
    expect(bucket.waiters).toBe(0);
  });
});

describe('construction', () => {
  it('fills a new bucket of 100 by 25 percent [C-453]', () => {
    expect(bucketOf({ size: 100, initialFillPercentage: 25 }).bucket.tokens).toBe(25);
    expect(bucketOf({ size: 5, initialFillPercentage: 50 }).bucket.tokens).toBe(2);
    expect(bucketOf({ size: 5 }).bucket.tokens).toBe(5);
    expect(bucketOf({ size: 5 }).bucket.size).toBe(5);
  });

  it.each<[string, Partial<TokenBucketOptions>]>([
    ['initialFillPercentage', { initialFillPercentage: 101 }],
    ['initialFillPercentage', { initialFillPercentage: -1 }],
    ['initialFillPercentage', { initialFillPercentage: Number.NaN }],
    ['size', { size: 0 }],
    ['size', { size: 1.5 }],
    ['rate', { rate: 0 }],
    ['rate', { rate: Number.POSITIVE_INFINITY }],
    ['size', { size: 4, rate: 5 }],
  ])('refuses a wrong %s: %j [C-454]', (option, options) => {
    expect(() => bucketOf(options)).toThrow(
      expect.objectContaining({ code: 'ERR_RATE_LIMIT_INVALID_OPTION', details: { option } }),
    );
  });
});
