import { IpNetworks } from '@diemnet/netcore';
import { settle } from '@diemnet/types/testing';
import { RecordingHandler } from './support/recording-handler.js';
import { FakeBase, Nodes, address, dialingWith, type Node } from './support/nodes.js';

const TIMEOUTS = {
  upgradeTimeoutMs: 30_000,
  firstByteTimeoutMs: 10_000,
  noiseTimeoutMs: 10_000,
  handshakeTimeoutMs: 10_000,
};

async function listening(nodes: Nodes, options: Parameters<Nodes['create']>[0] = {}) {
  const listener = nodes.create(options);
  const dialer = nodes.create();
  nodes.trust(listener, dialer);
  const { address: announced, close } = await listener.listen();
  const port = Number(/^\/memory\/(\d+)/.exec(announced)?.[1]);
  return { listener, dialer, announced, close, port };
}

async function connects(listener: Node, dialer: Node, announced: Parameters<Node['transport']['dial']>[1]) {
  const { metadata } = await dialer.transport.dial(listener.peerId, announced);
  await listener.accepted();
  return metadata;
}

describe('deadlines of upgrades', () => {
  it('times out a dial to a remote that accepts and is silent, after 30 s [C-197]', async () => {
    const nodes = new Nodes();
    const node = nodes.create();
    nodes.network.listen(7, { onConnection: () => {} });
    const target = address(`/memory/7/ln-noise-ik/${'ab'.repeat(32)}/ln-handshake/0`);
    const dial = node.transport.dial(node.peerId, target).catch((error: unknown) => error);
    await nodes.time.advanceAsync(29_999);
    expect(node.metrics.value('diem_network_pending_connection_upgrades', { direction: 'outbound' })).toBe(1);
    await nodes.time.advanceAsync(1);
    await expect(dial).resolves.toMatchObject({
      code: 'ERR_UPGRADE_TIMED_OUT',
      stage: 'noise',
      likelyCause: 'no-answer',
      details: { elapsedMs: 30_000 },
    });
  });

  it.each<[string, object, number]>([
    ['the defaults, after 10 s', {}, 10_000],
    ['30 s for every step, after 30 s', { firstByteTimeoutMs: 60_000, noiseTimeoutMs: 60_000 }, 30_000],
  ])('drops a dialer that never says anything: with %s [C-198] [D-07]', async (_, options, ms) => {
    const nodes = new Nodes();
    const { listener, dialer, announced, port } = await listening(nodes, { options });
    const silent = new RecordingHandler();
    nodes.network.connect(port).setHandler(silent);
    await nodes.time.advanceAsync(ms - 1);
    expect(listener.failures).toEqual([]);
    // Others were not delayed meanwhile.
    await connects(listener, dialer, announced);
    await nodes.time.advanceAsync(1);
    expect(listener.failures).toMatchObject([{ code: 'ERR_UPGRADE_TIMED_OUT', stage: 'noise' }]);
    expect(silent.events.at(-1)).toMatch(/^close/);
    expect(nodes.time.pendingTimers).toBe(0);
  });

  it('drops a dialer that stops inside message 1 [C-198] [D-07]', async () => {
    const nodes = new Nodes();
    const { listener, port } = await listening(nodes);
    const socket = nodes.network.connect(port);
    await nodes.time.advanceAsync(9000);
    socket.write(new Uint8Array(100));
    await nodes.time.advanceAsync(9999);
    expect(listener.failures).toEqual([]);
    await nodes.time.advanceAsync(1);
    expect(listener.failures).toMatchObject([{ code: 'ERR_UPGRADE_TIMED_OUT', stage: 'noise' }]);
  });

  it('drops a dialer that is silent at the version handshake [C-198] [D-07]', async () => {
    const nodes = new Nodes();
    const { listener, dialer, announced, port } = await listening(nodes);
    const { noise } = dialer;
    const { socket } = await noise.upgradeOutbound(nodes.network.connect(port), listener.publicKey);
    const heard = new RecordingHandler();
    socket.setHandler(heard);
    await nodes.time.advanceAsync(9999);
    expect(listener.failures).toEqual([]);
    await connects(listener, dialer, announced);
    await nodes.time.advanceAsync(1);
    expect(listener.failures).toMatchObject([{ code: 'ERR_UPGRADE_TIMED_OUT', stage: 'handshake' }]);
    expect(heard.events.at(-1)).toMatch(/^(close|end)/);
  });

  it('lets no succession of slow steps exceed the whole deadline', async () => {
    const nodes = new Nodes();
    const { listener, dialer, port } = await listening(nodes, {
      options: { ...TIMEOUTS, upgradeTimeoutMs: 12_000 },
    });
    await nodes.time.advanceAsync(1);
    const raw = nodes.network.connect(port);
    await nodes.time.advanceAsync(9000);
    await dialer.noise.upgradeOutbound(raw, listener.publicKey);
    await nodes.time.advanceAsync(2999);
    expect(listener.failures).toEqual([]);
    await nodes.time.advanceAsync(1);
    expect(listener.failures).toMatchObject([{ code: 'ERR_UPGRADE_TIMED_OUT', stage: 'handshake' }]);
  });
});

