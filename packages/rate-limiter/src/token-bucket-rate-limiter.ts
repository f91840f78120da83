import { noMetrics, silentLogger, systemTime } from '@diemnet/types';
import { BucketMeter, rateLimitHistograms, type MeterComponents } from './bucket-meter.js';
import { resolveTokenBucketOptions, type RateLimiterOptions, type TokenBucketOptions } from './options.js';
import { TokenBucket } from './token-bucket.js';
import type { BucketHold, RateLimiter } from './token-source.js';

interface SharedBucket {
  readonly bucket: TokenBucket;
  holders: number;
}

/**
 * A token bucket per key, e.g. per IP address (DiemNet behaviour, section 16). A bucket exists while somebody holds
 * it and goes when the last holder lets go (D-30).
 *
 * @example
 * const limiter = new TokenBucketRateLimiter<string>({ label: 'inbound', size: 2 ** 20, rate: 2 ** 19 });
 * const hold = limiter.hold('10.0.0.16');
 * hold.bucket.acquire(1500); // 1500
 * hold.release();
 */
export class TokenBucketRateLimiter<K> implements RateLimiter<K> {
  readonly #options: Required<TokenBucketOptions>;
  readonly #displayKey: (key: K) => string;
  readonly #meter: MeterComponents;
  readonly #measured: boolean;
  readonly #buckets = new Map<K, SharedBucket>();

  /** @throws RateLimiterError `ERR_RATE_LIMIT_INVALID_OPTION` */
  constructor(options: RateLimiterOptions<K>) {
    const { label, logInfo = '', displayKey = String, time = systemTime } = options;
    const { metrics = noMetrics, logger = silentLogger } = options;
    this.#options = resolveTokenBucketOptions(options);
    this.#displayKey = displayKey;
    this.#meter = { label, logInfo, time, logger, ...rateLimitHistograms(metrics, label) };
    this.#measured = metrics !== noMetrics || logger !== silentLogger;
  }

  /** Buckets in use that have a key. */
  get bucketCount(): number {
    return this.#buckets.size;
  }

  hold(key: K | undefined): BucketHold & { readonly bucket: TokenBucket } {
    if (key === undefined) {
      const bucket = this.#createBucket('');
      return { bucket, release: () => bucket.dispose() };
    }
    const shared = this.#buckets.get(key) ?? {
      bucket: this.#createBucket(this.#displayKey(key)),
      holders: 0,
    };
    this.#buckets.set(key, shared);
    shared.holders++;
    let held = true;
    return {
      bucket: shared.bucket,
      release: () => {
        if (!held) return;
        held = false;
        shared.holders--;
        if (shared.holders > 0) return;
        this.#buckets.delete(key);
        shared.bucket.dispose();
      },
    };
  }

  #createBucket(key: string): TokenBucket {
    const { time } = this.#meter;
    // Where nobody looks, nothing is summed up and no timer runs for it.
    return new TokenBucket(
      this.#options,
      this.#measured ? { time, meter: new BucketMeter(this.#meter, key) } : { time },
    );
  }
}
