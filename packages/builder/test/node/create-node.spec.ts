import { MemoryNetwork } from '@diemnet/memsocket';
import { PUBLIC_NETWORK, VALIDATOR_NETWORK, VFN_NETWORK, networkLabel, privateNetwork } from '@diemnet/types';
import { MockTime, settle } from '@diemnet/types/testing';
import {
  createNode,
  type NetworkBuilder,
  parseNodeConfig,
  type CreateNodeOptions,
  type NodeConfig,
} from '../../src/index.js';
import { TESTING } from '../network/memory-harness.js';

const CONFIG = `
base: {role: validator, chain_id: TESTING}
validator_network: {listen_address: /memory/1, mutual_authentication: true}
full_node_networks:
  - {listen_address: /memory/4}
  - {listen_address: /memory/3, network_id: {private: backup}}
  - {listen_address: /memory/2, network_id: {private: vfn}}
`;

describe('createNode', () => {
  const memoryNetwork = () => new MemoryNetwork();
  const config: NodeConfig = parseNodeConfig(CONFIG, { allowMemory: true });
  let time: MockTime;
  beforeEach(() => {
    time = new MockTime();
  });
  const create = (options: CreateNodeOptions = {}) =>
    createNode(config, { memoryNetwork: memoryNetwork(), time, ...options });

  it('assembles every network of the configuration, in order of importance', async () => {
    const seen: string[] = [];
    const node = await create({ onNetwork: ({ context }) => seen.push(networkLabel(context.networkId)) });
    expect(seen).toEqual(['Validator', 'vfn', 'backup', 'Public']);
    expect(node.networks.map(({ context }) => networkLabel(context.networkId))).toEqual(seen);
    expect(node.networks.every(({ context }) => context.role === 'validator')).toBe(true);
    expect(node.role).toBe('validator');
    expect(node.network(VFN_NETWORK).config.listen_address).toBe('/memory/2');
    expect(() => node.network(privateNetwork('other'))).toThrow(
      expect.objectContaining({ code: 'ERR_BUILDER_UNKNOWN_NETWORK' }),
    );
  });

  it('starts and stops all networks', async () => {
    const node = await create();
    await node.start();
    expect(node.networks.map(({ state }) => state)).toEqual(['started', 'started', 'started', 'started']);
    expect(node.network(PUBLIC_NETWORK).listenAddress).toMatch(/^\/memory\/4\/ln-noise-ik/);
    await expect(node.start()).rejects.toMatchObject({ code: 'ERR_BUILDER_STATE' });
    const stopped = node[Symbol.asyncDispose]();
    expect(node.stop()).toBe(stopped);
    await time.advanceAsync(0);
    await stopped;
    expect(node.networks.map(({ state }) => state)).toEqual(['stopped', 'stopped', 'stopped', 'stopped']);
    expect(time.pendingTimers).toBe(0);
  });

  it('stops all networks when one cannot start [D-02]', async () => {
    const memory = memoryNetwork();
    const taken = memory.listen(3, { onConnection: () => {} });
    const node = await create({ memoryNetwork: memory });
    const starting = node.start();
    starting.catch(() => undefined);
    await settle();
    await time.advanceAsync(0);
    await expect(starting).rejects.toMatchObject({
      code: 'ERR_BUILDER_NODE_START',
      cause: { code: 'ERR_LISTEN_FAILED' },
    });
    expect(node.networks.every(({ state }) => state === 'stopped')).toBe(true);
    expect(time.pendingTimers).toBe(0);
    taken.close();
    // All ports are free again.
    for (const port of [1, 2, 3, 4]) memory.listen(port, { onConnection: () => {} });
  });

  it('stops the networks that there are when a later one cannot be created', async () => {
    const seen: NetworkBuilder[] = [];
    const failing = create({
      onNetwork: (network) => {
        if (seen.push(network) === 2) throw new TypeError('no');
      },
    });
    await expect(failing).rejects.toThrow('no');
    expect(seen.map(({ state }) => state)).toEqual(['stopped', 'stopped']);
  });

  it('takes the chain from the configuration, or from the program', async () => {
    const nameless: NodeConfig = { ...config, base: { ...config.base, chain_id: undefined } };
    await expect(createNode(nameless, { memoryNetwork: memoryNetwork() })).rejects.toMatchObject({
      code: 'ERR_CONFIG_MISSING_FIELD',
      message: expect.stringMatching(/^base\.chain_id: this field is required/) as string,
    });
    const node = await createNode(nameless, { memoryNetwork: memoryNetwork(), chainId: TESTING });
    expect(node.networks).toHaveLength(4);
  });

  it('checks a configuration that a program made [C-468] [C-469] [D-28]', async () => {
    const vfn = config.full_node_networks[2];
    if (vfn === undefined) throw new TypeError('no vfn');
    const twice: NodeConfig = {
      ...config,
      base: { ...config.base, role: 'full_node' },
      full_node_networks: [vfn, { ...vfn, network_id: VALIDATOR_NETWORK }, vfn],
    };
    const error: unknown = await createNode(twice, { memoryNetwork: memoryNetwork() }).catch(
      (e: unknown) => e,
    );
    expect(error).toMatchObject({ name: 'ConfigError', code: 'ERR_CONFIG_CONFLICT' });
    const { issues } = (error as { details: { issues: { path: string }[] } }).details;
    expect(issues.map(({ path }) => path)).toEqual([
      'validator_network',
      'full_node_networks[1].network_id',
      'full_node_networks[1].network_id',
      'full_node_networks[1].listen_address',
      'full_node_networks[2].network_id',
      'full_node_networks[2].listen_address',
    ]);
  });
});