describe('limits on pending upgrades', () => {
  it('makes the oldest silent connection give way, and honest ones get through [D-07]', async () => {
    const nodes = new Nodes();
    const { listener, dialer, announced, port } = await listening(nodes, {
      options: { maxPendingInboundUpgrades: 3 },
    });
    const silent = Array.from({ length: 3 }, () => {
      const handler = new RecordingHandler();
      nodes.network.connect(port).setHandler(handler);
      return handler;
    });
    await settle();
    expect(listener.transport.pendingInboundUpgrades).toBe(3);
    await connects(listener, dialer, announced);
    expect(listener.failures).toMatchObject([
      { code: 'ERR_TOO_MANY_UPGRADES', stage: 'noise', likelyCause: 'our-limits' },
    ]);
    expect(silent.map(({ events }) => events.length > 0)).toEqual([true, false, false]);
    expect(listener.transport.pendingInboundUpgrades).toBe(2);
  });

  it('asks its owner before anything else whether an address may try [D-12]', async () => {
    const base = new FakeBase();
    const listener = new Nodes().create({ base });
    await listener.listen({ refuses: (ip) => (ip === '192.0.2.1' ? 'it cools down' : undefined) });
    const sockets = ['192.0.2.1', '192.0.2.2'].map((ip) => base.connect(ip));
    await settle();
    expect(sockets.map(({ closed }) => closed)).toEqual([true, false]);
    expect(listener.failures).toMatchObject([
      { code: 'ERR_TOO_MANY_UPGRADES', stage: 'admission', cause: { code: 'ERR_ADDRESS_REFUSED' } },
    ]);
    expect(listener.metrics.value('diem_network_inbound_upgrades_refused', { reason: 'address' })).toBe(1);
  });

  it('counts each refusal by the limit that caused it [D-07]', async () => {
    const base = new FakeBase();
    const listener = new Nodes().create({
      base,
      options: {
        maxPendingInboundUpgrades: 3,
        maxPendingInboundUpgradesPerIp: 1,
        maxPendingInboundUpgradesPerNetwork: 2,
      },
    });
    await listener.listen();
    const ips = ['192.0.2.1', '192.0.2.1', '192.0.2.2', '192.0.2.3', '198.51.100.1', '203.0.113.1'];
    const sockets = [];
    for (const ip of ips) {
      sockets.push(base.connect(ip));
      await settle();
    }
    expect(sockets.map(({ closed }) => closed)).toEqual([true, true, false, true, false, false]);
    const refused = (reason: string) =>
      listener.metrics.value('diem_network_inbound_upgrades_refused', { reason });
    expect(['half-open-host', 'half-open-network', 'half-open-total'].map(refused)).toEqual([1, 1, 1]);
  });

  it('keeps no place for a trusted peer once it has proved who it is [D-07] [D-37]', async () => {
    const nodes = new Nodes();
    const { listener, dialer, port } = await listening(nodes);
    await dialer.noise.upgradeOutbound(nodes.network.connect(port), listener.publicKey);
    await settle();
    // Its version handshake is still under way.
    expect(listener.transport.pendingInboundUpgrades).toBe(0);
    expect(listener.failures).toEqual([]);
  });

  it('refuses an address above its share before reading a byte [D-07]', async () => {
    const nodes = new Nodes();
    const base = new FakeBase();
    const listener = nodes.create({ base, options: { maxPendingInboundUpgradesPerIp: 2 } });
    await listener.listen();
    const sockets = ['192.0.2.1', '192.0.2.1', '192.0.2.1', '192.0.2.2'].map((ip) => base.connect(ip));
    await settle();
    expect(sockets.map(({ closed }) => closed)).toEqual([false, false, true, false]);
    expect(listener.failures).toMatchObject([
      {
        code: 'ERR_TOO_MANY_UPGRADES',
        stage: 'admission',
        likelyCause: 'our-limits',
        cause: { code: 'ERR_TOO_MANY_PENDING' },
      },
    ]);
    expect(
      listener.metrics.value('diem_network_connection_upgrade_failures', { reason: 'ERR_TOO_MANY_UPGRADES' }),
    ).toBe(1);
  });

  it('counts connections through a proxy to the address behind it [D-07]', async () => {
    const nodes = new Nodes();
    const base = new FakeBase();
    const listener = nodes.create({
      base,
      proxyProtocol: {},
      options: { maxPendingInboundUpgradesPerIp: 1 },
    });
    await listener.listen();
    const sockets = [1, 2, 1].map((last) => {
      const socket = base.connect('10.0.0.1');
      socket.write(proxyHeader(last));
      return socket;
    });
    await settle();
    expect(sockets.map(({ closed }) => closed)).toEqual([false, false, true]);
  });
});

