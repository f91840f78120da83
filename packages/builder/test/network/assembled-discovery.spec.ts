import {
  encodeValidatorSet,
  formatPeerSetYaml,
  type FileSystem,
  type WatchHandlers,
} from '@diemnet/discovery';
import {
  appendProductionProtocols,
  encodeNetworkAddressList,
  encryptAddressList,
  testAddressKeys,
} from '@diemnet/network-address';
import { VALIDATOR_NETWORK, type NetworkAddress, type PeerSet, type X25519KeyPair } from '@diemnet/types';
import { ReconfigurationFeed, type NetworkBuilder, type NetworkConfig } from '../../src/index.js';
import { MemoryHarness, keys, peerOf, seed } from './memory-harness.js';

const A = keys(1);
const B = keys(2);
const C = keys(3);

const FILE = { type: 'file', path: '/peers.yaml', interval: { secs: 1, nanos: 0 } } as const;

/** One file whose content a test sets. */
class OneFile implements FileSystem {
  content = '';

  write(peers: PeerSet): void {
    this.content = formatPeerSetYaml(peers);
  }

  async readFile(): Promise<Uint8Array> {
    return new TextEncoder().encode(this.content);
  }

  watch(_path: string, _handlers: WatchHandlers): { close(): void } {
    return { close() {} };
  }
}

/** BCS of a set of validators that each listen on their memory port, and have full nodes on the next. */
function validatorSet(...validators: (readonly [X25519KeyPair, number])[]): Uint8Array {
  const address = (pair: X25519KeyPair, port: number) =>
    appendProductionProtocols(`/memory/${port}` as NetworkAddress, pair.publicKey);
  return encodeValidatorSet({
    validators: validators.map(([pair, port]) => ({
      account: peerOf(pair),
      votingPower: 1n,
      consensusPublicKey: new Uint8Array(32),
      validatorNetworkAddresses: encryptAddressList(testAddressKeys(), {
        addresses: [address(pair, port)],
        account: peerOf(pair),
        seqNum: 1n,
      }),
      fullNodeNetworkAddresses: encodeNetworkAddressList([address(pair, port)]),
      lastConfigUpdateTimeUs: 0n,
    })),
  });
}

