import { readFile } from 'node:fs/promises';
import path from 'node:path';
import {
  ConfigError,
  activeDiscoveryMethods,
  loadNodeConfig,
  networksOf,
  parseHostAndPort,
  resolveIdentity,
  type ConfigIssue,
  type NetworkConfig,
  type NodeConfig,
} from '@diemnet/builder';
import { isLoopback } from '@diemnet/inspector';
import { isDiemNetError, networkLabel } from '@diemnet/types';
import { LineCounter, isNode, parseDocument } from 'yaml';
import { readTokenFile } from '../admin/token-file.js';

/** Something that is not wrong, but may not be meant. */
export interface ConfigWarning {
  readonly path: string;
  readonly line?: number | undefined;
  readonly message: string;
}

/** One network in a few words. */
export interface NetworkSummary {
  readonly network: string;
  readonly listenAddress: string;
  readonly peerId: string | null;
  readonly publicKey: string | null;
  readonly mutualAuthentication: boolean;
  readonly discovery: readonly string[];
  readonly seeds: number;
}

/** What `diemnet config check` found. */
export interface ConfigReport {
  readonly file: string;
  readonly ok: boolean;
  readonly issues: readonly ConfigIssue[];
  readonly warnings: readonly ConfigWarning[];
  readonly role: string | null;
  readonly networks: readonly NetworkSummary[];
}

/** Reads a configuration as `diemnet node` would, and the keys that it names; finds everything that is wrong. */
export async function checkConfig(
  file: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<ConfigReport> {
  let config: NodeConfig;
  try {
    config = await loadNodeConfig(file);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const issues = error.details?.issues ?? [];
    return { file, ok: false, issues, warnings: [], role: null, networks: [] };
  }
  const lineOf = await linesOf(file);
  const issues: ConfigIssue[] = [];
  const warnings: ConfigWarning[] = [];
  const networks: NetworkSummary[] = [];
  for (const { path, config: network } of networksOf(config)) {
    const at = `${path}.identity`;
    let identity: { readonly peerId: string; readonly publicKey: string } | undefined;
    try {
      // A storage over the network is not asked: a configuration can be checked far from where it will run.
      if (network.identity.type !== 'from_storage') {
        const { peerId, keyPair } = await resolveIdentity(network.identity, {
          dataDir: config.base.data_dir,
          env,
        });
        identity = { peerId, publicKey: keyPair.publicKey };
      }
    } catch (error) {
      if (!isDiemNetError(error)) throw error;
      issues.push({ code: 'ERR_CONFIG_INVALID_VALUE', path: at, line: lineOf(at), expected: error.message });
    }
    networks.push(summaryOf(network, identity));
    for (const [field, message] of doubtsAbout(network)) {
      const place = `${path}.${field}`;
      warnings.push({ path: place, line: lineOf(place), message });
    }
  }
  for (const [field, expected] of await problemsOfAdmin(config)) {
    const at = `admin.${field}`;
    issues.push({ code: 'ERR_CONFIG_INVALID_VALUE', path: at, line: lineOf(at), expected });
  }
  if (config.base.chain_id === undefined) {
    const expected = 'the chain by name or number, which "diemnet node" needs';
    issues.push({ code: 'ERR_CONFIG_MISSING_FIELD', path: 'base.chain_id', line: lineOf('base'), expected });
  }
  if (networks.length === 0) {
    const expected = 'at least one network';
    issues.push({ code: 'ERR_CONFIG_MISSING_FIELD', path: 'full_node_networks', expected });
  }
  return { file, ok: issues.length === 0, issues, warnings, role: config.base.role, networks };
}

function summaryOf(
  network: NetworkConfig,
  identity: { readonly peerId: string; readonly publicKey: string } | undefined,
): NetworkSummary {
  return {
    network: networkLabel(network.network_id),
    listenAddress: network.listen_address,
    peerId: identity?.peerId ?? null,
    publicKey: identity?.publicKey ?? null,
    mutualAuthentication: network.mutual_authentication,
    discovery: activeDiscoveryMethods(network).map(({ type }) => type),
    seeds: network.seeds.size + network.seed_addrs.size,
  };
}

/** What would keep the administrative server from running. */
async function problemsOfAdmin({
  admin,
  base,
}: NodeConfig): Promise<(readonly [field: 'listen' | 'token_file', expected: string])[]> {
  if (admin === undefined) return [];
  const { listen, token_file } = admin;
  if (token_file === undefined) {
    const host = parseHostAndPort(listen)?.host ?? '';
    const expected = 'token_file beside it, as others than this machine can reach it: set a token';
    return isLoopback(host) ? [] : [['listen', expected]];
  }
  try {
    await readTokenFile(path.resolve(base.data_dir, token_file));
    return [];
  } catch (error) {
    if (!isDiemNetError(error)) throw error;
    return [['token_file', error.message]];
  }
}

function* doubtsAbout(network: NetworkConfig): Generator<readonly [field: string, message: string]> {
  const knowsNobody =
    network.seeds.size + network.seed_addrs.size + activeDiscoveryMethods(network).length === 0;
  if (knowsNobody && network.mutual_authentication) {
    yield ['seeds', 'no peers: with mutual authentication and without seeds or discovery nobody can connect'];
  } else if (knowsNobody) {
    yield ['seeds', 'no seeds and no discovery: this node dials nobody and waits for others'];
  }
  if (network.network_id.kind === 'validator' && !network.mutual_authentication) {
    yield ['mutual_authentication', 'off on the validator network: anybody may connect'];
  }
  if (network.identity.type === 'from_config' && 'key' in network.identity) {
    yield ['identity', 'the private key stands in this file: key_file or key_env keep it out'];
  }
}

/** Line of a path such as `full_node_networks[0].identity`, or of the nearest part of it that is there. */
async function linesOf(file: string): Promise<(path: string) => number | undefined> {
  const counter = new LineCounter();
  const document = parseDocument(await readFile(file, 'utf8'), { lineCounter: counter });
  return (path) => {
    const parts = path.split(/[.[\]]+/).filter((part) => part !== '');
    for (; parts.length > 0; parts.pop()) {
      const keys = parts.map((part) => (/^\d+$/.test(part) ? Number(part) : part));
      const node = document.getIn(keys, true);
      if (isNode(node) && node.range) return counter.linePos(node.range[0]).line;
    }
    return undefined;
  };
}
