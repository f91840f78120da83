import type { ConfigCursor } from './config-cursor.js';

/** Limit of bytes per second and IP, in one direction (behaviour 16). */
export interface RateLimitConfig {
  /** Bytes per second and IP. */
  readonly ip_byte_bucket_rate: number;
  /** Bytes that may come at once; not below the rate. */
  readonly ip_byte_bucket_size: number;
  /** How full a new bucket is, in percent. */
  readonly initial_bucket_fill_percentage: number;
  /** False: everything passes, as without this section. */
  readonly enabled: boolean;
}

/** What a rate limit is if a program gives no other numbers. In YAML all four fields are required. */
export const DEFAULT_RATE_LIMIT_CONFIG: RateLimitConfig = Object.freeze({
  ip_byte_bucket_rate: 102_400,
  ip_byte_bucket_size: 102_400,
  initial_bucket_fill_percentage: 25,
  enabled: true,
});

/** Reads a rate limit; the numbers are checked together with the rest of the network. */
export function readRateLimitConfig(at: ConfigCursor): RateLimitConfig | undefined {
  const fields = at.fields();
  if (fields === undefined) return undefined;
  const rate = fields.required('ip_byte_bucket_rate', (field) => field.integer());
  const size = fields.required('ip_byte_bucket_size', (field) => field.integer());
  const fill = fields.required('initial_bucket_fill_percentage', (field) => field.integer(0, 255));
  const enabled = fields.required('enabled', (field) => field.flag());
  fields.finish();
  if (rate === undefined || size === undefined || fill === undefined || enabled === undefined)
    return undefined;
  return {
    ip_byte_bucket_rate: rate,
    ip_byte_bucket_size: size,
    initial_bucket_fill_percentage: fill,
    enabled,
  };
}
