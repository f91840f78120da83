import type { ChainId } from '@diemnet/types';
import { networksByImportance, nodeConfigIssues, type NodeConfig } from '../config/node-config.js';
import { ConfigError, throwIssues } from '../errors.js';
import { NetworkBuilder } from '../network/network-builder.js';
import type { NetworkSurroundings } from '../network/options.js';
import { DiemNetNode } from './node.js';

/** What a node is created with, besides its configuration. */
export interface CreateNodeOptions extends Omit<NetworkSurroundings, 'chainId'> {
  /** @default `base.chain_id` of the configuration */
  readonly chainId?: ChainId | undefined;
  /** Called for every network, before it is built: the place to register applications. */
  readonly onNetwork?: ((network: NetworkBuilder) => void) | undefined;
}

/**
 * A node with all networks of its configuration, ready to start (behaviour 15).
 * @throws ConfigError with everything that is wrong, a missing chain id included; and as `NetworkBuilder.create`
 * @example
 * const node = await createNode(await loadNodeConfig('node.yaml'), {
 *   onNetwork: (network) => serveChat(network.registerApplication(chat)),
 * });
 * await node.start();
 */
export async function createNode(
  config: NodeConfig,
  { onNetwork, ...options }: CreateNodeOptions = {},
): Promise<DiemNetNode> {
  const allowMemory = options.memoryNetwork !== undefined || options.baseTransport !== undefined;
  throwIssues(nodeConfigIssues(config, { allowMemory }));
  const chainId = options.chainId ?? config.base.chain_id;
  if (chainId === undefined) {
    throw new ConfigError([
      {
        code: 'ERR_CONFIG_MISSING_FIELD',
        path: 'base.chain_id',
        expected: 'this field is required where the program does not say which chain it is on',
      },
    ]);
  }
  const storage = { dataDir: config.base.data_dir, ...options.storage };
  const { role } = config.base;
  const networks: NetworkBuilder[] = [];
  try {
    for (const { config: network } of networksByImportance(config)) {
      const builder = await NetworkBuilder.create({ ...options, chainId, role, storage, config: network });
      networks.push(builder);
      onNetwork?.(builder);
    }
  } catch (error) {
    await Promise.allSettled(networks.map((network) => network.stop({ graceMs: 0 })));
    throw error;
  }
  return new DiemNetNode(role, networks);
}
