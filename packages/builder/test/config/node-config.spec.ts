import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PUBLIC_NETWORK, VALIDATOR_NETWORK, VFN_NETWORK, networkLabel, type Peer } from '@diemnet/types';
import {
  formatNodeConfig,
  loadNodeConfig,
  mergeSeeds,
  networksByImportance,
  parseNodeConfig,
  saveNodeConfig,
  type NetworkConfig,
  type NodeConfig,
} from '../../src/index.js';
import { ADDRESS, OTHER_KEY, OTHER_PEER, PEER, configError, issuesOf } from './expectations.js';
import { FULL_NODE_OF_A_VALIDATOR, PUBLIC_FULL_NODE, TEST_NETWORK, VALIDATOR } from './samples.js';

const fullNode = (networks: string) => `base: {role: full_node}\nfull_node_networks: ${networks}`;

const VAULT = {
  type: 'vault',
  server: 'https://127.0.0.1:8200',
  ca_certificate: '/full/path/to/certificate',
  token: { from_disk: '/full/path/to/token' },
};

function network(config: NodeConfig, at: number): NetworkConfig {
  const found = config.full_node_networks[at];
  if (found === undefined) throw new TypeError(`no network ${at}`);
  return found;
}

describe('NodeConfig', () => {
  it('reads a file like the sample for a validator [C-464]', () => {
    const config = parseNodeConfig(VALIDATOR);
    expect(config.base).toEqual({
      data_dir: '/opt/diem/data',
      role: 'validator',
      waypoint: { type: 'from_storage', backend: VAULT },
    });
    expect(config.validator_network).toMatchObject({
      network_id: VALIDATOR_NETWORK,
      discovery_method: { type: 'onchain' },
      listen_address: '/ip4/0.0.0.0/tcp/6180',
      mutual_authentication: true,
      max_frame_size: 8388608,
      identity: {
        type: 'from_storage',
        key_name: 'validator_network',
        peer_id_name: 'owner_account',
        backend: VAULT,
      },
      network_address_key_backend: VAULT,
    });
    expect(config.full_node_networks).toMatchObject([
      {
        network_id: VFN_NETWORK,
        listen_address: '/ip4/0.0.0.0/tcp/7180',
        max_outbound_connections: 0,
        identity: { key_name: 'fullnode_network', peer_id_name: 'owner_account' },
      },
    ]);
    expect(Object.keys(config.other_sections)).toEqual(['consensus', 'execution', 'json_rpc']);
  });

  it('reads a file like the sample for a full node of a validator [C-464]', () => {
    const config = parseNodeConfig(FULL_NODE_OF_A_VALIDATOR);
    expect(config.validator_network).toBeUndefined();
    expect(network(config, 0)).toMatchObject({
      network_id: PUBLIC_NETWORK,
      discovery_method: { type: 'onchain' },
      identity: {
        peer_id_name: 'operator_account',
        backend: { type: 'on_disk_storage', path: 'secrets.json' },
      },
    });
    expect(network(config, 1)).toMatchObject({ network_id: VFN_NETWORK, max_outbound_connections: 1 });
    expect([...network(config, 1).seeds]).toMatchObject([[OTHER_PEER, { role: 'Validator' }]]);
    expect(config.base.waypoint).toEqual({ type: 'from_file', path: '/full/path/to/waypoint' });
  });

  it('reads files like the samples for a public full node and for the test network [C-464]', () => {
    expect(network(parseNodeConfig(PUBLIC_FULL_NODE), 0)).toMatchObject({
      network_id: PUBLIC_NETWORK,
      discovery_method: { type: 'onchain' },
      listen_address: '/ip4/127.0.0.1/tcp/6180',
    });
    const { seeds } = mergeSeeds(network(parseNodeConfig(TEST_NETWORK), 0));
    const seed: Peer = {
      addresses: [`/dns4/node.example.com/tcp/6182/ln-noise-ik/${OTHER_KEY}/ln-handshake/0`],
      keys: new Set([OTHER_KEY]),
      role: 'ValidatorFullNode',
    } as never;
    expect([...seeds]).toEqual([[OTHER_PEER, seed]]);
  });

  it('is not changed by the sections of other components [C-464]', () => {
    const withoutThem = PUBLIC_FULL_NODE.replace(/^(execution|json_rpc):\n(?: .*\n)+/gm, '');
    expect(withoutThem).not.toContain('execution');
    const keyless = (text: string) => {
      const config = parseNodeConfig(text);
      return {
        ...config,
        other_sections: {},
        full_node_networks: [{ ...network(config, 0), identity: undefined }],
      };
    };
    expect(keyless(withoutThem)).toEqual(keyless(PUBLIC_FULL_NODE));
  });

  it('refuses a section that does not exist [C-462]', () => {
    const error = configError(() =>
      parseNodeConfig('base: {role: full_node}\nconsensos: {}', { file: 'n.yaml' }),
    );
    expect(error.message).toMatch(
      /^n\.yaml:2: consensos: unknown field, the fields here are base, validator_network/,
    );
    expect(issuesOf(() => parseNodeConfig('base: {role: full_node, rolle: 1}'))).toMatchObject([
      { code: 'ERR_CONFIG_UNKNOWN_FIELD', path: 'base.rolle' },
    ]);
  });

  it('refuses a validator without validator network [C-468]', () => {
    expect(issuesOf(() => parseNodeConfig('{}'))).toMatchObject([
      { code: 'ERR_CONFIG_MISSING_FIELD', path: 'validator_network' },
    ]);
  });

  it('refuses a full node with a validator network [C-468]', () => {
    expect(issuesOf(() => parseNodeConfig('base: {role: full_node}\nvalidator_network: {}'))).toMatchObject([
      { code: 'ERR_CONFIG_CONFLICT', path: 'validator_network', line: 2 },
    ]);
  });

  it('refuses a full-node network with the id of the validator network [C-468]', () => {
    expect(issuesOf(() => parseNodeConfig(fullNode('\n  - network_id: validator')))).toMatchObject([
      { code: 'ERR_CONFIG_CONFLICT', path: 'full_node_networks[0].network_id', line: 3 },
    ]);
  });

  it('gives the validator network its id whatever stands there', () => {
    const config = parseNodeConfig('validator_network: {network_id: public}');
    expect(config.validator_network?.network_id).toEqual(VALIDATOR_NETWORK);
  });

  it('refuses a private network twice [C-469] [D-28]', () => {
    const networks = `
  - {network_id: {private: vfn}, listen_address: /ip4/0.0.0.0/tcp/1}
  - {network_id: {private: vfn}, listen_address: /ip4/0.0.0.0/tcp/2}`;
    expect(issuesOf(() => parseNodeConfig(fullNode(networks)))).toMatchObject([
      { code: 'ERR_CONFIG_DUPLICATE', path: 'full_node_networks[1].network_id', line: 4 },
    ]);
  });

  it('accepts the public network twice [C-469]', () => {
    const networks = '[{listen_address: /ip4/0.0.0.0/tcp/1}, {listen_address: /ip4/0.0.0.0/tcp/2}]';
    expect(parseNodeConfig(fullNode(networks)).full_node_networks).toHaveLength(2);
  });

  it('refuses two networks that listen at one place, unless the system chooses the port [D-28]', () => {
    const both = (address: string) =>
      fullNode(`[{listen_address: ${address}}, {network_id: {private: a}, listen_address: ${address}}]`);
    expect(issuesOf(() => parseNodeConfig(both('/ip4/127.0.0.1/tcp/6180')))).toMatchObject([
      { code: 'ERR_CONFIG_DUPLICATE', path: 'full_node_networks[1].listen_address' },
    ]);
    expect(parseNodeConfig(both('/ip4/127.0.0.1/tcp/0')).full_node_networks).toHaveLength(2);
  });

  it('checks the networks of a node and names their place', () => {
    const error = configError(() =>
      parseNodeConfig(fullNode('\n  - listen_address: /ip4/0.0.0.0/tcp/1\n  - listen_address: /memory/1'), {
        file: 'n.yaml',
      }),
    );
    expect(error.message).toMatch(
      /^n\.yaml:4: full_node_networks\[1\]\.listen_address: expected an IP address/,
    );
  });

  it('does not complain about what follows from a mistake', () => {
    expect(issuesOf(() => parseNodeConfig('base: {role: king}'))).toMatchObject([{ path: 'base.role' }]);
  });

  it('orders networks by importance [C-470] [D-28]', () => {
    const networks = [
      '{listen_address: /ip4/0.0.0.0/tcp/1}',
      '{network_id: {private: zoo}, listen_address: /ip4/0.0.0.0/tcp/2}',
      '{network_id: {private: bar}, listen_address: /ip4/0.0.0.0/tcp/3}',
      '{network_id: {private: vfn}, listen_address: /ip4/0.0.0.0/tcp/4}',
    ];
    const config = parseNodeConfig(`validator_network: {}\nfull_node_networks: [${networks.join(',')}]`);
    expect(
      networksByImportance(config).map(({ config: { network_id } }) => networkLabel(network_id)),
    ).toEqual(['Validator', 'vfn', 'bar', 'zoo', 'Public']);
  });

  it.each([
    ['TESTING', 4],
    ['255', 255],
    ['"7"', 7],
  ])('reads the chain id %s [C-474]', (text, id) => {
    expect(parseNodeConfig(`base: {role: full_node, chain_id: ${text}}`).base.chain_id).toBe(id);
  });

  it.each(['""', '0', '256', '255255', 'NOWHERE'])('refuses the chain id %s [C-474]', (text) => {
    expect(issuesOf(() => parseNodeConfig(`base: {role: full_node, chain_id: ${text}}`))).toMatchObject([
      { path: 'base.chain_id' },
    ]);
  });

  it('reads every kind of waypoint', () => {
    const waypoint = (text: string) =>
      parseNodeConfig(`base: {role: full_node, waypoint: ${text}}`).base.waypoint;
    expect(waypoint('none')).toEqual({ type: 'none' });
    expect(waypoint('{from_config: "0:ab"}')).toEqual({ type: 'from_config', waypoint: '0:ab' });
    expect(waypoint('{from_file: /w}')).toEqual({ type: 'from_file', path: '/w' });
    for (const wrong of ['all', '{}', '{from_moon: 1}', '{from_file: /w, from_config: a}']) {
      expect(issuesOf(() => waypoint(wrong))[0]?.path).toMatch(/^base\.waypoint/);
    }
  });

  it('refuses references that grow without measure', () => {
    const lines = ['a: &a [x, x, x, x, x, x, x, x, x]'];
    for (const [name, of] of ['ba', 'cb', 'dc', 'ed', 'fe'])
      lines.push(`${name}: &${name} [${`*${of},`.repeat(9)}]`);
    const text = `base: {role: full_node}\nmempool: {${lines.join(', ')}}`;
    expect(issuesOf(() => parseNodeConfig(text))).toMatchObject([
      { code: 'ERR_CONFIG_SYNTAX', path: 'mempool' },
    ]);
  });
});

