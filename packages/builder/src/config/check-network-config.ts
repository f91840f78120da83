import { parseBase } from '@diemnet/network-address';
import { throwIssues, type ConfigIssue } from '../errors.js';
import { activeDiscoveryMethods, type NetworkConfig } from './network-config.js';
import type { RateLimitConfig } from './rate-limit-config.js';
import { NUMBER_FIELDS } from './read-network-config.js';
import { seedIssues, type SeedOptions } from './seeds.js';

/** All that is wrong with the values of one network, each alone or together (D-28). Paths start at the network. */
export function networkConfigIssues(config: NetworkConfig, options: SeedOptions = {}): ConfigIssue[] {
  return [
    ...numberIssues(config),
    ...listenAddressIssues(config, options),
    ...discoveryIssues(config),
    ...seedIssues(config, options),
    ...rateLimitIssues('inbound_rate_limit_config', config.inbound_rate_limit_config),
    ...rateLimitIssues('outbound_rate_limit_config', config.outbound_rate_limit_config),
  ];
}

/** @throws ConfigError with all of {@link networkConfigIssues} if there are any */
export function assertNetworkConfig(config: NetworkConfig, options?: SeedOptions): void {
  throwIssues(networkConfigIssues(config, options));
}

function numberIssues(config: NetworkConfig): ConfigIssue[] {
  return NUMBER_FIELDS.flatMap(([name, least]) => {
    const value = config[name];
    if (Number.isSafeInteger(value) && value >= least) return [];
    const expected = `a whole number of at least ${least}`;
    return [{ code: 'ERR_CONFIG_INVALID_VALUE', path: name, expected, found: String(value) }];
  });
}

function listenAddressIssues({ listen_address }: NetworkConfig, { allowMemory }: SeedOptions): ConfigIssue[] {
  const parsed = parseBase(listen_address);
  const kind = parsed?.rest.length === 0 ? parsed.base.kind : undefined;
  if (kind === 'ip' || (kind === 'memory' && allowMemory)) return [];
  return [
    {
      code: 'ERR_CONFIG_LISTEN_ADDRESS',
      path: 'listen_address',
      expected:
        kind === 'memory'
          ? 'an IP address and a TCP port (a memory address needs a MemoryNetwork that the program gives)'
          : 'an IP address and a TCP port, and nothing more, such as /ip4/0.0.0.0/tcp/6180',
      found: JSON.stringify(listen_address),
    },
  ];
}

function discoveryIssues(config: NetworkConfig): ConfigIssue[] {
  const issues: ConfigIssue[] = [];
  if (config.discovery_method.type !== 'none' && config.discovery_methods.length > 0) {
    issues.push({
      code: 'ERR_CONFIG_CONFLICT',
      path: 'discovery_methods',
      expected: 'either discovery_method or discovery_methods',
      found: 'both',
    });
  }
  const seen = new Set<string>();
  for (const [i, method] of config.discovery_methods.entries()) {
    if (seen.has(method.type)) {
      issues.push({
        code: 'ERR_CONFIG_DUPLICATE',
        path: `discovery_methods[${i}]`,
        expected: 'one discovery method of each kind',
        found: `a second ${method.type}`,
      });
    }
    if (method.type !== 'none') seen.add(method.type);
  }
  if (
    config.onchain_source !== undefined &&
    !activeDiscoveryMethods(config).some((method) => method.type === 'onchain')
  ) {
    issues.push({
      code: 'ERR_CONFIG_CONFLICT',
      path: 'onchain_source',
      expected: 'the discovery method onchain beside it',
      found: 'no use for it',
    });
  }
  return issues;
}

function rateLimitIssues(path: string, limit: RateLimitConfig | undefined): ConfigIssue[] {
  if (limit === undefined || !limit.enabled) return [];
  const wrong = (field: string, expected: string, found: number): ConfigIssue => ({
    code: 'ERR_CONFIG_RATE_LIMIT',
    path: `${path}.${field}`,
    expected,
    found: String(found),
  });
  const {
    ip_byte_bucket_rate: rate,
    ip_byte_bucket_size: size,
    initial_bucket_fill_percentage: fill,
  } = limit;
  return [
    ...(rate > 0 ? [] : [wrong('ip_byte_bucket_rate', 'bytes per second above 0', rate)]),
    ...(size > 0 && size >= rate
      ? []
      : [wrong('ip_byte_bucket_size', `at least ip_byte_bucket_rate (${rate}) and above 0`, size)]),
    ...(fill >= 0 && fill <= 100
      ? []
      : [wrong('initial_bucket_fill_percentage', 'a percentage from 0 to 100', fill)]),
  ];
}
