import {
  FileDiscovery,
  OnChainDiscovery,
  pollFile,
  pollHttp,
  type DiscoveredPeersReceiver,
} from '@diemnet/discovery';
import type { NoiseUpgrader } from '@diemnet/noise';
import { NetworkAddressEncryptor } from '@diemnet/network-address';
import { displayNetworkContext, networkContextFields, type NetworkContext } from '@diemnet/types';
import { durationToMs } from '../config/duration.js';
import { activeDiscoveryMethods, type NetworkConfig } from '../config/network-config.js';
import { BuilderError } from '../errors.js';
import { openAddressKeyStore } from '../storage/address-key-store.js';
import type { ResolvedSurroundings } from './options.js';

/** One way in which a network learns of peers. */
export interface DiscoveryListener {
  start(): void;
  stop(): Promise<void>;
  /** Our keys are other ones now. */
  ownKeysChanged?(): void;
}

/** Which network discovers, and who hears of it. */
export interface DiscoveryTarget {
  readonly context: NetworkContext;
  /** Knows our keys. */
  readonly noise: Pick<NoiseUpgrader, 'identity' | 'publicKeys'>;
  readonly connectivityManager: DiscoveredPeersReceiver;
}

/**
 * A listener per discovery method.
 * @throws BuilderError `ERR_BUILDER_NO_RECONFIGURATIONS` for on-chain discovery without a source of validator sets
 */
export function createDiscovery(
  config: NetworkConfig,
  surroundings: ResolvedSurroundings,
  target: DiscoveryTarget,
): DiscoveryListener[] {
  const { time, logger, metrics, fileSystem } = surroundings;
  const { context, noise, connectivityManager } = target;
  const components = { connectivityManager, context, time, logger, metrics };
  return activeDiscoveryMethods(config).map((method) =>
    method.type === 'file'
      ? new FileDiscovery(
          { ...components, ...(fileSystem === undefined ? {} : { fileSystem }) },
          { path: method.path, intervalMs: durationToMs(method.interval) },
        )
      : new OnChainDiscovery({
          ...components,
          publicKey: noise.identity.publicKey,
          publicKeys: () => noise.publicKeys(),
          reconfigurations: reconfigurationsOf(config, surroundings, context),
          encryptor: new NetworkAddressEncryptor({
            store: openAddressKeyStore(config.network_address_key_backend, { ...surroundings.storage, time }),
            logger,
          }),
        }),
  );
}

function reconfigurationsOf(
  { onchain_source: source }: NetworkConfig,
  { reconfigurations, time, logger, fileSystem, fetch }: ResolvedSurroundings,
  context: NetworkContext,
): AsyncIterable<Uint8Array> {
  if (source !== undefined) {
    const options = {
      intervalMs: durationToMs(source.interval),
      time,
      logger: logger.child({ network_context: networkContextFields(context) }),
    };
    return source.type === 'file'
      ? pollFile(source.path, { ...options, ...(fileSystem === undefined ? {} : { fileSystem }) })
      : pollHttp(source.url, { ...options, ...(fetch === undefined ? {} : { fetch }) });
  }
  if (reconfigurations !== undefined) return reconfigurations;
  throw new BuilderError(
    'ERR_BUILDER_NO_RECONFIGURATIONS',
    `on-chain discovery of ${displayNetworkContext(context)} needs validator sets: give "reconfigurations", ` +
      'or configure "onchain_source"',
  );
}