describe('discovery within a network', () => {
  let harness: MemoryHarness;
  let fileSystem: OneFile;
  beforeEach(() => {
    harness = new MemoryHarness();
    fileSystem = new OneFile();
  });
  afterEach(() => harness.stopAll());

  const started = async (pair: X25519KeyPair, port: number, config: Partial<NetworkConfig>, more = {}) =>
    (await harness.start({ ...harness.options(pair, port, config), fileSystem, ...more })).network;

  it('accepts a client of the file until the file is emptied [C-385] [C-406]', async () => {
    fileSystem.write(new Map([seed(B, 2, 'Validator')]));
    const validator = { network_id: VALIDATOR_NETWORK, mutual_authentication: true };
    const role = 'validator';
    const a = await started(A, 1, { ...validator, discovery_methods: [FILE] }, { role });
    // The client listens nowhere that the file knows of, so that only it dials.
    const b = await started(B, 7, { ...validator, seeds: new Map([seed(A, 1, 'Validator')]) }, { role });
    await harness.until(() => a.connectivityManager.connectedCount === 1);
    expect(a.peerManager.connection(peerOf(B))).toMatchObject({ origin: 'inbound', role: 'Validator' });

    fileSystem.write(new Map());
    await harness.until(() => a.connectivityManager.connectedCount === 0);
    await harness.pass(30_000);
    expect(a.connectivityManager.connectedCount).toBe(0);
    expect(a.trustedPeers.size).toBe(0);
    expect(b.connectivityManager.connectedCount).toBe(0);

    fileSystem.write(new Map([seed(B, 2, 'Validator')]));
    await harness.until(() => a.connectivityManager.connectedCount === 1, 90_000);
  });

  it('counts a peer of the file as inbound on a full node that admits no unknown ones [C-405]', async () => {
    fileSystem.write(new Map([seed(B, 2, 'Downstream')]));
    const a = await started(A, 1, { discovery_method: FILE, max_inbound_connections: 0 });
    await started(B, 2, { seeds: new Map([seed(A, 1)]) });
    await started(C, 3, { seeds: new Map([seed(A, 1)]) });
    await harness.until(() => a.connectivityManager.connectedCount === 1);
    await harness.pass(10_000);
    expect(Array.from(a.peerManager.connections(), ({ remotePeerId }) => remotePeerId)).toEqual([peerOf(B)]);
    expect(
      harness.metrics.value('diem_connections', { peer_id: peerOf(A).slice(0, 8), direction: 'inbound' }),
    ).toBe(1);
  });

  it('counts both the file and the chain, the chain first [C-387]', async () => {
    const reconfigurations = new ReconfigurationFeed();
    fileSystem.write(new Map([seed(B, 2, 'Known'), seed(C, 3, 'Upstream')]));
    const a = await started(
      A,
      1,
      { discovery_methods: [{ type: 'onchain' }, { type: 'none' }, FILE] },
      { reconfigurations },
    );
    await harness.pass(1_000);
    expect(a.trustedPeers.get(peerOf(B))).toMatchObject({ role: 'Known' });
    reconfigurations.publish(validatorSet([B, 5]));
    await harness.pass(1_000);
    expect(a.trustedPeers.get(peerOf(B))).toMatchObject({ role: 'ValidatorFullNode' });
    expect(a.trustedPeers.get(peerOf(C))).toMatchObject({ role: 'Upstream' });
    const explained = JSON.stringify(a.connectivityManager.explain(peerOf(B)));
    expect(explained.indexOf('/memory/5/')).toBeGreaterThan(-1);
    expect(explained.indexOf('/memory/5/')).toBeLessThan(explained.indexOf('/memory/2/'));
  });

  it('decrypts addresses of validators and connects them', async () => {
    const reconfigurations = new ReconfigurationFeed();
    const config: Partial<NetworkConfig> = {
      network_id: VALIDATOR_NETWORK,
      mutual_authentication: true,
      discovery_method: { type: 'onchain' },
    };
    const nodes: NetworkBuilder[] = [];
    for (const [pair, port] of [
      [A, 1],
      [B, 2],
      [C, 3],
    ] as const) {
      nodes.push(await started(pair, port, config, { role: 'validator', reconfigurations }));
    }
    reconfigurations.publish(validatorSet([A, 1], [B, 2], [C, 3]));
    await harness.until(() => nodes.every((node) => node.connectivityManager.connectedCount === 2), 30_000);
    // C leaves the set.
    reconfigurations.publish(validatorSet([A, 1], [B, 2]));
    await harness.until(
      () => nodes.map((node) => node.connectivityManager.connectedCount).join() === '1,1,0',
    );
  });

  it('reads validator sets from the source that the configuration names', async () => {
    const set = validatorSet([B, 5]);
    const interval = { secs: 2, nanos: 0 };
    const onchain = { discovery_method: { type: 'onchain' } } as const;
    const http = await started(
      A,
      1,
      { ...onchain, onchain_source: { type: 'http', url: 'https://chain.example/set', interval } },
      { fetch: async () => new Response(Uint8Array.from(set)) },
    );
    const file = await started(
      C,
      3,
      { ...onchain, onchain_source: { type: 'file', path: '/set.bcs', interval } },
      { fileSystem: { readFile: async () => set, watch: () => ({ close() {} }) } },
    );
    for (const network of [http, file]) {
      await harness.until(() => network.trustedPeers.size === 1);
      expect(network.trustedPeers.get(peerOf(B))?.role).toBe('ValidatorFullNode');
    }
  });
});
