import { formatNetworkConfig, formatNodeConfig, parseNetworkConfig, parseNodeConfig } from '@diemnet/builder';
import {
  decodeValidatorSet,
  encodeValidatorSet,
  formatPeerSetYaml,
  parsePeerSetYaml,
} from '@diemnet/discovery';
import { peerSetsEqual } from '@diemnet/network-address';
import { collect, hold, sameBytes, text, utf8, vectors } from './support.mjs';

const rng = { fill: (into) => into.fill(7) };
const KEY = '2080f5607adfefe8c625fefaa3f5a12064a551c6907f1c31f1141db858bc793a';
const ADDRESS = `/ip4/127.0.0.1/tcp/6180/ln-noise-ik/${KEY}/ln-handshake/0`;
/** Parts of a network configuration: small texts, of which many can be tried, rather than one with everything. */
const NETWORK_PARTS = [
  'listen_address: /ip4/0.0.0.0/tcp/6180\n',
  'mutual_authentication: false\nenable_proxy_protocol: true\n',
  'max_inbound_connections: 100\nmax_outbound_connections: 4\n',
  'connectivity_check_interval_ms: 5000\nconnection_backoff_base: 2\nmax_connection_delay_ms: 60000\n',
  'ping_interval_ms: 1000\nping_timeout_ms: 20000\nping_failures_tolerated: 10\n',
  'network_channel_size: 1024\nmax_concurrent_network_reqs: 100\nmax_frame_size: 8388608\n',
  'discovery_method: none\ndiscovery_methods: [onchain, none]\n',
  'discovery_methods:\n  - file: /a\n  - gossip\n',
  `identity:\n  type: from_config\n  key: ${KEY}\n  peer_id: 8dc3f6f600f7c8ed7d8feb21ff316d78\n`,
  'identity:\n  type: from_storage\n  key_name: k\n  peer_id_name: p\n  backend: {type: in_memory_storage}\n',
  `seed_addrs:\n  8dc3f6f600f7c8ed7d8feb21ff316d78:\n    - ${ADDRESS}\n`,
  `seeds:\n  8dc3f6f600f7c8ed7d8feb21ff316d79:\n    addresses: ["${ADDRESS}"]\n    keys: ["${KEY}"]\n    role: Upstream\n`,
  'inbound_rate_limit_config:\n  ip_byte_bucket_rate: 1\n  ip_byte_bucket_size: 2\n  initial_bucket_fill_percentage: 25\n  enabled: true\n',
  'network_address_key_backend:\n  type: vault\n  server: x\n  token: {from_config: y}\n',
];
const NETWORKS = ['network_id: public\n', 'network_id: validator\n', 'network_id:\n  private: vfn\n'];
const indent = (yaml) => yaml.replace(/^(?=.)/gm, '    ').replace('    ', '  - ');
const FULL_NODE = 'base: {role: full_node}\n';
const NODE_PARTS = [
  'base:\n  data_dir: /opt/diem/data\n  role: full_node\n',
  'base:\n  role: full_node\n  chain_id: TESTING\n  waypoint: none\n',
  'base:\n  role: full_node\n  waypoint:\n    from_config: "0:0123456789012345678901234567890123456789012345678901234567890123"\n',
  'base: {role: full_node, waypoint: {from_file: w}}\n',
  `${FULL_NODE}execution: {a: [1, 2]}\nlogger: {level: INFO}\n`,
  `${FULL_NODE}admin:\n  listen: 127.0.0.1:9101\n`,
  'validator_network:\n  listen_address: /ip4/0.0.0.0/tcp/6180\n',
  ...NETWORK_PARTS.slice(0, 5).map(
    (part) => `${FULL_NODE}full_node_networks:\n${indent(NETWORKS[0] + part)}`,
  ),
];
const TOKENS = [
  ': ',
  '- ',
  '\n',
  '\n  ',
  '&a ',
  '*a',
  '<<: ',
  '!!',
  '|\n',
  '>\n',
  '{',
  '}',
  '[',
  ']',
  '"',
  "'",
  '#',
  '---\n',
  '...\n',
  'null',
  '~',
  '.nan',
  '.inf',
  '-1',
  '1e400',
  '0x10',
  '0o7',
  '18446744073709551616',
  '__proto__',
  'constructor',
  'private: vfn',
  'from_storage',
  'onchain',
  'file',
  'type: none',
  '%YAML 1.1\n',
  '? ',
  '\u0000',
  '\ufeff',
];

