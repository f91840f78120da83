import type { ChainId, RoleType } from '@diemnet/types';
import { compareNetworkIds, networkLabel } from '@diemnet/types';
import type { ConfigIssue } from '../errors.js';
import type { AdminConfig } from './admin-config.js';
import { networkConfigIssues } from './check-network-config.js';
import type { NetworkConfig } from './network-config.js';
import type { SecureBackend } from './secure-backend.js';
import type { SeedOptions } from './seeds.js';

/** Where the node's first trusted state comes from. Accepted and kept; nothing in networking looks at it. */
export type WaypointConfig =
  | { readonly type: 'none' }
  | { readonly type: 'from_config'; readonly waypoint: string }
  | { readonly type: 'from_file'; readonly path: string }
  | { readonly type: 'from_storage'; readonly backend: SecureBackend };

/** What concerns the whole node. */
export interface BaseConfig {
  /** Relative paths of storage backends start here. @default /opt/diem/data */
  readonly data_dir: string;
  /** @default validator */
  readonly role: RoleType;
  /** @default none */
  readonly waypoint: WaypointConfig;
  /**
   * Extension: the chain, by name or number. The reference takes it from its ledger; without a ledger it must
   * stand here unless the program gives it when it creates the node.
   */
  readonly chain_id?: ChainId | undefined;
}

/** The configuration of a node (behaviour 14.5). */
export interface NodeConfig {
  readonly base: BaseConfig;
  /** A validator has it, a full node has not. Its network id is always Validator. */
  readonly validator_network?: NetworkConfig | undefined;
  readonly full_node_networks: readonly NetworkConfig[];
  /** Extension: serve metrics, health and the inspector over HTTP. @default undefined: do not */
  readonly admin?: AdminConfig | undefined;
  /** Sections of other components, kept as they are for saving; whole numbers in them are bigints. */
  readonly other_sections: Readonly<Record<string, unknown>>;
}

/** The `base` of an empty configuration. */
export const DEFAULT_BASE_CONFIG: BaseConfig = Object.freeze({
  data_dir: '/opt/diem/data',
  role: 'validator',
  waypoint: Object.freeze({ type: 'none' }),
});

/** Sections that do not concern networking, and are accepted without a look. */
export const OTHER_SECTIONS = Object.freeze([
  'consensus',
  'debug_interface',
  'execution',
  'failpoints',
  'json_rpc',
  'logger',
  'mempool',
  'metrics',
  'state_sync',
  'storage',
  'test',
]);

/** A network of a node, with its place in the configuration. */
export interface PlacedNetwork {
  readonly path: string;
  readonly config: NetworkConfig;
}

/** All networks of a node, as they stand in the configuration. */
export function networksOf(config: NodeConfig): PlacedNetwork[] {
  const networks = config.full_node_networks.map((network, i) => ({
    path: `full_node_networks[${i}]`,
    config: network,
  }));
  const validator = config.validator_network;
  return validator === undefined ? networks : [{ path: 'validator_network', config: validator }, ...networks];
}

/** All networks of a node in order of importance: validator, `vfn`, other private ones, public (behaviour 14.5). */
export function networksByImportance(config: NodeConfig): PlacedNetwork[] {
  return networksOf(config).toSorted((a, b) => compareNetworkIds(a.config.network_id, b.config.network_id));
}

/** All that is wrong with a node's configuration: its networks, and how they go together (D-28). */
export function nodeConfigIssues(config: NodeConfig, options: SeedOptions = {}): ConfigIssue[] {
  return [
    ...roleIssues(config),
    ...networksOf(config).flatMap(({ path, config: network }) =>
      networkConfigIssues(network, options).map((issue) => ({ ...issue, path: `${path}.${issue.path}` })),
    ),
    ...duplicateIssues(networksOf(config)),
  ];
}

function roleIssues({ base, validator_network, full_node_networks }: NodeConfig): ConfigIssue[] {
  const issues: ConfigIssue[] = [];
  if (base.role === 'validator' && validator_network === undefined) {
    issues.push({
      code: 'ERR_CONFIG_MISSING_FIELD',
      path: 'validator_network',
      expected: 'this section is required since base.role is validator',
    });
  }
  if (base.role === 'full_node' && validator_network !== undefined) {
    issues.push({
      code: 'ERR_CONFIG_CONFLICT',
      path: 'validator_network',
      expected: 'no such section since base.role is full_node',
      found: 'one',
    });
  }
  for (const [i, network] of full_node_networks.entries()) {
    if (network.network_id.kind !== 'validator') continue;
    issues.push({
      code: 'ERR_CONFIG_CONFLICT',
      path: `full_node_networks[${i}].network_id`,
      expected: 'public or {private: <name>}',
      found: 'validator, which only validator_network is',
    });
  }
  return issues;
}

/** Only Public may occur more than once, and two networks cannot listen at one place. */
function duplicateIssues(networks: readonly PlacedNetwork[]): ConfigIssue[] {
  const issues: ConfigIssue[] = [];
  const ids = new Map<string, string>();
  const addresses = new Map<string, string>();
  for (const { path, config } of networks) {
    const label = networkLabel(config.network_id);
    const id = `${config.network_id.kind} ${label}`;
    const sameId = ids.get(id);
    if (config.network_id.kind !== 'public' && sameId !== undefined) {
      issues.push({
        code: 'ERR_CONFIG_DUPLICATE',
        path: `${path}.network_id`,
        expected: 'a network id of its own',
        found: `${label}, which ${sameId} has too`,
      });
    }
    ids.set(id, path);
    const sameAddress = addresses.get(config.listen_address);
    if (sameAddress !== undefined && !config.listen_address.endsWith('/0')) {
      issues.push({
        code: 'ERR_CONFIG_DUPLICATE',
        path: `${path}.listen_address`,
        expected: 'a listen address of its own',
        found: `${config.listen_address}, which ${sameAddress} has too`,
      });
    }
    addresses.set(config.listen_address, path);
  }
  return issues;
}
