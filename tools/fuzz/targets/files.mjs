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
const NETWORK = `network_id: public
listen_address: /ip4/0.0.0.0/tcp/6180
mutual_authentication: false
max_inbound_connections: 100
max_outbound_connections: 4
connectivity_check_interval_ms: 5000
ping_interval_ms: 1000
ping_failures_tolerated: 10
enable_proxy_protocol: false
discovery_method: none
discovery_methods: []
identity:
  type: from_config
  key: ${KEY}
  peer_id: 8dc3f6f600f7c8ed7d8feb21ff316d78
seed_addrs:
  8dc3f6f600f7c8ed7d8feb21ff316d78:
    - ${ADDRESS}
seeds:
  8dc3f6f600f7c8ed7d8feb21ff316d79:
    addresses: ["${ADDRESS}"]
    keys: ["${KEY}"]
    role: Upstream
inbound_rate_limit_config:
  ip_byte_bucket_rate: 1048576
  ip_byte_bucket_size: 1048576
  initial_bucket_fill_percentage: 25
  enabled: true
`;
const indent = (yaml) => yaml.replace(/^(?=.)/gm, '    ').replace('    ', '  - ');
const NODE = `base:
  data_dir: /opt/diem/data
  role: full_node
  waypoint:
    from_config: "0:01234567890123456789012345678901234567890123456789012345678901234"
full_node_networks:
${indent(NETWORK)}
`;
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

const configTarget = (name, seed, parse, format) => ({
  name,
  maxBytes: 2048,
  tokens: TOKENS,
  seeds: () => [
    utf8(seed),
    utf8('{}'),
    utf8('network_id: validator\n'),
    utf8(`network_id: {private: vfn}\n${NETWORK}`),
  ],
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

export const networkConfig = configTarget('network-config', NETWORK, parseNetworkConfig, formatNetworkConfig);
export const nodeConfig = configTarget('node-config', NODE, parseNodeConfig, formatNodeConfig);

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
