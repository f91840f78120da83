import { createServer, type AddressInfo } from 'node:net';
import { MemoryTransport } from '@diemnet/netcore';
import { appendProductionProtocols, ipTcpAddress, parseNetworkAddress } from '@diemnet/network-address';
import {
  PUBLIC_NETWORK,
  VALIDATOR_NETWORK,
  chainIdFromNumber,
  type NetworkAddress,
  type PeerRole,
} from '@diemnet/types';
import { MockTime, settle } from '@diemnet/types/testing';
import {
  type NetworkBuilder,
  checkEndpoint,
  type CheckEndpointOptions,
  type EndpointCheck,
} from '../../src/index.js';
import { MemoryHarness, TESTING, keys, peerOf } from '../network/memory-harness.js';

const A = keys(1);
const TRUSTED = keys(2);
const STRANGER = keys(3);
const ADDRESS = `/memory/1/ln-noise-ik/${A.publicKey}/ln-handshake/0` as NetworkAddress;

describe('checkEndpoint', () => {
  let harness: MemoryHarness;
  beforeEach(() => {
    harness = new MemoryHarness();
  });
  afterEach(() => harness.stopAll());

  /** A validator with mutual authentication that trusts one key. */
  async function liveNode(): Promise<NetworkBuilder> {
    const trusted = { addresses: [], keys: new Set([TRUSTED.publicKey]), role: 'Known' as PeerRole };
    const { network } = await harness.start({
      ...harness.options(A, 1, {
        network_id: VALIDATOR_NETWORK,
        mutual_authentication: true,
        seeds: new Map([[peerOf(TRUSTED), trusted]]),
      }),
      role: 'validator',
    });
    return network;
  }

  async function check(more: Partial<CheckEndpointOptions> = {}, passMs = 0): Promise<EndpointCheck> {
    const checked = checkEndpoint({
      address: ADDRESS,
      chainId: TESTING,
      networkId: VALIDATOR_NETWORK,
      base: new MemoryTransport(harness.memoryNetwork),
      allowMemory: true,
      time: harness.time,
      ...more,
    });
    await harness.pass(passMs);
    return checked;
  }

  it('succeeds with a trusted key [C-407]', async () => {
    const network = await liveNode();
    const report = await check({ privateKey: TRUSTED.privateKey });
    expect(report).toMatchObject({
      outcome: 'connected',
      metadata: { remotePeerId: peerOf(A), address: ADDRESS },
    });
    if (report.outcome !== 'connected') return;
    expect(report.metadata.applicationProtocols.toIds()).toEqual([5]);
    await harness.pass();
    expect([...network.peerManager.connections()]).toEqual([]);
  });

  it.each([
    ['a key that is not trusted', { privateKey: STRANGER.privateKey }],
    ['no key at all', {}],
    ['another chain', { privateKey: TRUSTED.privateKey, chainId: chainIdFromNumber(9) }],
    ['another network', { privateKey: TRUSTED.privateKey, networkId: PUBLIC_NETWORK }],
  ])('fails with %s [C-407]', async (_what, options) => {
    await liveNode();
    const report = await check(options);
    expect(report).toMatchObject({
      outcome: 'failed',
      error: { code: expect.stringMatching(/^ERR_/) as string },
    });
  });

  it('succeeds without handshake where garbage is refused [C-407]', async () => {
    await liveNode();
    await expect(check({ noHandshake: true })).resolves.toEqual({ outcome: 'refused' });
  });

  it('looks at no handshake version', async () => {
    await liveNode();
    const address = ADDRESS.replace(/0$/, '7') as NetworkAddress;
    await expect(check({ address, privateKey: TRUSTED.privateKey })).resolves.toMatchObject({
      outcome: 'connected',
    });
  });

  it('fails without handshake where garbage is answered', async () => {
    harness.memoryNetwork.listen(9, {
      onConnection: (socket) => {
        socket.setHandler({ onData: () => {}, onEnd: () => {}, onDrain: () => {}, onClose: () => {} });
        socket.write(Uint8Array.of(1));
      },
    });
    const address = ADDRESS.replace('/1/', '/9/') as NetworkAddress;
    await expect(check({ address, noHandshake: true })).resolves.toMatchObject({
      outcome: 'failed',
      error: { code: 'ERR_UNEXPECTED_ANSWER' },
    });
  });

  it.each([false, true])('fails where nobody listens (no handshake: %s) [C-408]', async (noHandshake) => {
    await expect(check({ noHandshake })).resolves.toMatchObject({ outcome: 'failed' });
  });

  it('fails at a closed TCP port [C-408]', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const address = appendProductionProtocols(ipTcpAddress('127.0.0.1', port), A.publicKey);
    const report = await checkEndpoint({ address, chainId: TESTING, networkId: PUBLIC_NETWORK });
    expect(report).toMatchObject({ outcome: 'failed' });
  });

  it.each([false, true])(
    'gives up after five seconds on a server that says nothing (no handshake: %s) [C-408]',
    async (noHandshake) => {
      const time = new MockTime();
      harness.memoryNetwork.listen(8, { onConnection: () => {} });
      let report: EndpointCheck | undefined;
      void checkEndpoint({
        address: ADDRESS.replace('/1/', '/8/') as NetworkAddress,
        chainId: TESTING,
        networkId: VALIDATOR_NETWORK,
        base: new MemoryTransport(harness.memoryNetwork),
        allowMemory: true,
        noHandshake,
        time,
      }).then((done) => (report = done));
      await settle();
      await time.advanceAsync(4_999);
      expect(report).toBeUndefined();
      await time.advanceAsync(1);
      expect(report).toMatchObject({ outcome: 'failed' });
      expect(time.pendingTimers).toBe(0);
    },
  );

  it.each(['/ip4/127.0.0.1/tcp/1', '/memory/1', ADDRESS])('refuses the address %s', async (text) => {
    const address = parseNetworkAddress(text);
    const checked = checkEndpoint({ address, chainId: TESTING, networkId: PUBLIC_NETWORK });
    await expect(checked).rejects.toMatchObject({ code: 'ERR_BUILDER_ENDPOINT_ADDRESS' });
  });
});
