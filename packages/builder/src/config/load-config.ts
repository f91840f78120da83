import { readFile, rename, writeFile } from 'node:fs/promises';
import { systemRng, type Rng } from '@diemnet/types';
import { ConfigError, type ConfigIssue } from '../errors.js';
import { prepareIdentity } from '../identity/prepare-identity.js';
import { networkConfigIssues } from './check-network-config.js';
import type { ConfigCursor } from './config-cursor.js';
import { ConfigDocument } from './config-document.js';
import { formatNodeConfig } from './format-config.js';
import { DEFAULT_NETWORK_CONFIG, type NetworkConfig } from './network-config.js';
import { DEFAULT_BASE_CONFIG, nodeConfigIssues, type NodeConfig } from './node-config.js';
import { readNetworkConfig } from './read-network-config.js';
import { readNodeConfig } from './read-node-config.js';
import type { SeedOptions } from './seeds.js';

/** Options of reading a configuration. */
export interface ReadConfigOptions extends SeedOptions {
  /** Name of the file, for errors. */
  readonly file?: string | undefined;
  /** Makes the keys of identities of type `none`. @default systemRng */
  readonly rng?: Rng | undefined;
}

/**
 * Reads one network from YAML and checks it. An identity `none` becomes a `from_config` with a random key.
 * @throws ConfigError with everything that is wrong
 */
export function parseNetworkConfig(text: string, options: ReadConfigOptions = {}): NetworkConfig {
  const config = read(text, options, readNetworkConfig, DEFAULT_NETWORK_CONFIG, networkConfigIssues);
  return withIdentity(config, options);
}

/**
 * Reads the configuration of a node from YAML and checks it as a whole. Identities `none` become `from_config` with
 * random keys.
 * @throws ConfigError with everything that is wrong
 */
export function parseNodeConfig(text: string, options: ReadConfigOptions = {}): NodeConfig {
  const empty: NodeConfig = { base: DEFAULT_BASE_CONFIG, full_node_networks: [], other_sections: {} };
  const config = read(text, options, readNodeConfig, empty, nodeConfigIssues);
  return {
    ...config,
    ...(config.validator_network && { validator_network: withIdentity(config.validator_network, options) }),
    full_node_networks: config.full_node_networks.map((network) => withIdentity(network, options)),
  };
}

/** Reads the configuration file of a node. @throws ConfigError `ERR_CONFIG_READ`, and those of {@link parseNodeConfig} */
export async function loadNodeConfig(
  path: string,
  options: Omit<ReadConfigOptions, 'file'> = {},
): Promise<NodeConfig> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    const expected = `the file cannot be read (${(cause as NodeJS.ErrnoException).code ?? 'unknown reason'})`;
    throw new ConfigError([{ code: 'ERR_CONFIG_READ', path: '', expected }], { file: path, cause });
  }
  return parseNodeConfig(text, { ...options, file: path });
}

/**
 * Writes the configuration of a node, whole or not at all, readable by its owner only since it may hold private keys.
 * @throws ConfigError `ERR_CONFIG_WRITE`
 */
export async function saveNodeConfig(path: string, config: NodeConfig): Promise<void> {
  const written = `${path}.new`;
  try {
    await writeFile(written, formatNodeConfig(config), { mode: 0o600 });
    await rename(written, path);
  } catch (cause) {
    const expected = `the file cannot be written (${(cause as NodeJS.ErrnoException).code ?? 'unknown reason'})`;
    throw new ConfigError([{ code: 'ERR_CONFIG_WRITE', path: '', expected }], { file: path, cause });
  }
}

function read<T>(
  text: string,
  options: ReadConfigOptions,
  reader: (at: ConfigCursor) => T | undefined,
  empty: T,
  issuesOf: (config: T, options: SeedOptions) => ConfigIssue[],
): T {
  const document = new ConfigDocument(text, options.file);
  const config = document.root.isNull ? empty : (reader(document.root) ?? empty);
  // A default stands for what could not be read: complaining about that would only confuse.
  const unread = document.issues.map((issue) => issue.path);
  for (const issue of issuesOf(config, options)) {
    if (!unread.some((path) => dependsOn(issue.path, path))) document.add(issue);
  }
  document.finish();
  return config;
}

/** Could what is at `unread` be the reason why `path` seems wrong? */
function dependsOn(path: string, unread: string): boolean {
  return (
    path.startsWith(unread) ||
    unread.startsWith(path) ||
    (path === 'validator_network' && unread.startsWith('base'))
  );
}

function withIdentity(config: NetworkConfig, { rng = systemRng }: ReadConfigOptions): NetworkConfig {
  return { ...config, identity: prepareIdentity(config.identity, rng) };
}
