import fc from 'fast-check';
import { formatNetworkAddress } from '@diemnet/network-address';
import {
  PEER_ROLES,
  PUBLIC_NETWORK,
  VALIDATOR_NETWORK,
  VFN_NETWORK,
  bytesToHex,
  peerIdFromHex,
  privateNetwork,
  publicKeyFromHex,
} from '@diemnet/types';
import {
  ConfigError,
  formatNetworkConfig,
  parseNetworkConfig,
  parseNodeConfig,
  resolveNetworkConfig,
} from '../../src/index.js';

const hex = (bytes: number) =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((array) => bytesToHex(array));
const peerId = fc.oneof(
  hex(16).map(peerIdFromHex),
  // Hexadecimal that YAML could take for a number.
  fc.constantFrom('0'.repeat(31) + '1', '1'.repeat(32), `1e${'0'.repeat(29)}1`).map(peerIdFromHex),
);
const publicKey = hex(32).map(publicKeyFromHex);
const address = fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 65535 }), publicKey).map(([ip, port, key]) =>
  formatNetworkAddress([
    { type: 'ip4', value: ip },
    { type: 'tcp', value: port },
    { type: 'ln-noise-ik', value: key },
    { type: 'ln-handshake', value: 0 },
  ]),
);
const peer = fc.record({
  addresses: fc.array(address, { minLength: 1, maxLength: 3 }),
  keys: fc.array(publicKey, { maxLength: 3 }).map((keys) => new Set(keys)),
  role: fc.constantFrom(...PEER_ROLES),
});
const network = fc.record({
  ping_interval_ms: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  mutual_authentication: fc.boolean(),
  network_id: fc.oneof(
    fc.constantFrom(VALIDATOR_NETWORK, PUBLIC_NETWORK, VFN_NETWORK),
    fc.string({ unit: 'binary' }).map(privateNetwork),
  ),
  seeds: fc.array(fc.tuple(peerId, peer), { maxLength: 4 }).map((entries) => new Map(entries)),
  discovery_method: fc.oneof(
    fc.constant({ type: 'none' } as const),
    fc.record({
      type: fc.constant('file' as const),
      path: fc.string(),
      interval: fc.record({
        secs: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
        nanos: fc.integer({ min: 0, max: 999_999_999 }),
      }),
    }),
  ),
  identity: fc.record({
    type: fc.constant('from_storage' as const),
    key_name: fc.string({ unit: 'binary' }),
    peer_id_name: fc.string(),
    backend: fc.record({
      type: fc.constant('on_disk_storage' as const),
      path: fc.string({ unit: 'grapheme' }),
    }),
  }),
});

describe('configuration', () => {
  it('gives back what was saved, whatever it is [C-463] [C-471]', () => {
    fc.assert(
      fc.property(network, (fields) => {
        const config = resolveNetworkConfig(fields);
        expect(parseNetworkConfig(formatNetworkConfig(config))).toEqual(config);
      }),
    );
  });

  it('answers any text with a configuration or a ConfigError', () => {
    const yamlish = fc.stringMatching(/^[a-z_:{}[\]\-&*!|>'"\n 0-9]{0,60}$/);
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), yamlish, fc.json()), (text) => {
        for (const parse of [parseNetworkConfig, parseNodeConfig]) {
          try {
            parse(text);
          } catch (error) {
            expect(error).toBeInstanceOf(ConfigError);
          }
        }
      }),
      { numRuns: 200 },
    );
  });
});
