import { ZERO_PEER_ID, VALIDATOR_NETWORK, peerIdFromHex, type NetworkAddress } from '@diemnet/types';
import { bytesCodec } from '@diemnet/network';
import { ConfigError, NetworkBuilder, type NetworkConfig } from '../../src/index.js';
import { DIRECT, MemoryHarness, RPC, expectEvent, keys, peerOf, seed } from './memory-harness.js';

const A = keys(1);
const B = keys(2);
const C = keys(3);

describe('NetworkBuilder', () => {
  let harness: MemoryHarness;
  beforeEach(() => {
    harness = new MemoryHarness();
  });
  afterEach(() => harness.stopAll());

  /** Two validators that know each other by seeds, connected. */
  async function mutualPair() {
    const config = { network_id: VALIDATOR_NETWORK, mutual_authentication: true };
    const role = 'validator';
    const a = await harness.start({
      ...harness.options(A, 1, { ...config, seeds: new Map([seed(B, 2, 'Validator')]) }),
      role,
    });
    const b = await harness.start({
      ...harness.options(B, 2, { ...config, seeds: new Map([seed(A, 1, 'Validator')]) }),
      role,
    });
    await harness.until(() => a.network.connectivityManager.connectedCount === 1);
    await harness.until(() => b.network.connectivityManager.connectedCount === 1);
    // Both may have dialed; let the tie be broken.
    await harness.pass(1_000);
    return { a, b };
  }

  it('connects two networks that trust each other by seeds [C-388]', async () => {
    const { a, b } = await mutualPair();
    const ofB = await expectEvent(a.application, 'new-peer');
    const ofA = await expectEvent(b.application, 'new-peer');
    expect(ofB.metadata).toMatchObject({
      remotePeerId: peerOf(B),
      role: 'Validator',
      remotePublicKey: B.publicKey,
    });
    expect(ofA.metadata).toMatchObject({
      remotePeerId: peerOf(A),
      role: 'Validator',
      remotePublicKey: A.publicKey,
    });
    const standing = [
      a.network.peerManager.connection(peerOf(B))?.origin,
      b.network.peerManager.connection(peerOf(A))?.origin,
    ];
    expect(standing.toSorted()).toEqual(['inbound', 'outbound']);
  });

  it('carries a DirectSend both ways, with the right sender [C-389]', async () => {
    const { a, b } = await mutualPair();
    a.application.sender.sendTo(peerOf(B), DIRECT, Uint8Array.of(1));
    b.application.sender.sendTo(peerOf(A), DIRECT, Uint8Array.of(2));
    await harness.pass();
    const received = [];
    for (const { application } of [a, b]) {
      for (let event = application.events.poll(); event !== undefined; event = application.events.poll()) {
        if (event.type === 'message') received.push([event.peer, event.protocolId, [...event.message]]);
      }
    }
    expect(received).toEqual([
      [peerOf(B), DIRECT, [2]],
      [peerOf(A), DIRECT, [1]],
    ]);
  });

  it('carries an RPC both ways [C-390]', async () => {
    const { a, b } = await mutualPair();
    for (const [from, to, fromPeer, toPeer] of [
      [a, b, peerOf(A), peerOf(B)],
      [b, a, peerOf(B), peerOf(A)],
    ] as const) {
      to.application.events.setHandler({
        onRpc: (message, responder, sender) => {
          expect(sender.remotePeerId).toBe(fromPeer);
          responder.respond(Uint8Array.of(...message, 9));
        },
      });
      const answer = from.application.sender.sendRpc(toPeer, RPC, Uint8Array.of(7), { timeoutMs: 1_000 });
      await harness.pass();
      await expect(answer).resolves.toEqual(Uint8Array.of(7, 9));
    }
  });

  it('runs all its parts once it is created, built and started [C-391]', async () => {
    const network = await harness.create(
      harness.options(A, 1, {
        seeds: new Map([seed(B, 2)]),
        discovery_methods: [{ type: 'file', path: '/nowhere/peers.yaml', interval: { secs: 1, nanos: 0 } }],
      }),
    );
    expect(network.state).toBe('created');
    expect(harness.time.pendingTimers).toBe(0);
    expect(network.trustedPeers.get(peerOf(B))).toMatchObject({ role: 'Upstream' });
    await network.build();
    expect(network.state).toBe('built');
    network.start();
    expect(network.state).toBe('started');
    await harness.pass(1_000);
    const messages = harness.logger.events.map(({ message }) => message);
    expect(network.peerManager.state).toBe('running');
    expect(messages).toContain('connectivity manager started');
    expect(messages).toContain('file discovery started');
    expect(messages.some((message) => /health checker started/i.test(message))).toBe(true);
    expect(network.connectivityManager.peerIds()).toEqual([peerOf(B)]);
  });

  it('reports where it listens, with the real port and its protocols [C-392]', async () => {
    const network = await harness.create(harness.options(A, 0));
    expect(() => network.listenAddress).toThrow(expect.objectContaining({ code: 'ERR_BUILDER_STATE' }));
    const address = await network.build();
    expect(address).toBe(`/memory/1/ln-noise-ik/${A.publicKey}/ln-handshake/0`);
    expect(network.listenAddress).toBe(address);
  });

  it('refuses steps out of order or repeated, and registering after building [C-393] [D-02]', async () => {
    const network = await harness.create(harness.options(A, 1));
    const wrong = expect.objectContaining({ name: 'BuilderError', code: 'ERR_BUILDER_STATE' });
    const definition = {
      name: 'late',
      protocols: [{ id: 99, name: 'late', kinds: ['direct-send' as const], codec: bytesCodec }],
    };
    expect(() => network.start()).toThrow(wrong);
    await network.build();
    await expect(network.build()).rejects.toEqual(wrong);
    expect(() => network.registerApplication(definition)).toThrow(wrong);
    network.start();
    expect(() => network.start()).toThrow(wrong);
    await expect(network.build()).rejects.toEqual(wrong);
    const stopped = network.stop({ graceMs: 0 });
    await harness.pass();
    await stopped;
    expect(() => network.start()).toThrow(wrong);
    await expect(network.build()).rejects.toEqual(wrong);
    expect(() => network.registerApplication(definition)).toThrow(wrong);
  });

  it.each([
    '/memory/5',
    '/dns/example.com/tcp/6180',
    `/ip4/127.0.0.1/tcp/0/ln-noise-ik/${A.publicKey}/ln-handshake/0`,
  ])('refuses to listen on %s [C-394] [D-02]', async (address) => {
    const { memoryNetwork: _none, ...options } = harness.options(A, 1, {
      listen_address: address as NetworkAddress,
    });
    await expect(NetworkBuilder.create(options)).rejects.toMatchObject({
      name: 'ConfigError',
      code: 'ERR_CONFIG_LISTEN_ADDRESS',
    });
  });

  it('fails with a typed error when the listen address is in use, and is stopped [D-02]', async () => {
    await harness.start(harness.options(A, 1));
    const second = await harness.create(harness.options(B, 1));
    await expect(second.build()).rejects.toMatchObject({ code: 'ERR_LISTEN_FAILED' });
    expect(second.state).toBe('stopped');
  });

  it('advertises the protocols of all applications [C-395]', async () => {
    const a = await harness.create(harness.options(A, 1));
    for (const [name, id] of [
      ['one', 60],
      ['two', 255],
    ] as const) {
      a.registerApplication({ name, protocols: [{ id, name, kinds: ['rpc'], codec: bytesCodec }] });
    }
    await a.build();
    a.start();
    const b = await harness.create(harness.options(B, 2, { seeds: new Map([seed(A, 1)]) }));
    b.registerApplication({
      name: 'all',
      protocols: [7, 60, 255].map((id) => ({
        id,
        name: `p${id}`,
        kinds: ['rpc'] as const,
        codec: bytesCodec,
      })),
    });
    await b.build();
    b.start();
    await harness.until(() => b.connectivityManager.connectedCount === 1);
    expect(b.peerManager.connection(peerOf(A))?.applicationProtocols.toIds()).toEqual([5, 60, 255]);
  });

  it('checks a configuration that a program made [C-396] [C-397] [C-403]', async () => {
    const config: Partial<NetworkConfig> = {
      discovery_method: { type: 'onchain' },
      discovery_methods: [{ type: 'onchain' }, { type: 'onchain' }],
      seeds: new Map([[peerOf(B), { addresses: [], keys: new Set(), role: 'Known' }]]),
    };
    const error: unknown = await NetworkBuilder.create(harness.options(A, 1, config)).catch(
      (e: unknown) => e,
    );
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as ConfigError).details?.issues.map(({ code, path }) => [code, path])).toEqual([
      ['ERR_CONFIG_CONFLICT', 'discovery_methods'],
      ['ERR_CONFIG_DUPLICATE', 'discovery_methods[1]'],
      ['ERR_CONFIG_INVALID_SEED', `seeds.${peerOf(B)}`],
    ]);
  });

  it('needs a source of validator sets for on-chain discovery', async () => {
    const options = harness.options(A, 1, { discovery_method: { type: 'onchain' } });
    await expect(NetworkBuilder.create(options)).rejects.toMatchObject({
      code: 'ERR_BUILDER_NO_RECONFIGURATIONS',
    });
  });

  it.each([
    ['Public', 'full_node', 2],
    ['Validator', 'validator', 3],
  ] as const)(
    'on the network %s dials as a %s %i of three seeds at a limit of two [C-399] [C-400]',
    async (id, role, dialed) => {
      const network_id = id === 'Validator' ? VALIDATOR_NETWORK : ({ kind: 'public' } as const);
      const seedRole = id === 'Validator' ? 'Validator' : 'Upstream';
      const others = [keys(11), keys(12), keys(13)];
      for (const [i, pair] of others.entries()) {
        await harness.start({ ...harness.options(pair, 11 + i, { network_id }), role });
      }
      const { network } = await harness.start({
        ...harness.options(A, 1, {
          network_id,
          max_outbound_connections: 2,
          seeds: new Map(others.map((pair, i) => seed(pair, 11 + i, seedRole))),
        }),
        role,
      });
      await harness.pass(30_000);
      expect(network.connectivityManager.connectedCount).toBe(dialed);
    },
  );

  it('merges both forms of seeds, and tells of roles that disagree [C-401] [C-402] [D-22]', async () => {
    const [, known] = seed(B, 2, 'Upstream');
    const [, address] = seed(B, 3);
    const network = await harness.create(
      harness.options(A, 1, {
        seeds: new Map([[peerOf(B), known]]),
        seed_addrs: new Map([
          [peerOf(B), address.addresses],
          [peerOf(C), seed(C, 4)[1].addresses],
        ]),
      }),
    );
    expect(network.trustedPeers.get(peerOf(B))).toMatchObject({ role: 'Upstream' });
    expect(network.trustedPeers.get(peerOf(C))).toMatchObject({
      role: 'ValidatorFullNode',
      keys: new Set([C.publicKey]),
    });
    expect(
      harness.logger.at('warn').filter(({ message }) => message.startsWith('seeds gives')),
    ).toMatchObject([{ fields: { remote_peer: peerOf(B).toUpperCase() } }]);
  });

  it('leaves no timer, connection or listener when it is stopped [C-404] [D-10]', async () => {
    const { a, b } = await mutualPair();
    a.application.sender.sendTo(peerOf(B), DIRECT, Uint8Array.of(1));
    const stopped = a.network.stop();
    expect(a.network.stop()).toBe(stopped);
    await harness.until(() => b.network.connectivityManager.connectedCount === 0);
    await stopped;
    expect(a.network.state).toBe('stopped');
    expect([...a.network.peerManager.connections()]).toEqual([]);
    // What was accepted before the stop has arrived.
    const events = [];
    for (let event = b.application.events.poll(); event !== undefined; event = b.application.events.poll()) {
      events.push(event.type);
    }
    expect(events).toEqual(['new-peer', 'message', 'lost-peer']);
    const second = b.network.stop();
    await harness.pass(5_000);
    await second;
    expect(harness.time.pendingTimers).toBe(0);
    // The port is free again.
    const again = await harness.create(harness.options(A, 1));
    await again.build();
  });

  it('stops everything else when a part fails to stop, and says so', async () => {
    const { network } = await harness.start(harness.options(A, 1));
    const failure = new TypeError('stuck');
    jest.spyOn(network.connectivityManager, 'stop').mockRejectedValueOnce(failure);
    const stopped = network.stop();
    stopped.catch(() => {});
    await harness.pass();
    await expect(stopped).rejects.toMatchObject({ code: 'ERR_BUILDER_STOP', cause: { errors: [failure] } });
    expect(network.peerManager.state).toBe('stopped');
    await network.connectivityManager.stop();
    harness.networks.length = 0;
    expect(harness.time.pendingTimers).toBe(0);
  });

  it('ends the events of applications when it is stopped [C-404]', async () => {
    const { network, application } = await harness.start(harness.options(A, 1));
    const waiting = application.events.next();
    const stopped = network[Symbol.asyncDispose]();
    await harness.pass();
    await stopped;
    await expect(waiting).resolves.toBeUndefined();
  });

  it('can be stopped before anything was built', async () => {
    const network = await harness.create(harness.options(A, 1));
    await network.stop();
    expect(network.state).toBe('stopped');
    expect(harness.time.pendingTimers).toBe(0);
  });

  it('refuses an unknown peer where none are admitted [C-405]', async () => {
    const { network } = await harness.start(harness.options(A, 1, { max_inbound_connections: 0 }));
    const b = await harness.start(harness.options(B, 2, { seeds: new Map([seed(A, 1)]) }));
    await harness.pass(30_000);
    expect(network.connectivityManager.connectedCount).toBe(0);
    expect(b.network.connectivityManager.connectedCount).toBe(0);
    expect(harness.metrics.value('diem_connections_rejected', { direction: 'inbound' })).toBeGreaterThan(0);
  });

  it('passes budgets and limits of its parts on [D-07] [D-37]', async () => {
    const tuning = { noise: { strangerDh: { perSecond: 0, burst: 0 } } };
    const { network } = await harness.start({ ...harness.options(A, 1), tuning });
    await harness.start(harness.options(B, 2, { seeds: new Map([seed(A, 1)]) }));
    await harness.pass(10_000);
    expect(network.connectivityManager.connectedCount).toBe(0);
    expect(
      harness.metrics.value('diem_network_noise_handshake_failures', {
        direction: 'inbound',
        reason: 'busy',
      }),
    ).toBeGreaterThan(0);
  });

  it('tells another PeerId of the configuration from one derived from the key', async () => {
    const peer_id = peerIdFromHex('ab'.repeat(16));
    const options = harness.options(A, 1, { identity: { type: 'from_config', key: A.privateKey, peer_id } });
    expect((await harness.create(options)).context.peerId).toBe(peer_id);
    const derived = { type: 'from_config', key: A.privateKey, peer_id: ZERO_PEER_ID } as const;
    const network = await harness.create(harness.options(A, 1, { identity: derived }));
    expect(network.context).toEqual({ role: 'full_node', networkId: { kind: 'public' }, peerId: peerOf(A) });
    expect(network.publicKey).toBe(A.publicKey);
  });
});
