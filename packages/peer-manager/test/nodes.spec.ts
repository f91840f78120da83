import { MemoryMetrics, RecordingLogger, settle } from '@diemnet/types/testing';
import { recordEvents, type PeerManagerNode } from '../src/testing/index.js';
import { memoryNodes } from './support/nodes.js';
import { recordingHandler } from './support/setup.js';

const one = ({ peerManager }: PeerManagerNode) => Array.from(peerManager.connections());

/** Lets everything happen that does not need time to pass. */
const calm = () => settle(400);

describe('two nodes that dial each other', () => {
  // The later the second dial starts, the further the first connection has come on either side.
  it.each(Array.from({ length: 16 }, (_, n) => 8 * n))(
    'keep the same connection, the second dial being %i turns late [C-259]',
    async (turns) => {
      const { nodes, time } = memoryNodes();
      const handlers = [recordingHandler(), recordingHandler()];
      const metrics = new MemoryMetrics();
      const start = (n: number) =>
        nodes.start({
          metrics,
          registrations: [{ protocolId: 2, kinds: ['direct-send'], handler: handlers[n]!.handler }],
        });
      const [a, b] = [await start(0), await start(1)];
      nodes.trustEachOther();
      const events = [recordEvents(a.peerManager), recordEvents(b.peerManager)];
      const dials = [a.peerManager.dial(b.peerId, b.address)];
      await settle(turns);
      dials.push(b.peerManager.dial(a.peerId, a.address));
      const outcomes = await Promise.allSettled(dials);
      await calm();
      expect([one(a).length, one(b).length]).toEqual([1, 1]);
      const [atA, atB] = [one(a)[0]!, one(b)[0]!];
      expect(new Set([atA.origin, atB.origin])).toEqual(new Set(['inbound', 'outbound']));
      const bothMet = outcomes.every(({ status }) => status === 'fulfilled');
      if (turns === 0) {
        // Both dialed before either had heard of the other: a tie, and each of them broke it.
        expect(bothMet).toBe(true);
        expect(metrics.value('diem_network_tie_breaks')).toBe(2);
      }
      if (bothMet) expect(atA.origin).toBe(a.peerId > b.peerId ? 'outbound' : 'inbound');
      // It is one connection: what goes in here comes out there.
      a.peerManager.sendDirectSend(b.peerId, 2, Uint8Array.of(1));
      b.peerManager.sendDirectSend(a.peerId, 2, Uint8Array.of(2));
      await calm();
      expect(handlers.map(({ received }) => received)).toEqual([
        [`${atA.connectionId}:2:2`],
        [`${atB.connectionId}:2:1`],
      ]);
      for (const { names } of events) {
        expect(names()[0]).toBe('new-peer');
        expect(names().filter((name) => name !== 'updated-peer')).toEqual(['new-peer']);
      }
      const stopped = nodes.stop();
      await time.advanceAsync(10_000);
      await stopped;
    },
  );
});

describe('a network of nodes', () => {
  it('exchanges messages and RPCs between all of them', async () => {
    const { nodes } = memoryNodes();
    const handlers = [0, 1, 2].map(() => recordingHandler());
    const all: PeerManagerNode[] = [];
    for (const { handler } of handlers) {
      all.push(
        await nodes.start({ registrations: [{ protocolId: 0, kinds: ['rpc', 'direct-send'], handler }] }),
      );
    }
    nodes.trustEachOther();
    const [a, b, c] = all as [PeerManagerNode, PeerManagerNode, PeerManagerNode];
    await a.peerManager.dial(b.peerId, b.address);
    await a.peerManager.dial(c.peerId, c.address);
    await expect(a.peerManager.sendRpc(b.peerId, 0, Uint8Array.of(1), { timeoutMs: 1000 })).resolves.toEqual(
      Uint8Array.of(2),
    );
    expect(a.peerManager.sendToMany([b.peerId, c.peerId], 0, Uint8Array.of(5))).toEqual([]);
    await calm();
    expect(handlers[1]?.received).toEqual(['0:0:rpc:1', '0:0:5']);
    expect(handlers[2]?.received).toEqual(['0:0:5']);
  });

  it('warns about an inbound upgrade that fails, times it, and goes on with others [C-294] [C-295]', async () => {
    const { nodes, network } = memoryNodes();
    const metrics = new MemoryMetrics();
    const logger = new RecordingLogger();
    const a = await nodes.start({ metrics, logger });
    const b = await nodes.start();
    nodes.trustEachOther();
    const pending = (direction: string) =>
      metrics.value('diem_network_pending_connection_upgrades', { direction });
    const port = Number(/^\/memory\/(\d+)/.exec(a.address)?.[1]);
    const stranger = network.connect(port);
    await calm();
    expect(pending('inbound')).toBe(1);
    await b.peerManager.dial(a.peerId, a.address);
    await calm();
    stranger.write(new Uint8Array(152));
    await calm();
    expect(pending('inbound')).toBe(0);
    expect(one(a)).toHaveLength(1);
    const seconds = (state: string) =>
      metrics.observations('diem_network_connection_upgrade_time_seconds', { direction: 'inbound', state });
    expect([seconds('succeeded').length, seconds('failed').length]).toEqual([1, 1]);
    expect(logger.events.filter(({ message }) => message === 'inbound upgrade failed')).toMatchObject([
      { level: 'warn', fields: { network_address: '/memory/0' } },
    ]);
  });

  it('is gone without a trace when stopped, and its peers notice [C-404] [D-10]', async () => {
    const { nodes, time, network } = memoryNodes();
    const [a, b, c] = [await nodes.start(), await nodes.start(), await nodes.start()];
    nodes.trustEachOther();
    await a.peerManager.dial(b.peerId, b.address);
    await a.peerManager.dial(c.peerId, c.address);
    await calm();
    const heard = recordEvents(b.peerManager);
    const port = Number(/^\/memory\/(\d+)/.exec(a.address)?.[1]);
    await a.peerManager.stop();
    await calm();
    expect(() => network.connect(port)).toThrow();
    expect(heard.names()).toEqual(['new-peer', 'lost-peer ConnectionLost']);
    await nodes.stop();
    expect(time.pendingTimers).toBe(0);
  });

  it('takes unknown peers up to the limit, and trusted ones always [C-277]', async () => {
    const { nodes } = memoryNodes({ mode: 'maybe-mutual' });
    const server = await nodes.start({ options: { maxInboundConnections: 1 } });
    const clients = [await nodes.start(), await nodes.start()];
    const third = await nodes.start();
    server.trustedPeers.replace(
      new Map([[third.peerId, { keys: new Set([third.publicKey]), role: 'Downstream' }]]),
    );
    for (const { peerManager } of [...clients, third]) {
      await peerManager.dial(server.peerId, server.address);
    }
    await calm();
    const connected = one(server).map(({ remotePeerId, role }) => [remotePeerId, role]);
    expect(connected).toEqual([
      [clients[0]?.peerId, 'Unknown'],
      [third.peerId, 'Downstream'],
    ]);
    // The refused client sees only that the connection ended.
    expect(one(clients[1] as PeerManagerNode)).toEqual([]);
  });

  it('fails with a typed error when two nodes want the same address [C-293] [D-02]', async () => {
    const { nodes } = memoryNodes();
    const listenAddress = '/memory/77' as PeerManagerNode['address'];
    await nodes.start({ listenAddress });
    await expect(nodes.start({ listenAddress })).rejects.toMatchObject({
      code: 'ERR_LISTEN_FAILED',
      cause: { code: 'ERR_ADDRESS_IN_USE' },
    });
  });
});
