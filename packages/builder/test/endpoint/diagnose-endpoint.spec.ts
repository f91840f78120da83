import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { TcpTransport } from '@diemnet/netcore';
import { appendProductionProtocols, ipTcpAddress } from '@diemnet/network-address';
import {
  PUBLIC_NETWORK,
  VALIDATOR_NETWORK,
  chainIdFromNumber,
  peerIdFromPublicKey,
  systemTime,
  type NetworkAddress,
  type NetworkId,
  type PeerRole,
} from '@diemnet/types';
import { NetworkBuilder, diagnoseEndpoint, type CheckEndpointOptions } from '../../src/index.js';
import { TESTING, keys, peerOf } from '../network/memory-harness.js';

const NODE = keys(1);
const TRUSTED = keys(2);
const STRANGER = keys(3);

const servers: Server[] = [];
const sockets: Socket[] = [];
const networks: NetworkBuilder[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const server of servers.splice(0)) server.close();
  await Promise.all(networks.splice(0).map((network) => network.stop({ graceMs: 0 })));
});

/** Some other service on the loopback interface; returns its address with a DiemNet key that it does not have. */
async function service(onConnection: (socket: Socket) => void): Promise<NetworkAddress> {
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    onConnection(socket);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return appendProductionProtocols(
    ipTcpAddress('127.0.0.1', (server.address() as AddressInfo).port),
    NODE.publicKey,
  );
}

/** A real node on the loopback interface that trusts one key. */
async function node(networkId: NetworkId): Promise<NetworkBuilder> {
  const network = await NetworkBuilder.create({
    chainId: TESTING,
    role: networkId.kind === 'validator' ? 'validator' : 'full_node',
    config: {
      network_id: networkId,
      mutual_authentication: networkId.kind === 'validator',
      listen_address: '/ip4/127.0.0.1/tcp/0' as NetworkAddress,
      identity: { type: 'from_config', key: NODE.privateKey, peer_id: peerOf(NODE) },
      seeds: new Map([
        [peerOf(TRUSTED), { addresses: [], keys: new Set([TRUSTED.publicKey]), role: 'Known' as PeerRole }],
      ]),
    },
  });
  networks.push(network);
  await network.build();
  network.start();
  return network;
}

const diagnose = (address: NetworkAddress, options: Partial<CheckEndpointOptions> = {}) =>
  diagnoseEndpoint({
    address,
    chainId: TESTING,
    networkId: VALIDATOR_NETWORK,
    privateKey: TRUSTED.privateKey,
    timeoutMs: 2_000,
    ...options,
  });

describe('diagnoseEndpoint, over TCP', () => {
  it('says that all is well', async () => {
    const { listenAddress } = await node(VALIDATOR_NETWORK);
    await expect(diagnose(listenAddress)).resolves.toMatchObject({
      kind: 'connected',
      ok: true,
      stage: 'complete',
    });
  });

  it('recognizes a port that nobody listens on', async () => {
    const address = await service(() => {});
    await new Promise((resolve) => servers.pop()?.close(resolve));
    await expect(diagnose(address)).resolves.toMatchObject({
      kind: 'refused',
      stage: 'connect',
      side: 'remote',
    });
  });

  it('recognizes a name that does not resolve', async () => {
    const address = appendProductionProtocols(
      '/dns4/no-such-host.invalid/tcp/1' as NetworkAddress,
      NODE.publicKey,
    );
    const resolver = async () => [];
    const base = new TcpTransport({ time: systemTime, httpProxy: 'none', resolver });
    await expect(diagnose(address, { base })).resolves.toMatchObject({
      kind: 'unreachable',
      stage: 'connect',
      side: 'between',
    });
  });

  it('recognizes that connecting takes too long', async () => {
    const base = { dial: () => new Promise<never>(() => {}) } as unknown as TcpTransport;
    const { listenAddress } = await node(PUBLIC_NETWORK);
    await expect(diagnose(listenAddress, { base, timeoutMs: 50 })).resolves.toMatchObject({
      kind: 'timed-out',
      stage: 'connect',
    });
  });

  it.each([PUBLIC_NETWORK, { kind: 'private', name: 'mine' } as NetworkId])(
    'recognizes a wrong key in the address where strangers are admitted',
    async (networkId) => {
      const { listenAddress } = await node(networkId);
      const address = listenAddress.replace(NODE.publicKey, STRANGER.publicKey) as NetworkAddress;
      await expect(diagnose(address, { networkId })).resolves.toMatchObject({
        kind: 'wrong-key',
        stage: 'noise',
        side: 'ours',
      });
    },
  );

  it('recognizes that the listener knows our PeerId under another key', async () => {
    const network = await node(PUBLIC_NETWORK);
    const ours = keys(9);
    const listed = new Map([
      [
        peerIdFromPublicKey(ours.publicKey),
        { addresses: [], keys: new Set([STRANGER.publicKey]), role: 'Known' as PeerRole },
      ],
    ]);
    network.connectivityManager.updateDiscoveredPeers('File', listed);
    await expect(
      diagnose(network.listenAddress, { networkId: PUBLIC_NETWORK, privateKey: ours.privateKey }),
    ).resolves.toMatchObject({ kind: 'not-trusted', stage: 'noise', side: 'remote' });
  });

  it.each([
    ['our key is not trusted', { privateKey: STRANGER.privateKey }, NODE.publicKey],
    ['the key in the address is wrong', {}, STRANGER.publicKey],
  ])('names both possibilities where only trusted peers are admitted and %s', async (_why, options, key) => {
    const { listenAddress } = await node(VALIDATOR_NETWORK);
    const address = listenAddress.replace(NODE.publicKey, key) as NetworkAddress;
    await expect(diagnose(address, options)).resolves.toMatchObject({
      kind: 'wrong-key-or-not-trusted',
      stage: 'noise',
      explanation: expect.stringMatching(/does not trust our key, or it has another key/) as string,
    });
  });

  it.each([
    ['wrong-chain', { chainId: chainIdFromNumber(9) }],
    ['wrong-network', { networkId: PUBLIC_NETWORK }],
  ])('recognizes %s', async (kind, options) => {
    const { listenAddress } = await node(VALIDATOR_NETWORK);
    await expect(diagnose(listenAddress, options)).resolves.toMatchObject({ kind, stage: 'negotiate' });
  });

  it('recognizes a service that says nothing', async () => {
    const address = await service(() => {});
    await expect(diagnose(address, { timeoutMs: 200 })).resolves.toMatchObject({
      kind: 'silent',
      stage: 'noise',
    });
  });

  it('recognizes a service that is not DiemNet', async () => {
    const address = await service((socket) => socket.write('HTTP/1.1 400 Bad Request\r\n'.repeat(10)));
    await expect(diagnose(address)).resolves.toMatchObject({ kind: 'not-diemnet', stage: 'noise' });
  });

  it('recognizes one that hangs up after fewer bytes than a handshake has', async () => {
    const address = await service((socket) =>
      socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n')),
    );
    await expect(diagnose(address)).resolves.toMatchObject({ kind: 'not-diemnet', stage: 'noise' });
  });

  it('takes silent refusal of garbage for a good sign, and an answer for a bad one', async () => {
    const { listenAddress } = await node(VALIDATOR_NETWORK);
    await expect(diagnose(listenAddress, { noHandshake: true })).resolves.toMatchObject({
      kind: 'garbage-refused',
      ok: true,
    });
    const address = await service((socket) => socket.write('hello'));
    await expect(diagnose(address, { noHandshake: true })).resolves.toMatchObject({
      kind: 'garbage-answered',
      ok: false,
    });
  });
});