/** A PROXY v2 header: TCP over IPv4 from 192.0.2.`last`:56324. */
function proxyHeader(last = 1): Uint8Array {
  const header = Buffer.from('0d0a0d0a000d0a515549540a2111000cc0000201c6336402dc041824', 'hex');
  header[19] = last;
  return Uint8Array.from(header);
}

describe('PROXY protocol', () => {
  it('takes the address of the header as that of the connection [C-200]', async () => {
    const nodes = new Nodes();
    const { listener, announced } = await listening(nodes, { proxyProtocol: {} });
    const base = dialingWith(nodes.memory, (socket) => (socket.write(proxyHeader()), socket));
    const dialer = nodes.create({ base });
    nodes.trust(listener, dialer);
    const { socket } = await dialer.transport.dial(listener.peerId, announced);
    const inbound = await listener.accepted();
    expect(inbound.metadata.address).toBe(
      `/ip4/192.0.2.1/tcp/56324/ln-noise-ik/${dialer.publicKey}/ln-handshake/0`,
    );
    expect(inbound.metadata.remoteIp).toBe('192.0.2.1');
    expect(inbound.socket.remoteIp).toBe('192.0.2.1');
    const handler = new RecordingHandler();
    inbound.socket.setHandler(handler);
    socket.write(Uint8Array.of(1));
    await settle();
    expect(handler.bytes).toEqual([1]);
  });

  it('fails without a header [C-201]', async () => {
    const nodes = new Nodes();
    const { listener, dialer, announced } = await listening(nodes, { proxyProtocol: {} });
    await expect(dialer.transport.dial(listener.peerId, announced)).rejects.toThrow();
    expect(listener.failures).toMatchObject([{ stage: 'proxy', likelyCause: 'missing-proxy-header' }]);
    expect(listener.logger.at('debug').map(({ message }) => message)).toContain('PROXY header unreadable');
  });

  it('names the proxied address in later failures [C-202]', async () => {
    const nodes = new Nodes();
    const { listener, port } = await listening(nodes, { proxyProtocol: {} });
    const socket = nodes.network.connect(port);
    socket.writeMany([proxyHeader(), new Uint8Array(152)]);
    await settle();
    expect(listener.failures).toMatchObject([
      {
        stage: 'noise',
        details: { remoteAddress: '/memory/0', proxiedAddress: '/ip4/192.0.2.1/tcp/56324' },
      },
    ]);
    expect(listener.failures[0]?.message).toContain('/ip4/192.0.2.1/tcp/56324');
  });

  it('believes trusted proxies only, if they are named [D-42]', async () => {
    const nodes = new Nodes();
    const base = new FakeBase();
    const listener = nodes.create({
      base,
      proxyProtocol: { trustedProxies: new IpNetworks(['10.0.0.0/8']) },
    });
    await listener.listen();
    const sockets = ['10.1.2.3', '192.0.2.9'].map((ip) => base.connect(ip));
    await settle();
    expect(sockets.map(({ closed }) => closed)).toEqual([false, true]);
    expect(listener.failures).toMatchObject([{ stage: 'proxy', cause: { code: 'ERR_PROXY_NOT_TRUSTED' } }]);
  });

  it('drops a connection whose header does not come', async () => {
    const nodes = new Nodes();
    const { listener, port } = await listening(nodes, { proxyProtocol: {} });
    nodes.network.connect(port).write(proxyHeader().subarray(0, 20));
    await nodes.time.advanceAsync(10_000);
    expect(listener.failures).toMatchObject([{ code: 'ERR_UPGRADE_TIMED_OUT', stage: 'proxy' }]);
  });
});

describe('closing a listener', () => {
  it('stops accepting, gives up on upgrades under way, and leaves nothing behind', async () => {
    const nodes = new Nodes();
    const { listener, dialer, announced, close, port } = await listening(nodes);
    const silent = new RecordingHandler();
    nodes.network.connect(port).setHandler(silent);
    await settle();
    await close();
    await close();
    expect(silent.events.at(-1)).toMatch(/^close/);
    expect(listener.failures).toMatchObject([
      { code: 'ERR_UPGRADE_ABORTED', cause: { code: 'ERR_LISTENER_CLOSED' } },
    ]);
    expect(nodes.time.pendingTimers).toBe(0);
    expect(listener.metrics.value('diem_network_pending_connection_upgrades')).toBe(0);
    await expect(dialer.transport.dial(listener.peerId, announced)).rejects.toMatchObject({
      code: 'ERR_CONNECT_FAILED',
    });
  });

  it('leaves connections that came about alone', async () => {
    const nodes = new Nodes();
    const { listener, dialer, announced, close } = await listening(nodes);
    const { socket } = await dialer.transport.dial(listener.peerId, announced);
    await listener.accepted();
    await close();
    await settle();
    expect(socket.closed).toBe(false);
  });
});

