import { VALIDATOR_NETWORK, parseChainId, parseRoleType } from '@diemnet/types';
import { readAdminConfig } from './admin-config.js';
import type { ConfigCursor } from './config-cursor.js';
import {
  DEFAULT_BASE_CONFIG,
  OTHER_SECTIONS,
  type BaseConfig,
  type NodeConfig,
  type WaypointConfig,
} from './node-config.js';
import { readNetworkConfig } from './read-network-config.js';
import { defined, readSecureBackend } from './secure-backend.js';

/** Reads the configuration of a node. Mistakes are reported to the document. */
export function readNodeConfig(at: ConfigCursor): NodeConfig | undefined {
  const fields = at.fields('a node configuration');
  if (fields === undefined) return undefined;
  const base = fields.or('base', readBase, DEFAULT_BASE_CONFIG);
  const validatorNetwork = fields.optional('validator_network', readNetworkConfig);
  const full_node_networks = fields.or(
    'full_node_networks',
    (field) => field.list(readNetworkConfig, 'a list of network configurations'),
    [],
  );
  const admin = fields.optional('admin', readAdminConfig);
  const other_sections: Record<string, unknown> = {};
  for (const name of OTHER_SECTIONS) {
    const section = fields.find(name);
    if (section !== undefined) other_sections[name] = section.verbatim();
  }
  fields.finish();
  return {
    base,
    ...defined({
      validator_network: validatorNetwork && { ...validatorNetwork, network_id: VALIDATOR_NETWORK },
    }),
    full_node_networks,
    ...defined({ admin }),
    other_sections,
  };
}

function readBase(at: ConfigCursor): BaseConfig | undefined {
  const fields = at.fields();
  if (fields === undefined) return undefined;
  const base: BaseConfig = {
    data_dir: fields.or('data_dir', (field) => field.text('a path'), DEFAULT_BASE_CONFIG.data_dir),
    role: fields.or('role', (field) => field.parsed('validator or full_node', parseRoleType), 'validator'),
    waypoint: fields.or('waypoint', readWaypoint, DEFAULT_BASE_CONFIG.waypoint),
    ...defined({
      chain_id: fields.optional('chain_id', (field) =>
        field.parsed('the name of a chain, or a number from 1 to 255', parseChainId),
      ),
    }),
  };
  fields.finish();
  return base;
}

function readWaypoint(at: ConfigCursor): WaypointConfig | undefined {
  const expected = 'none, {from_config: …}, {from_file: …} or {from_storage: …}';
  if (!at.isMapping) return at.text(expected) === 'none' ? { type: 'none' } : at.reject(expected);
  const [[kind, value] = [undefined, at], ...more] = at.entries();
  if (more.length > 0) return at.reject(expected);
  if (kind === 'from_config') {
    const waypoint = value.text();
    return waypoint === undefined ? undefined : { type: kind, waypoint };
  }
  if (kind === 'from_file') {
    const path = value.text('a path');
    return path === undefined ? undefined : { type: kind, path };
  }
  if (kind !== 'from_storage') return at.reject(expected);
  const backend = readSecureBackend(value);
  return backend && { type: kind, backend };
}