const configTarget = (name, seeds, parse, format) => ({
  name,
  maxBytes: 512,
  tokens: TOKENS,
  seeds: () => ['{}', ...seeds].map(utf8),
  run(bytes) {
    let config;
    try {
      config = parse(text(bytes), { rng });
    } catch (error) {
      // One per set of complaints, without what they quote.
      const issues = error.details?.issues;
      if (issues)
        error.message = issues
          .slice(0, 3)
          .map(({ code }) => code)
          .join();
      throw error;
    }
    const written = format(config);
    // In whatever order: fields that were left out come last.
    const lines = (yaml) => yaml.split('\n').sort().join('\n');
    hold(lines(format(parse(written, { rng }))) === lines(written), 'what is written reads as what it was');
    return 'accepted';
  },
});

export const networkConfig = configTarget(
  'network-config',
  [...NETWORKS, ...NETWORK_PARTS.map((part) => NETWORKS[0] + part)],
  parseNetworkConfig,
  formatNetworkConfig,
);
export const nodeConfig = configTarget('node-config', NODE_PARTS, parseNodeConfig, formatNodeConfig);

export const peerSet = {
  name: 'peer-set',
  maxBytes: 1024,
  tokens: [...TOKENS, 'addresses:', 'keys:', 'role: ', 'Validator', 'Unknown', ADDRESS, KEY],
  seeds: () => [
    utf8(
      `8dc3f6f600f7c8ed7d8feb21ff316d78:\n  addresses: ["${ADDRESS}"]\n  keys: ["${KEY}"]\n  role: Validator\n`,
    ),
    utf8('{}'),
    utf8(`8dc3f6f600f7c8ed7d8feb21ff316d78: {addresses: [], keys: [], role: Upstream}\n`),
    utf8(`"00000000000000000000000000000001":\n  addresses:\n    - "${ADDRESS}"\n  role: Unknown\n`),
  ],
  run(bytes) {
    let peers;
    try {
      peers = parsePeerSetYaml(text(bytes));
    } catch (error) {
      error.message = `${error.cause?.code ?? error.cause?.name} ${error.message.slice(0, 32)}`;
      throw error;
    }
    hold(
      peerSetsEqual(parsePeerSetYaml(formatPeerSetYaml(peers)), peers),
      'what is written reads as what it was',
    );
    return `peers ${Math.min(peers.size, 5)}`;
  },
};

export const validatorSet = {
  name: 'validator-set',
  maxBytes: 2048,
  seeds: () => {
    const lists = collect(vectors('network-address', 'enc_network_address'), ['bcs_hex']).slice(0, 4);
    const validator = (i) => ({
      account: `${i}`.padStart(32, '0'),
      votingPower: BigInt(i),
      consensusPublicKey: new Uint8Array(32).fill(i),
      validatorNetworkAddresses: lists[i % lists.length],
      fullNodeNetworkAddresses: Uint8Array.of(0),
      lastConfigUpdateTimeUs: 2n ** 64n - 1n,
    });
    return [0, 1, 3].map((count) =>
      encodeValidatorSet({ validators: Array.from({ length: count }, (_, i) => validator(i)) }),
    );
  },
  run(bytes) {
    const set = decodeValidatorSet(bytes);
    hold(sameBytes(encodeValidatorSet(set), bytes), 'there is one way to write a set');
    return `validators ${Math.min(set.validators.length, 9)}`;
  },
};
