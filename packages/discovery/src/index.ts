/**
 * Where peers come from: the validator set on chain, and a watched file. Feeds ConnectivityManager.
 *
 * Layer 5: uses `@diemnet/network-address`, `@diemnet/bcs`, `@diemnet/types`.
 *
 * @example
 * const discovery = new FileDiscovery({ connectivityManager, context }, { path: 'peers.yaml', intervalMs: 60_000 });
 * discovery.start();
 * await discovery.stop();
 *
 * @packageDocumentation
 */
export { DiscoveryError } from './errors.js';
export type { DiscoveryErrorCode } from './errors.js';
export type { DiscoveredPeersReceiver, DiscoverySource } from './discovery-source.js';
export { decodeValidatorSet, encodeValidatorSet } from './validator-set.js';
export type { ValidatorInfo, ValidatorSet } from './validator-set.js';
export { OnChainDiscovery } from './on-chain-discovery.js';
export type { OnChainDiscoveryComponents } from './on-chain-discovery.js';
export { FileDiscovery } from './file-discovery.js';
export type { FileDiscoveryComponents } from './file-discovery.js';
export { pollFile } from './poll-file.js';
export type { PollFileOptions } from './poll-file.js';
export { pollHttp } from './poll-http.js';
export type { HttpFetch, HttpResponse, PollHttpOptions } from './poll-http.js';
export type { PollComponents } from './poll.js';
export { formatPeerSetYaml, parsePeerSetYaml } from './peer-set-yaml.js';
export { nodeFileSystem } from './file-system.js';
export type { FileSystem, ReadFileOptions, WatchHandlers } from './file-system.js';
export {
  DEFAULT_FILE_DISCOVERY_OPTIONS,
  DEFAULT_ON_CHAIN_DISCOVERY_OPTIONS,
  DEFAULT_POLL_OPTIONS,
  resolveFileDiscoveryOptions,
  resolveOnChainDiscoveryOptions,
  resolvePollOptions,
} from './options.js';
export type { FileDiscoveryOptions, OnChainDiscoveryOptions, PollOptions } from './options.js';
