/**
 * The assembly of DiemNet: configuration as YAML, identities and the storages they come from, and networks and nodes
 * made from them.
 *
 * Layer 6: the only package that knows the concrete classes of all others.
 *
 * @example
 * const config = await loadNodeConfig('/etc/diem/node.yaml');
 * const identity = await resolveIdentity(config.full_node_networks[0]!.identity);
 *
 * @packageDocumentation
 */
export { BuilderError, ConfigError, StorageError, formatConfigIssue } from './errors.js';
export type {
  BuilderErrorCode,
  ConfigErrorCode,
  ConfigErrorDetails,
  ConfigIssue,
  StorageErrorCode,
} from './errors.js';
export {
  DEFAULT_NETWORK_CONFIG,
  activeDiscoveryMethods,
  resolveNetworkConfig,
} from './config/network-config.js';
export type { NetworkConfig } from './config/network-config.js';
export { assertNetworkConfig, networkConfigIssues } from './config/check-network-config.js';
export {
  DEFAULT_BASE_CONFIG,
  OTHER_SECTIONS,
  networksByImportance,
  networksOf,
  nodeConfigIssues,
} from './config/node-config.js';
export type { BaseConfig, NodeConfig, PlacedNetwork, WaypointConfig } from './config/node-config.js';
export { loadNodeConfig, parseNetworkConfig, parseNodeConfig, saveNodeConfig } from './config/load-config.js';
export type { ReadConfigOptions } from './config/load-config.js';
export { formatNetworkConfig, formatNodeConfig } from './config/format-config.js';
export { durationFromMs, durationToMs } from './config/duration.js';
export { parseHostAndPort } from './config/admin-config.js';
export type { AdminConfig, HostAndPort } from './config/admin-config.js';
export type { ConfigDuration } from './config/duration.js';
export type { DiscoveryMethod, OnchainSource } from './config/discovery-method.js';
export type { IdentityConfig } from './config/identity-config.js';
export type { SeedAddresses } from './config/peer-set-config.js';
export { DEFAULT_RATE_LIMIT_CONFIG } from './config/rate-limit-config.js';
export type { RateLimitConfig } from './config/rate-limit-config.js';
export type {
  GitHubBackend,
  InMemoryBackend,
  OnDiskBackend,
  SecureBackend,
  TokenSource,
  VaultBackend,
} from './config/secure-backend.js';
export { mergeSeeds, seedIssues } from './config/seeds.js';
export type { MergedSeeds, SeedOptions } from './config/seeds.js';
export { prepareIdentity } from './identity/prepare-identity.js';
export type { PreparedIdentity } from './identity/prepare-identity.js';
export { readKeyFile, readKeyVariable } from './identity/key-source.js';
export { resolveIdentity } from './identity/resolve-identity.js';
export type { Identity, ResolveIdentityOptions } from './identity/resolve-identity.js';
export type { SecretStorage, WritableStorage } from './storage/storage.js';
export { InMemoryStorage } from './storage/in-memory-storage.js';
export { OnDiskStorage } from './storage/on-disk-storage.js';
export { GitHubStorage } from './storage/git-hub-storage.js';
export { VaultStorage } from './storage/vault-storage.js';
export { StorageAddressKeyStore, openAddressKeyStore } from './storage/address-key-store.js';
export { openStorage } from './storage/open-storage.js';
export type { OpenStorageOptions } from './storage/open-storage.js';
export { fetchHttpClient, nodeHttpClient } from './storage/http-client.js';
export type { HttpClient, HttpRequest, HttpResponse } from './storage/http-client.js';
export type { RemoteComponents } from './storage/remote-json.js';
export { NetworkBuilder } from './network/network-builder.js';
export type { NetworkState, StopOptions } from './network/network-builder.js';
export type { NetworkBuilderOptions, NetworkSurroundings, NetworkTuning } from './network/options.js';
export { DEFAULT_KEY_OVERLAP_MS } from './network/identity-rotation.js';
export type { RotateIdentityOptions } from './network/identity-rotation.js';
export { createNetwork } from './network/create-network.js';
export type { ApplicationMessages, CreateNetworkOptions, RunningNetwork } from './network/create-network.js';
export { ReconfigurationFeed } from './network/reconfiguration-feed.js';
export { DiemNetNode } from './node/node.js';
export { createNode } from './node/create-node.js';
export type { CreateNodeOptions } from './node/create-node.js';
export { checkEndpoint } from './endpoint/check-endpoint.js';
export type { CheckEndpointOptions, EndpointCheck } from './endpoint/check-endpoint.js';
export { diagnoseEndpoint } from './endpoint/diagnose-endpoint.js';
export type { EndpointDiagnosis } from './endpoint/diagnose-endpoint.js';
export { explainEndpointCheck } from './endpoint/endpoint-verdict.js';
export type {
  EndpointSide,
  EndpointVerdict,
  EndpointVerdictKind,
  StrangerProbe,
} from './endpoint/endpoint-verdict.js';
