import { networkIdFromYaml, type NetworkId } from '@diemnet/types';
import type { ConfigCursor } from './config-cursor.js';
import { readDiscoveryMethod, readOnchainSource } from './discovery-method.js';
import { readIdentityConfig } from './identity-config.js';
import { DEFAULT_NETWORK_CONFIG, type NetworkConfig } from './network-config.js';
import { readNetworkAddress, readPeerSet, readSeedAddresses } from './peer-set-config.js';
import { readRateLimitConfig } from './rate-limit-config.js';
import { defined, readSecureBackend } from './secure-backend.js';

type NumberField = {
  [K in keyof NetworkConfig]-?: NetworkConfig[K] extends number ? K : never;
}[keyof NetworkConfig];

/** Each number with the least value that makes sense. */
const NUMBERS: Readonly<Record<NumberField, number>> = {
  max_connection_delay_ms: 0,
  connection_backoff_base: 0,
  connectivity_check_interval_ms: 1,
  network_channel_size: 1,
  max_concurrent_network_reqs: 0,
  max_frame_size: 1,
  ping_interval_ms: 1,
  ping_timeout_ms: 1,
  ping_failures_tolerated: 0,
  max_outbound_connections: 0,
  max_inbound_connections: 0,
};

/** The numbers of a network with their least values, for checks of configurations that a program made. */
export const NUMBER_FIELDS = Object.entries(NUMBERS) as [NumberField, number][];

/** Reads a network section. Mistakes are reported to the document, and defaults stand in for wrong values. */
export function readNetworkConfig(at: ConfigCursor): NetworkConfig | undefined {
  const fields = at.fields('a network configuration');
  if (fields === undefined) return undefined;
  const defaults = DEFAULT_NETWORK_CONFIG;
  const flag = (field: ConfigCursor) => field.flag();
  const numbers = Object.fromEntries(
    NUMBER_FIELDS.map(([name, least]) => [
      name,
      fields.or(name, (field) => field.integer(least), defaults[name]),
    ]),
  ) as Record<NumberField, number>;
  const config: NetworkConfig = {
    ...numbers,
    discovery_method: fields.or('discovery_method', readDiscoveryMethod, defaults.discovery_method),
    discovery_methods: fields.or(
      'discovery_methods',
      (field) => field.list(readDiscoveryMethod, 'a list of discovery methods'),
      [],
    ),
    identity: fields.or('identity', readIdentityConfig, defaults.identity),
    listen_address: fields.or('listen_address', readNetworkAddress, defaults.listen_address),
    mutual_authentication: fields.or('mutual_authentication', flag, false),
    network_id: fields.or('network_id', readNetworkId, defaults.network_id),
    seed_addrs: fields.or('seed_addrs', readSeedAddresses, new Map()),
    seeds: fields.or('seeds', readPeerSet, new Map()),
    enable_proxy_protocol: fields.or('enable_proxy_protocol', flag, false),
    ...defined({
      network_address_key_backend: fields.optional('network_address_key_backend', readSecureBackend),
      inbound_rate_limit_config: fields.optional('inbound_rate_limit_config', readRateLimitConfig),
      outbound_rate_limit_config: fields.optional('outbound_rate_limit_config', readRateLimitConfig),
      onchain_source: fields.optional('onchain_source', readOnchainSource),
    }),
  };
  fields.finish();
  return config;
}

function readNetworkId(at: ConfigCursor): NetworkId | undefined {
  const expected = 'validator, public or {private: <name>}';
  try {
    return networkIdFromYaml(at.isMapping ? at.verbatim() : at.text(expected));
  } catch {
    return at.reject(expected);
  }
}
