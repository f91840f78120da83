import path from 'node:path';
import { generateKeyPair } from '@diemnet/noise';
import { noiseKeysOf } from '@diemnet/network-address';
import {
  displayChainId,
  networkIdToYaml,
  networkLabel,
  peerIdFromPublicKey,
  type ChainId,
  type NetworkAddress,
  type NetworkId,
  type PeerId,
  type PeerRole,
  type RoleType,
  type X25519KeyPair,
  type X25519PublicKey,
} from '@diemnet/types';
import { stringify } from 'yaml';
import { UsageError } from '../exit.js';

/** What a fresh configuration is made from. */
export interface NewConfigOptions {
  readonly role: RoleType;
  readonly network: NetworkId;
  readonly chainId: ChainId;
  readonly listenAddress: NetworkAddress;
  readonly seeds: readonly NetworkAddress[];
  /** Where the YAML will be; key files lie beside it. */
  readonly file: string;
}

/** A key that has to be written. */
export interface NewIdentity {
  readonly network: string;
  readonly keyFile: string;
  readonly keyPair: X25519KeyPair;
  readonly peerId: PeerId;
}

/** A fresh configuration: text, and what belongs into other files. */
export interface NewConfig {
  readonly yaml: string;
  readonly identity: NewIdentity;
}

/** The configuration of a new node with one network, explained line by line. @throws UsageError */
export function createConfig(options: NewConfigOptions): NewConfig {
  const { role, network, file } = options;
  if ((role === 'validator') !== (network.kind === 'validator')) {
    throw new UsageError(
      role === 'validator'
        ? 'a validator is on the validator network: leave --network out'
        : 'only a validator is on the validator network: use --role validator, or another --network',
    );
  }
  const keyPair = generateKeyPair();
  const label = networkLabel(network).toLowerCase();
  const keyFile = path.resolve(path.dirname(file), `${path.basename(file, path.extname(file))}-${label}.key`);
  const peerId = peerIdFromPublicKey(keyPair.publicKey);
  const identity = { network: label, keyFile, keyPair, peerId };
  return { yaml: render(options, identity), identity };
}

function render(options: NewConfigOptions, identity: NewIdentity): string {
  const { role, chainId } = options;
  const section = networkSection(options, identity);
  const networks =
    role === 'validator'
      ? [
          '# The network of the validators. A validator must have it; a full node must not.',
          'validator_network:',
          ...section.map((line) => `  ${line}`.trimEnd()),
          '# Networks that serve full nodes, as a list; see "network_id" for the kinds there are.',
          'full_node_networks: []',
        ]
      : [
          '# The networks of this node, as a list.',
          'full_node_networks:',
          ...section.map((line, i) => `${i === 0 ? '  - ' : '    '}${line}`.trimEnd()),
        ];
  return [
    '# A DiemNet node. Check changes with "diemnet config check FILE", run it with "diemnet node -f FILE".',
    '# Fields that are left out have their defaults; unknown fields are errors.',
    '',
    'base:',
    '  # validator or full_node.',
    `  role: ${role}`,
    '  # The chain, by name or number: nodes of different chains refuse each other.',
    `  chain_id: ${displayChainId(chainId)}`,
    '  # Where relative paths of storage backends and key files start.',
    `  data_dir: ${JSON.stringify(path.resolve(path.dirname(options.file)))}`,
    '',
    ...networks,
    '',
    '# Metrics, health and a live page over HTTP; beyond 127.0.0.1 only with a token, alone in a file of mode 0600.',
    '# admin:',
    '#   listen: 127.0.0.1:9101',
    '#   token_file: admin.token',
    '',
  ].join('\n');
}

function networkSection(
  { network, listenAddress, seeds, role }: NewConfigOptions,
  identity: NewIdentity,
): string[] {
  const { keyPair, keyFile, peerId } = identity;
  return [
    `network_id: ${stringify(networkIdToYaml(network), { collectionStyle: 'flow' }).trim()}`,
    '# IP address and TCP port. 0.0.0.0 and :: listen on all interfaces.',
    `listen_address: ${listenAddress}`,
    '# Who we are. The private key stands in a file that only its owner may read; "key_env: NAME" takes it from',
    `# the environment instead. Public key: ${keyPair.publicKey}`,
    'identity:',
    '  type: from_config',
    `  key_file: ${JSON.stringify(keyFile)}`,
    `  peer_id: "${peerId}"`,
    '# Only peers that are listed, with one of their keys, may connect.',
    `mutual_authentication: ${network.kind === 'validator'}`,
    ...(role === 'validator'
      ? [
          '# Other validators: seeds below, a file (discovery_method: {file: [peers.yaml, {secs: 10, nanos: 0}]})',
          '# or the chain (discovery_method: onchain).',
        ]
      : ['# How many peers to keep connections to.', 'max_outbound_connections: 3']),
    '# Peers known from the start: PeerId, addresses to dial, keys to trust, role (Validator, PreferredUpstream,',
    '# Upstream, ValidatorFullNode, Downstream, Known). On this network we dial ' +
      dialed(network, role) +
      '.',
    ...seedLines(seeds, roleOfSeeds(network)),
  ];
}

function seedLines(seeds: readonly NetworkAddress[], role: PeerRole): string[] {
  if (seeds.length === 0) return ['seeds: {}'];
  const byKey = new Map<X25519PublicKey, NetworkAddress[]>();
  for (const address of seeds) {
    const key = noiseKeysOf(address)[0] as X25519PublicKey;
    byKey.set(key, [...(byKey.get(key) ?? []), address]);
  }
  return [
    'seeds:',
    ...[...byKey].flatMap(([key, addresses]) => [
      `  "${peerIdFromPublicKey(key)}":`,
      `    addresses: ${JSON.stringify(addresses)}`,
      `    keys: ["${key}"]`,
      `    role: ${role}`,
    ]),
  ];
}

/** Whom nodes dial there (behaviour 11.4). */
function roleOfSeeds(network: NetworkId): PeerRole {
  const validators = network.kind === 'validator' || (network.kind === 'private' && network.name === 'vfn');
  return validators ? 'Validator' : 'Upstream';
}

function dialed(network: NetworkId, role: RoleType): string {
  if (network.kind === 'validator') return 'Validator';
  if (network.kind === 'public') return 'PreferredUpstream, Upstream and ValidatorFullNode';
  if (network.name !== 'vfn') return 'PreferredUpstream and Upstream';
  return role === 'validator' ? 'nobody' : 'Validator';
}
