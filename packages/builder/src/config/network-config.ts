import { PUBLIC_NETWORK, type NetworkAddress, type NetworkId, type PeerSet } from '@diemnet/types';
import type { DiscoveryMethod, OnchainSource } from './discovery-method.js';
import type { IdentityConfig } from './identity-config.js';
import type { SeedAddresses } from './peer-set-config.js';
import type { RateLimitConfig } from './rate-limit-config.js';
import type { SecureBackend } from './secure-backend.js';

/** One network of a node: the YAML section field by field, with its values parsed (behaviour 14.1). */
export interface NetworkConfig {
  /** Longest wait between two dials of a peer, before jitter. @default 60000 */
  readonly max_connection_delay_ms: number;
  /** The n-th dial of a peer waits this to the n-th seconds. @default 2 */
  readonly connection_backoff_base: number;
  /** How often connectivity is checked. @default 5000 */
  readonly connectivity_check_interval_ms: number;
  /** Messages that a queue between components holds, per key. @default 1024 */
  readonly network_channel_size: number;
  /** Accepted for the reference's sake; nothing here waits in a way that it could limit. @default 100 */
  readonly max_concurrent_network_reqs: number;
  /** Older form of {@link discovery_methods}; only one of the two may be used. @default none */
  readonly discovery_method: DiscoveryMethod;
  /** Where peers come from; entries `none` are ignored, of the others one of each kind. @default [] */
  readonly discovery_methods: readonly DiscoveryMethod[];
  /** Who we are. @default none: a random key */
  readonly identity: IdentityConfig;
  /** Where we listen: an IP address and a TCP port, 0 for any. @default /ip4/0.0.0.0/tcp/6180 */
  readonly listen_address: NetworkAddress;
  /** Only trusted peers may connect. @default false */
  readonly mutual_authentication: boolean;
  /** Keeps the key of encrypted validator addresses. @default undefined: the test key */
  readonly network_address_key_backend?: SecureBackend | undefined;
  /** @default public */
  readonly network_id: NetworkId;
  /** Older form of {@link seeds}; both are merged. @default empty */
  readonly seed_addrs: SeedAddresses;
  /** Peers known from the start. @default empty */
  readonly seeds: PeerSet;
  /** Longest message, in bytes, in both directions. @default 8388608 */
  readonly max_frame_size: number;
  /** Expect a PROXY protocol header on inbound connections. @default false */
  readonly enable_proxy_protocol: boolean;
  /** @default 1000 */
  readonly ping_interval_ms: number;
  /** @default 10000 */
  readonly ping_timeout_ms: number;
  /** A peer is disconnected after one more failed ping. @default 5 */
  readonly ping_failures_tolerated: number;
  /** Peers that we dial at a time; not applied on the validator network. @default 3 */
  readonly max_outbound_connections: number;
  /** Unknown peers that may be connected to us at a time. @default 100 */
  readonly max_inbound_connections: number;
  /** @default undefined: no limit */
  readonly inbound_rate_limit_config?: RateLimitConfig | undefined;
  /** @default undefined: no limit */
  readonly outbound_rate_limit_config?: RateLimitConfig | undefined;
  /** Extension: where on-chain discovery gets reconfigurations from. @default undefined: from the program */
  readonly onchain_source?: OnchainSource | undefined;
}

/** The configuration of an empty YAML section. */
export const DEFAULT_NETWORK_CONFIG: NetworkConfig = Object.freeze({
  max_connection_delay_ms: 60_000,
  connection_backoff_base: 2,
  connectivity_check_interval_ms: 5_000,
  network_channel_size: 1_024,
  max_concurrent_network_reqs: 100,
  discovery_method: Object.freeze({ type: 'none' }),
  discovery_methods: Object.freeze([]),
  identity: Object.freeze({ type: 'none' }),
  listen_address: '/ip4/0.0.0.0/tcp/6180' as NetworkAddress,
  mutual_authentication: false,
  network_id: PUBLIC_NETWORK,
  seed_addrs: new Map(),
  seeds: new Map(),
  max_frame_size: 8_388_608,
  enable_proxy_protocol: false,
  ping_interval_ms: 1_000,
  ping_timeout_ms: 10_000,
  ping_failures_tolerated: 5,
  max_outbound_connections: 3,
  max_inbound_connections: 100,
});

/** A whole configuration from the fields that differ from the defaults. */
export function resolveNetworkConfig(fields: Partial<NetworkConfig> = {}): NetworkConfig {
  return { ...DEFAULT_NETWORK_CONFIG, ...fields };
}

/**
 * The discovery methods in force: of either form, without `none`. Whether both forms are used at once is
 * for {@link networkConfigIssues} to tell.
 */
export function activeDiscoveryMethods(
  config: Pick<NetworkConfig, 'discovery_method' | 'discovery_methods'>,
): Exclude<DiscoveryMethod, { type: 'none' }>[] {
  return [config.discovery_method, ...config.discovery_methods].filter((method) => method.type !== 'none');
}
