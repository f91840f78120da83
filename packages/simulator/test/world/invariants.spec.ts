import {
  World,
  connected,
  fullMesh,
  runScenario,
  scenario,
  type SimulatedNode,
  type World as AnyWorld,
} from '../../src/index.js';

/** What a run of `body` in a small network fails with. */
async function failureOf(body: (world: AnyWorld) => Promise<void>): Promise<Error> {
  const story = scenario('broken', { nodes: 3 }, async (world, { nodes }) => {
    await world.addValidators(nodes);
    await world.until(() => fullMesh(world), { within: '10s' });
    await body(world);
  });
  return runScenario(story, { seed: 99 }).then(
    () => {
      throw new Error('the scenario should have failed');
    },
    (error: Error) => error,
  );
}

describe('a failing scenario', () => {
  it('says seed, virtual time, reason and what happened last', async () => {
    const error = await failureOf(async (world) => {
      await world.run('90s');
      world.note('about to fail');
      throw world.failure('not as it should be');
    });
    expect(error).toMatchObject({
      code: 'ERR_SIMULATOR_SCENARIO_FAILED',
      details: { seed: 99, nodes: 3 },
      cause: { message: 'not as it should be' },
    });
    expect(error.message).toMatch(/failed at 9\d\.\d+ s of virtual time/);
    expect(error.message).toContain('simulate --scenario broken --seed 99 --nodes 3');
    expect(error.message).toContain('note      about to fail');
  });

  it('fails for a rejection that nobody handles', async () => {
    const error = await failureOf(async () => {
      process.emit('unhandledRejection', new TypeError('lost'), Promise.resolve());
    });
    expect(error).toMatchObject({
      cause: { code: 'ERR_SIMULATOR_UNHANDLED', cause: { message: 'lost' } },
    });
  });

  it('fails for a condition that does not come true in time', async () => {
    const error = await failureOf((world) => world.until(() => false, { within: '1s', what: 'pigs fly' }));
    expect(error.message).toContain('not true within 1s: pigs fly');
  });
});

describe('the invariants', () => {
  it('notice a connection that is kept without trust', async () => {
    const error = await failureOf(async (world) => {
      const [node, other] = world.nodes as readonly [SimulatedNode, SimulatedNode];
      // Behind the back of the connectivity manager, which would react.
      const { trustedPeers } = node.network as unknown as {
        trustedPeers: { replace(peers: Map<string, object>): void };
      };
      trustedPeers.replace(new Map([...world.validatorSet].filter(([peerId]) => peerId !== other.peerId)));
      await world.run('4s');
      // Its next look closes the connection; one that never looks would keep it.
      Object.defineProperty(node.network.trustedPeers, 'get', { value: () => undefined });
      await world.run('60s');
    });
    expect(error.message).toContain('trusted set and connections agree: node-0 keeps');
  });

  it('notice a second connection that is kept', async () => {
    const error = await failureOf(async (world) => {
      const [a, b] = world.nodes as readonly [SimulatedNode, SimulatedNode];
      const refused = { connected() {}, refused() {} };
      for (let i = 0; i < 2; i++) {
        world.network.connect(a.host, b.host.ip, 7000, refused);
      }
      b.host.bind(7000, b.host.ip, { onConnection() {}, onError() {} });
      await world.run('60s');
    });
    expect(error.message).toContain(
      'at most one connection per peer: node-0 node-1 have kept two connections',
    );
  });

  it('notice a waiter whose deadline is past', async () => {
    const error = await failureOf(async (world) => {
      const [node] = world.nodes as readonly [SimulatedNode];
      void world.watch(new Promise(() => {}), 'an answer that never comes', 3000, node);
      await world.run('10s');
    });
    expect(error.message).toContain(
      'no waiter past its deadline: an answer that never comes should have ended',
    );
  });

  it('notice what a stopped node leaves behind', async () => {
    const error = await failureOf(async (world) => {
      const [node] = world.nodes as readonly [SimulatedNode];
      node.host.bind(9999, node.host.ip, { onConnection() {}, onError() {} });
      await world.settled(node.stop());
    });
    expect(error.message).toContain('node-0 is stopped and leaves 1 ports, 0 sockets, 0 timers');
  });

  it('notice an event that does not fit what came before', async () => {
    const error = await failureOf(async (world) => {
      const [a, b] = world.nodes as readonly [SimulatedNode, SimulatedNode];
      const metadata = a.network.peerManager.connection(b.peerId);
      world.onConnectionEvent(
        a,
        { type: 'new-peer', metadata: metadata as NonNullable<typeof metadata> },
        true,
      );
      await world.run('1s');
    });
    expect(error.message).toContain('node-0 got new-peer of node-1, which was connected');
  });
});

describe('a world', () => {
  it('runs nodes that start, pause, crash and come back, and knows who is connected', async () => {
    const world = new World({ seed: 5 });
    await world.addValidators(3);
    await world.until(() => fullMesh(world), { within: '10s' });
    const [a, b, c] = world.nodes as [SimulatedNode, SimulatedNode, SimulatedNode];
    await expect(world.settled(a.rpc(b, Uint8Array.of(1, 2)))).resolves.toEqual(Uint8Array.of(1, 2));
    expect(a.send(b, new Uint8Array(10))).toBe(true);
    await world.until(() => b.receivedMessages === 1 && b.receivedBytes === 10, { within: '1s' });

    c.pause();
    await world.run('2s');
    expect(() => c.pause()).toThrow(expect.objectContaining({ code: 'ERR_SIMULATOR_NODE_STATE' }));
    c.resume();
    b.crash();
    await world.until(() => connected([a, c]) && !a.connectedPeers.has(b.peerId), { within: '1s' });
    expect(b.state).toBe('crashed');
    expect(a.send(b, new Uint8Array(1))).toBe(false);
    await b.restart();
    await world.until(() => fullMesh(world), { within: '75s' });

    await world.settled(b.stop());
    await b.restart({ state: 'lost' });
    world.publish();
    await world.until(() => fullMesh(world), { within: '75s' });
    expect(a.network.peerManager.connection(b.peerId)?.remotePublicKey).toBe(b.keyPair.publicKey);
    await world.stopAll();
    world.check();
    expect([...world.network.connections()]).toEqual([]);
  });
});