describe('a taker that throws', () => {
  it('loses that connection and no other', async () => {
    const nodes = new Nodes();
    const [listener, dialer] = [nodes.create(), nodes.create()];
    nodes.trust(listener, dialer);
    let calls = 0;
    const { address: announced } = await listener.transport.listen(address('/memory/0'), {
      onConnection: () => {
        if (calls++ === 0) throw new TypeError('defect');
      },
    });
    const first = await dialer.transport.dial(listener.peerId, announced);
    const second = await dialer.transport.dial(listener.peerId, announced);
    await settle();
    expect([first.socket.closed, second.socket.closed]).toEqual([true, false]);
    expect(listener.logger.at('info')).toMatchObject([
      { message: 'accept failed', fields: { error: 'defect' } },
    ]);
  });
});

describe('metrics and logs of upgrades', () => {
  it('counts pending upgrades per direction and times those that end [C-295] [C-294]', async () => {
    const nodes = new Nodes();
    const { listener, dialer, announced, port } = await listening(nodes);
    const pending = (node: Node, direction: string) =>
      node.metrics.value('diem_network_pending_connection_upgrades', {
        role_type: 'validator',
        network_id: 'Validator',
        peer_id: node.peerId.slice(0, 8),
        direction,
      });
    const raw = nodes.network.connect(port);
    await settle();
    expect(pending(listener, 'inbound')).toBe(1);
    const dial = dialer.transport.dial(listener.peerId, announced);
    expect(pending(dialer, 'outbound')).toBe(1);
    await dial;
    await listener.accepted();
    expect([pending(dialer, 'outbound'), pending(listener, 'inbound')]).toEqual([0, 1]);
    await nodes.time.advanceAsync(2000);
    raw.destroy();
    await settle();
    expect(pending(listener, 'inbound')).toBe(0);
    const seconds = (node: Node, direction: string, state: string) =>
      node.metrics.observations('diem_network_connection_upgrade_time_seconds', { direction, state });
    expect(seconds(listener, 'inbound', 'succeeded')).toHaveLength(1);
    expect(seconds(listener, 'inbound', 'failed')).toEqual([2]);
    expect(seconds(dialer, 'outbound', 'succeeded')).toHaveLength(1);
    expect(
      listener.metrics.value('diem_network_connection_upgrade_failures', {
        direction: 'inbound',
        stage: 'noise',
      }),
    ).toBe(1);
    expect(listener.logger.at('warn')).toMatchObject([
      {
        message: 'inbound upgrade failed',
        fields: { network_address: '/memory/0', likely_cause: 'dialer-left' },
      },
    ]);
    const debug = listener.logger.at('debug').map(({ message }) => message);
    expect(debug).toEqual(
      expect.arrayContaining(['listening', 'incoming connection', 'inbound upgrade succeeded']),
    );
  });

  it('warns about failures once per second, direction and stage, and says how many it left out [D-36]', async () => {
    const nodes = new Nodes();
    const node = nodes.create();
    const target = address(`/memory/9/ln-noise-ik/${'ab'.repeat(32)}/ln-handshake/0`);
    const fail = () => node.transport.dial(node.peerId, target).catch(() => {});
    for (let n = 0; n < 5; n++) await fail();
    expect(node.logger.at('warn')).toHaveLength(1);
    expect(node.logger.at('error')).toEqual([]);
    await nodes.time.advanceAsync(1000);
    await fail();
    expect(node.logger.at('warn')[1]?.fields).toMatchObject({
      remote_peer: node.peerId.toUpperCase(),
      network_address: target,
      likely_cause: 'unreachable',
      suppressed: 4,
    });
    expect(
      node.metrics.value('diem_network_connection_upgrade_failures', {
        direction: 'outbound',
        stage: 'connect',
      }),
    ).toBe(6);
  });

  it('gives every record the network context', async () => {
    const nodes = new Nodes();
    const { listener } = await listening(nodes);
    expect(listener.logger.at('debug')[0]?.fields).toMatchObject({
      network_context: { role: 'validator', network_id: 'Validator', peer_id: listener.peerId },
    });
  });
});
