import type { RateLimiters } from '@diemnet/peer-manager';
import { TokenBucketRateLimiter, type RateLimiter } from '@diemnet/rate-limiter';
import { displayNetworkContext, type NetworkContext } from '@diemnet/types';
import type { NetworkConfig } from '../config/network-config.js';
import type { RateLimitConfig } from '../config/rate-limit-config.js';
import type { ResolvedSurroundings } from './options.js';

/** One limiter per direction, shared by all connections of the network (behaviour 16). */
export function createRateLimiters(
  config: Pick<NetworkConfig, 'inbound_rate_limit_config' | 'outbound_rate_limit_config'>,
  surroundings: ResolvedSurroundings,
  context: NetworkContext,
): RateLimiters | undefined {
  const inbound = createLimiter('inbound', config.inbound_rate_limit_config, surroundings, context);
  const outbound = createLimiter('outbound', config.outbound_rate_limit_config, surroundings, context);
  return inbound === undefined && outbound === undefined ? undefined : { inbound, outbound };
}

function createLimiter(
  label: 'inbound' | 'outbound',
  config: RateLimitConfig | undefined,
  { time, metrics, logger }: ResolvedSurroundings,
  context: NetworkContext,
): RateLimiter<string> | undefined {
  if (config === undefined || !config.enabled) return undefined;
  return new TokenBucketRateLimiter<string>({
    label,
    logInfo: displayNetworkContext(context),
    size: config.ip_byte_bucket_size,
    rate: config.ip_byte_bucket_rate,
    initialFillPercentage: config.initial_bucket_fill_percentage,
    time,
    metrics,
    logger,
  });
}