describe('saving and loading', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'diemnet-config-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const everything = `
base: {role: validator, chain_id: TESTING, data_dir: /d, waypoint: {from_config: "0:ab"}}
validator_network:
  discovery_methods: [none, onchain, {file: [/peers.yaml, {secs: 1, nanos: 7}]}]
  onchain_source: {http: ["https://a/b", {secs: 2, nanos: 0}]}
  mutual_authentication: true
  network_address_key_backend: {type: in_memory_storage}
  seeds:
    ${PEER}: {addresses: [${ADDRESS}], role: Validator}
    00000000000000000000000000000012: {keys: ["${OTHER_KEY}"]}
  seed_addrs: {${OTHER_PEER}: [${ADDRESS}]}
  inbound_rate_limit_config:
    {ip_byte_bucket_rate: 10, ip_byte_bucket_size: 20, initial_bucket_fill_percentage: 30, enabled: false}
full_node_networks:
  - {network_id: {private: vfn}, listen_address: /ip6/::1/tcp/0, identity: {type: none}}
mempool: {capacity: 18446744073709551615, hosts: [a, 1.5, true, null]}
`;

  it.each([VALIDATOR, FULL_NODE_OF_A_VALIDATOR, PUBLIC_FULL_NODE, TEST_NETWORK, everything])(
    'gives back the same configuration [C-463]',
    async (text) => {
      const path = join(folder, 'node.yaml');
      const config = parseNodeConfig(text);
      await saveNodeConfig(path, config);
      const loaded = await loadNodeConfig(path);
      expect(loaded).toEqual(config);
      // Private keys are hidden from the comparison above.
      expect(formatNodeConfig(loaded)).toBe(formatNodeConfig(config));
      const again = await readFile(path, 'utf8');
      expect(again).toBe(formatNodeConfig(config));
    },
  );

  it('saves an identity none as from_config, readable by the owner only [C-463] [C-465]', async () => {
    const path = join(folder, 'node.yaml');
    await saveNodeConfig(path, parseNodeConfig(fullNode('[{identity: {type: none}}]')));
    const saved = await readFile(path, 'utf8');
    expect(saved).toMatch(/type: from_config\n\s+key: "?[0-9a-f]{64}"?\n\s+peer_id: "?[0-9a-f]{32}"?/);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('tells which file cannot be read or written', async () => {
    const path = join(folder, 'nowhere', 'node.yaml');
    await expect(loadNodeConfig(path)).rejects.toMatchObject({
      code: 'ERR_CONFIG_READ',
      message: `${path}: the file cannot be read (ENOENT)`,
    });
    await expect(saveNodeConfig(path, parseNodeConfig(PUBLIC_FULL_NODE))).rejects.toMatchObject({
      code: 'ERR_CONFIG_WRITE',
    });
  });

  it('names the file in what is wrong with it', async () => {
    const path = join(folder, 'node.yaml');
    await writeFile(path, 'base: 5');
    await expect(loadNodeConfig(path)).rejects.toMatchObject({
      code: 'ERR_CONFIG_INVALID_VALUE',
      message: `${path}:1: base: expected a mapping, found "5"`,
    });
  });
});
