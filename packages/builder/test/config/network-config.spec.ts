import {
  PUBLIC_NETWORK,
  X25519PrivateKey,
  peerIdFromHex,
  privateNetwork,
  publicKeyFromHex,
  type NetworkAddress,
} from '@diemnet/types';
import { seededRng } from '@diemnet/types/testing';
import {
  DEFAULT_NETWORK_CONFIG,
  activeDiscoveryMethods,
  networkConfigIssues,
  parseNetworkConfig,
  resolveNetworkConfig,
} from '../../src/index.js';
import { ADDRESS, PEER, PUBLIC_KEY, configError, issuesOf } from './expectations.js';

describe('NetworkConfig', () => {
  it.each(['', '{}', '# nothing\n'])('has all defaults when it is empty: %j [C-461]', (text) => {
    const { identity, ...config } = parseNetworkConfig(text);
    expect(identity.type).toBe('from_config');
    const { identity: _none, ...defaults } = DEFAULT_NETWORK_CONFIG;
    expect(config).toEqual(defaults);
    expect(config).toEqual({
      max_connection_delay_ms: 60000,
      connection_backoff_base: 2,
      connectivity_check_interval_ms: 5000,
      network_channel_size: 1024,
      max_concurrent_network_reqs: 100,
      discovery_method: { type: 'none' },
      discovery_methods: [],
      listen_address: '/ip4/0.0.0.0/tcp/6180',
      mutual_authentication: false,
      network_id: PUBLIC_NETWORK,
      seed_addrs: new Map(),
      seeds: new Map(),
      max_frame_size: 8388608,
      enable_proxy_protocol: false,
      ping_interval_ms: 1000,
      ping_timeout_ms: 10000,
      ping_failures_tolerated: 5,
      max_outbound_connections: 3,
      max_inbound_connections: 100,
    });
  });

  it('names an unknown field, its file and its line [C-462]', () => {
    const error = configError(() =>
      parseNetworkConfig('max_frame_size: 5\nmax_frame_sise: 6\n', { file: 'node.yaml' }),
    );
    expect(error.code).toBe('ERR_CONFIG_UNKNOWN_FIELD');
    expect(error.message).toMatch(
      /^node\.yaml:2: max_frame_sise: unknown field, the fields here are .*max_frame_size/,
    );
  });

  it('refuses unknown fields of every section but a peer [C-462]', () => {
    const limit =
      '{ip_byte_bucket_rate: 1, ip_byte_bucket_size: 1, initial_bucket_fill_percentage: 1, enabled: true, x: 1}';
    for (const [text, path] of [
      ['identity: {type: none, x: 1}', 'identity.x'],
      [`identity: {type: from_config, key: "${PUBLIC_KEY}", peer_id: "${PEER}", x: 1}`, 'identity.x'],
      [`inbound_rate_limit_config: ${limit}`, 'inbound_rate_limit_config.x'],
      ['network_address_key_backend: {type: in_memory_storage, x: 1}', 'network_address_key_backend.x'],
      ['discovery_method: {file: [a, {secs: 1, nanos: 0, x: 1}]}', 'discovery_method.file[1].x'],
    ] as const) {
      expect(issuesOf(() => parseNetworkConfig(text))).toMatchObject([
        { code: 'ERR_CONFIG_UNKNOWN_FIELD', path },
      ]);
    }
  });

  it('tells every mistake at once, each with line, path, expectation and finding', () => {
    const text = [
      'listen_address: /dns4/example.com/tcp/80',
      'mutual_authentication: "yes"',
      'max_frame_size: -1',
      'ping_interval_ms: 1.5',
      'network_id: privat',
      'connectivity_check_interval_ms: 0',
      'network_channel_size: 18446744073709551615',
    ].join('\n');
    const error = configError(() => parseNetworkConfig(text, { file: 'a.yaml' }));
    expect(error.message.split('\n').slice(1)).toEqual([
      '  a.yaml:1: listen_address: expected an IP address and a TCP port, and nothing more, such as ' +
        '/ip4/0.0.0.0/tcp/6180, found "/dns4/example.com/tcp/80"',
      '  a.yaml:2: mutual_authentication: expected true or false, found "yes"',
      '  a.yaml:3: max_frame_size: expected a whole number of at least 1, found "-1"',
      '  a.yaml:4: ping_interval_ms: expected a whole number of at least 0, found "1.5"'.replace(
        'least 0',
        'least 1',
      ),
      '  a.yaml:5: network_id: expected validator, public or {private: <name>}, found "privat"',
      '  a.yaml:6: connectivity_check_interval_ms: expected a whole number of at least 1, found "0"',
      '  a.yaml:7: network_channel_size: expected a whole number of at least 1, found "18446744073709551615"',
    ]);
  });

  it.each([
    ['a: [', 'ERR_CONFIG_SYNTAX'],
    ['max_frame_size: 1\nmax_frame_size: 2', 'ERR_CONFIG_SYNTAX'],
    ['{}\n---\n{}', 'ERR_CONFIG_SYNTAX'],
    ['hello', 'ERR_CONFIG_INVALID_VALUE'],
    ['[]', 'ERR_CONFIG_INVALID_VALUE'],
    ['seeds:', 'ERR_CONFIG_INVALID_VALUE'],
    ['seeds: []', 'ERR_CONFIG_INVALID_VALUE'],
  ])('refuses what is no such document: %j', (text, code) => {
    expect(configError(() => parseNetworkConfig(text)).code).toBe(code);
  });

  it('reads every field as written', () => {
    const config = parseNetworkConfig(`
max_connection_delay_ms: 1
connection_backoff_base: 3
network_id: {private: vfn}
listen_address: /ip6/::1/tcp/0
mutual_authentication: true
network_address_key_backend: null
enable_proxy_protocol: true
inbound_rate_limit_config:
  ip_byte_bucket_rate: 10
  ip_byte_bucket_size: 20
  initial_bucket_fill_percentage: 30
  enabled: true
`);
    expect(config).toMatchObject({
      max_connection_delay_ms: 1,
      connection_backoff_base: 3,
      network_id: privateNetwork('vfn'),
      listen_address: '/ip6/::1/tcp/0',
      mutual_authentication: true,
      enable_proxy_protocol: true,
      inbound_rate_limit_config: {
        ip_byte_bucket_rate: 10,
        ip_byte_bucket_size: 20,
        initial_bucket_fill_percentage: 30,
        enabled: true,
      },
    });
    expect(config.network_address_key_backend).toBeUndefined();
  });

  it('reads discovery methods [C-476]', () => {
    const file = { type: 'file', path: '/peers.yaml', interval: { secs: 1, nanos: 0 } };
    const written = 'file: [/peers.yaml, {secs: 1, nanos: 0}]';
    expect(parseNetworkConfig('discovery_method: none').discovery_method).toEqual({ type: 'none' });
    expect(parseNetworkConfig('discovery_method: onchain').discovery_method).toEqual({ type: 'onchain' });
    expect(parseNetworkConfig(`discovery_method: {${written}}`).discovery_method).toEqual(file);
    expect(parseNetworkConfig(`discovery_methods: [none, onchain, {${written}}]`).discovery_methods).toEqual([
      { type: 'none' },
      { type: 'onchain' },
      file,
    ]);
  });

  it.each([
    'gossip',
    '{file: /peers.yaml}',
    '{file: [/peers.yaml]}',
    '{file: [/peers.yaml, 5]}',
    '{file: [/peers.yaml, {secs: 0, nanos: 0}]}',
    '{file: [/peers.yaml, {secs: 1}]}',
    '{file: [/peers.yaml, {secs: 1, nanos: 1000000000}]}',
    '{file: [a, {secs: 1, nanos: 0}], more: 1}',
    '{gossip: 1}',
    '[none]',
  ])('refuses the discovery method %s', (method) => {
    const [issue] = issuesOf(() => parseNetworkConfig(`discovery_method: ${method}`));
    expect(issue?.path).toMatch(/^discovery_method/);
  });

  it('refuses both forms of discovery methods at once [C-396] [D-02]', () => {
    const text = 'discovery_method: onchain\ndiscovery_methods: [onchain]';
    expect(issuesOf(() => parseNetworkConfig(text))).toMatchObject([
      { code: 'ERR_CONFIG_CONFLICT', path: 'discovery_methods', line: 2 },
    ]);
  });

  it('refuses two methods of one kind [C-397] [D-02]', () => {
    const file = '{file: [a, {secs: 1, nanos: 0}]}';
    for (const methods of ['[onchain, onchain]', `[${file}, onchain, ${file}]`]) {
      const [issue, ...more] = issuesOf(() => parseNetworkConfig(`discovery_methods: ${methods}`));
      expect(issue).toMatchObject({ code: 'ERR_CONFIG_DUPLICATE' });
      expect(more).toEqual([]);
    }
  });

  it('ignores entries none [C-398]', () => {
    const config = parseNetworkConfig('discovery_methods: [none, onchain, none]');
    expect(activeDiscoveryMethods(config)).toEqual([{ type: 'onchain' }]);
    expect(activeDiscoveryMethods(parseNetworkConfig('discovery_method: onchain'))).toEqual([
      { type: 'onchain' },
    ]);
  });

  it('reads where reconfigurations come from, only beside on-chain discovery', () => {
    const source = 'onchain_source: {file: [/set.bin, {secs: 2, nanos: 0}]}';
    expect(parseNetworkConfig(`discovery_method: onchain\n${source}`).onchain_source).toEqual({
      type: 'file',
      path: '/set.bin',
      interval: { secs: 2, nanos: 0 },
    });
    const http = 'onchain_source: {http: ["https://a/b", {secs: 2, nanos: 0}]}';
    expect(parseNetworkConfig(`discovery_method: onchain\n${http}`).onchain_source).toMatchObject({
      url: 'https://a/b',
    });
    expect(issuesOf(() => parseNetworkConfig(source))).toMatchObject([{ code: 'ERR_CONFIG_CONFLICT' }]);
    const ftp = 'onchain_source: {http: ["ftp://a/b", {secs: 2, nanos: 0}]}';
    expect(issuesOf(() => parseNetworkConfig(`discovery_method: onchain\n${ftp}`))).toHaveLength(1);
  });

  it('reads a peer set with missing fields and an upper-case PeerId [C-477]', () => {
    const { seeds } = parseNetworkConfig(`
seeds:
  ${PEER.toUpperCase()}:
    keys: ["${PUBLIC_KEY.toUpperCase()}"]
    shoe_size: 44
  00000000000000000000000000000012:
    addresses: [${ADDRESS}]
`);
    expect(seeds).toEqual(
      new Map([
        [
          peerIdFromHex(PEER),
          { addresses: [], keys: new Set([publicKeyFromHex(PUBLIC_KEY)]), role: 'Unknown' },
        ],
        [
          peerIdFromHex('00000000000000000000000000000012'),
          { addresses: [ADDRESS], keys: new Set(), role: 'Unknown' },
        ],
      ]),
    );
  });

  it('names the peer and line of a mistake in a peer set', () => {
    const text = `seeds:\n  ${PEER}:\n    addresses: [nowhere]\n    keys: [ab]\n    role: King\n  abc: {}\n`;
    expect(issuesOf(() => parseNetworkConfig(text))).toMatchObject([
      { path: `seeds.${PEER}.addresses[0]`, line: 3, found: '"nowhere"' },
      { path: `seeds.${PEER}.keys[0]`, line: 4 },
      { path: `seeds.${PEER}.role`, line: 5, found: '"King"' },
      { path: 'seeds.abc', line: 6, expected: 'a PeerId of 32 hexadecimal digits' },
    ]);
  });

  it('refuses one peer written twice, in different cases', () => {
    const text = `seeds:\n  ${PEER}: {addresses: [${ADDRESS}]}\n  ${PEER.toUpperCase()}: {addresses: [${ADDRESS}]}\n`;
    expect(issuesOf(() => parseNetworkConfig(text))).toMatchObject([
      { code: 'ERR_CONFIG_DUPLICATE', line: 3 },
    ]);
  });

  it.each([
    ['rate', '{ip_byte_bucket_size: 1, initial_bucket_fill_percentage: 1, enabled: true}'],
    ['size', '{ip_byte_bucket_rate: 1, initial_bucket_fill_percentage: 1, enabled: true}'],
    ['percentage', '{ip_byte_bucket_rate: 1, ip_byte_bucket_size: 1, enabled: true}'],
    ['enabled', '{ip_byte_bucket_rate: 1, ip_byte_bucket_size: 1, initial_bucket_fill_percentage: 1}'],
  ])('refuses a rate limit without its %s [C-478]', (_what, limit) => {
    expect(issuesOf(() => parseNetworkConfig(`outbound_rate_limit_config: ${limit}`))).toMatchObject([
      { code: 'ERR_CONFIG_MISSING_FIELD' },
    ]);
  });

  it('refuses a size below the rate, and numbers that make no bucket [C-478] [D-28]', () => {
    const limit = (rate: number, size: number, fill: number, enabled = true) =>
      `inbound_rate_limit_config: {ip_byte_bucket_rate: ${rate}, ip_byte_bucket_size: ${size}, ` +
      `initial_bucket_fill_percentage: ${fill}, enabled: ${enabled}}`;
    for (const [text, field] of [
      [limit(10, 9, 25), 'ip_byte_bucket_size'],
      [limit(0, 9, 25), 'ip_byte_bucket_rate'],
      [limit(10, 10, 101), 'initial_bucket_fill_percentage'],
    ] as const) {
      expect(issuesOf(() => parseNetworkConfig(text))).toMatchObject([
        { code: 'ERR_CONFIG_RATE_LIMIT', path: `inbound_rate_limit_config.${field}`, line: 1 },
      ]);
    }
    expect(parseNetworkConfig(limit(10, 9, 101, false)).inbound_rate_limit_config?.enabled).toBe(false);
  });

  it.each(['/memory/5', '/dns/example.com/tcp/80', `${ADDRESS}`, '/ip4/1.2.3.4'])(
    'refuses to listen on %s [C-394]',
    (address) => {
      expect(issuesOf(() => parseNetworkConfig(`listen_address: ${address}`))).toMatchObject([
        { code: 'ERR_CONFIG_LISTEN_ADDRESS', path: 'listen_address' },
      ]);
    },
  );

  it('accepts memory addresses where a program allows them', () => {
    const seed = `/memory/6/ln-noise-ik/${PUBLIC_KEY}/ln-handshake/0`;
    const text = `listen_address: /memory/5\nseeds: {${PEER}: {addresses: [${seed}]}}`;
    expect(parseNetworkConfig(text, { allowMemory: true }).listen_address).toBe('/memory/5');
    expect(issuesOf(() => parseNetworkConfig(text))).toHaveLength(2);
  });

  it('checks a configuration that a program made like one from a file', () => {
    const config = resolveNetworkConfig({
      ping_interval_ms: 0,
      max_frame_size: Number.NaN,
      listen_address: '/memory/1' as NetworkAddress,
    });
    expect(networkConfigIssues(config).map((issue) => issue.path)).toEqual([
      'max_frame_size',
      'ping_interval_ms',
      'listen_address',
    ]);
  });

  it('never shows a private key that is malformed', () => {
    const key = '12345678901234567890';
    const error = configError(() =>
      parseNetworkConfig(`identity: {type: from_config, key: "${key}", peer_id: "${PEER}"}`),
    );
    expect(error.message).not.toContain(key);
    expect(error.message).toContain('identity.key');
    expect(JSON.stringify(error.details)).not.toContain(key);
  });

  it('makes a random key for an identity none, and derives the PeerId from it [C-465]', () => {
    const one = parseNetworkConfig('identity: {type: none}', { rng: seededRng(1) }).identity;
    const two = parseNetworkConfig('', { rng: seededRng(2) }).identity;
    if (!('key' in one && 'key' in two)) throw new TypeError('not from_config');
    expect(one.key).toBeInstanceOf(X25519PrivateKey);
    expect(one.key.exposeHex()).not.toBe(two.key.exposeHex());
    expect(one.peer_id).not.toBe(two.peer_id);
  });
});
