import type { Logger, Metrics, TimeService } from '@diemnet/types';
import { RateLimiterError } from './errors.js';

/** How much a bucket holds and how fast it fills. In DiemNet a token is a byte. */
export interface TokenBucketOptions {
  /** Tokens in a full bucket: the largest burst. A positive integer, at least `rate`. */
  readonly size: number;
  /** Tokens per second. A positive integer. */
  readonly rate: number;
  /** How full a new bucket is, in percent of `size`, rounded down. @default 100 */
  readonly initialFillPercentage?: number;
}

/** Options of a TokenBucketRateLimiter. */
export interface RateLimiterOptions<K> extends TokenBucketOptions {
  /** Names the limiter in the metric's label `direction` and in logs. */
  readonly label: 'inbound' | 'outbound';
  /** Says in logs which network it is for, e.g. the text form of its context. @default '' */
  readonly logInfo?: string;
  /** A key as logs show it. @default String */
  readonly displayKey?: (key: K) => string;
  /** @default systemTime */
  readonly time?: TimeService;
  /** @default noMetrics */
  readonly metrics?: Metrics;
  /** @default silentLogger */
  readonly logger?: Logger;
}

/** A new bucket is full. */
export const DEFAULT_TOKEN_BUCKET_OPTIONS = Object.freeze({ initialFillPercentage: 100 });

/**
 * Checks options and fills in the defaults.
 * @throws RateLimiterError `ERR_RATE_LIMIT_INVALID_OPTION`, whose `details.option` names the offender
 */
export function resolveTokenBucketOptions(options: TokenBucketOptions): Required<TokenBucketOptions> {
  const { size, rate, initialFillPercentage = DEFAULT_TOKEN_BUCKET_OPTIONS.initialFillPercentage } = options;
  if (!isPositiveInteger(size)) throw invalid('size', 'a positive integer', size);
  if (!isPositiveInteger(rate)) throw invalid('rate', 'a positive integer', rate);
  if (size < rate) throw invalid('size', `at least the rate of ${rate}`, size);
  if (!(initialFillPercentage >= 0 && initialFillPercentage <= 100)) {
    throw invalid('initialFillPercentage', 'from 0 to 100', initialFillPercentage);
  }
  return { size, rate, initialFillPercentage };
}

function isPositiveInteger(value: number): boolean {
  return Number.isSafeInteger(value) && value > 0;
}

function invalid(option: string, expected: string, got: number): RateLimiterError {
  return new RateLimiterError('ERR_RATE_LIMIT_INVALID_OPTION', `${option} must be ${expected}, got ${got}`, {
    details: { option },
  });
}
