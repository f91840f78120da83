import { displayChainId, networkIdToYaml } from '@diemnet/types';
import { stringify } from 'yaml';
import { discoveryMethodToYaml, onchainSourceToYaml } from './discovery-method.js';
import { identityToYaml } from './identity-config.js';
import type { NetworkConfig } from './network-config.js';
import type { NodeConfig, WaypointConfig } from './node-config.js';
import { peerSetToYaml, seedAddressesToYaml } from './peer-set-config.js';
import { secureBackendToYaml } from './secure-backend.js';

/** The YAML text of one network, every field written out. Contains the private key of a `from_config` identity. */
export function formatNetworkConfig(config: NetworkConfig): string {
  return stringify(networkToYaml(config));
}

/** The YAML text of a node. Contains the private keys of `from_config` identities. */
export function formatNodeConfig(config: NodeConfig): string {
  const { base, validator_network, full_node_networks, admin, other_sections } = config;
  return stringify({
    base: {
      data_dir: base.data_dir,
      role: base.role,
      waypoint: waypointToYaml(base.waypoint),
      ...(base.chain_id === undefined ? {} : { chain_id: displayChainId(base.chain_id) }),
    },
    ...(validator_network === undefined ? {} : { validator_network: networkToYaml(validator_network) }),
    full_node_networks: full_node_networks.map(networkToYaml),
    ...(admin === undefined ? {} : { admin }),
    ...other_sections,
  });
}

function networkToYaml(config: NetworkConfig): Record<string, unknown> {
  const { network_address_key_backend: backend, onchain_source: source } = config;
  return {
    ...config,
    discovery_method: discoveryMethodToYaml(config.discovery_method),
    discovery_methods: config.discovery_methods.map(discoveryMethodToYaml),
    identity: identityToYaml(config.identity),
    network_id: networkIdToYaml(config.network_id),
    network_address_key_backend: backend === undefined ? null : secureBackendToYaml(backend),
    seed_addrs: seedAddressesToYaml(config.seed_addrs),
    seeds: peerSetToYaml(config.seeds),
    inbound_rate_limit_config: config.inbound_rate_limit_config ?? null,
    outbound_rate_limit_config: config.outbound_rate_limit_config ?? null,
    onchain_source: source === undefined ? undefined : onchainSourceToYaml(source),
  };
}

function waypointToYaml(waypoint: WaypointConfig): unknown {
  switch (waypoint.type) {
    case 'none':
      return 'none';
    case 'from_config':
      return { from_config: waypoint.waypoint };
    case 'from_file':
      return { from_file: waypoint.path };
    case 'from_storage':
      return { from_storage: secureBackendToYaml(waypoint.backend) };
  }
}
