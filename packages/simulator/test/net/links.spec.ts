import { SocketProbe } from '@diemnet/netcore/testing';
import { parseNetworkAddress } from '@diemnet/network-address';
import type { Socket } from '@diemnet/types';
import {
  SimulatedNetwork,
  SimulatedTransport,
  VirtualTime,
  type LinkShape,
  type SimulatedHost,
} from '../../src/index.js';

const ADDRESS = parseNetworkAddress('/ip4/10.0.0.2/tcp/6180');

/** A connection between two hosts, dialed by the first. */
async function connected(link: Partial<LinkShape> = {}) {
  const time = new VirtualTime();
  const network = new SimulatedNetwork(time, { link: { latencyMs: 10, jitterMs: 0, ...link } });
  const [here, there] = [network.host('10.0.0.1'), network.host('10.0.0.2')];
  const accepted: Socket[] = [];
  const transport = new SimulatedTransport(network, here);
  await new SimulatedTransport(network, there).listen(ADDRESS, {
    onConnection: ({ socket }) => accepted.push(socket),
    onError() {},
  });
  const dial = () => time.settled(transport.dial(ADDRESS), { withinMs: 60_000 });
  const a = await dial();
  const b = accepted[0] as Socket;
  const probes = [new SocketProbe(a), new SocketProbe(b)] as const;
  return { time, network, here, there, transport, accepted, dial, a, b, atA: probes[0], atB: probes[1] };
}

const bytes = (length: number) => Uint8Array.from({ length }, (_, i) => i % 251);

/** When, after now, and in which pieces `count` bytes arrive. */
async function arrivals(time: VirtualTime, socket: Socket, count: number) {
  const start = time.now();
  const pieces: [atMs: number, length: number][] = [];
  let received = 0;
  socket.setHandler({
    onData(chunk) {
      received += chunk.length;
      pieces.push([Math.round((time.now() - start) * 1000) / 1000, chunk.length]);
    },
    onEnd() {},
    onDrain() {},
    onClose() {},
  });
  await time.runUntil(() => received === count, { withinMs: 60_000 });
  return pieces;
}

describe('a link', () => {
  it('takes its latency, one way to connect, one way back, and each way for data', async () => {
    const { time, a, b } = await connected();
    expect(time.now()).toBe(20);
    a.write(bytes(5));
    expect(await arrivals(time, b, 5)).toEqual([[10, 5]]);
  });

  it('delivers as fast as its bandwidth allows', async () => {
    const { time, a, b } = await connected({ bytesPerSecond: 1000, chunkBytes: 100 });
    a.write(bytes(300));
    expect(await arrivals(time, b, 300)).toEqual([
      [110, 100],
      [210, 100],
      [310, 100],
    ]);
  });

  it('cuts down to single bytes, and keeps the order under jitter', async () => {
    const { time, a, b, atB } = await connected({ chunkBytes: 1, jitterMs: 30 });
    a.write(bytes(200));
    await time.runUntil(() => atB.byteLength === 200, { withinMs: 1000 });
    expect(atB.bytes).toEqual(bytes(200));
    b.write(bytes(3));
    expect(await arrivals(time, a, 3)).toHaveLength(3);
  });

  it('carries no more than the window ahead of a reader that does not read', async () => {
    const { time, a, b, atA, atB } = await connected({ windowBytes: 1000 });
    b.pause();
    expect(a.write(bytes(100_000))).toBe(false);
    await time.runFor(60_000);
    expect(a.queuedBytes).toBe(99_000);
    b.resume();
    await time.runUntil(() => atB.byteLength === 100_000, { withinMs: 60_000 });
    expect(atB.bytes).toEqual(bytes(100_000));
    await time.runFor(100);
    expect(atA.events).toEqual(['drain']);
  });

  it('holds back what it does not deliver, and what it does not accept', async () => {
    const { time, network, here, there, a, atB } = await connected();
    const link = network.link(here, there);
    link.stalled = true;
    a.write(bytes(10));
    await time.runFor(1000);
    expect([atB.byteLength, a.queuedBytes]).toEqual([0, 0]);
    link.stalled = false;
    await time.runFor(10);
    expect(atB.byteLength).toBe(10);

    link.accepting = false;
    a.write(bytes(20));
    await time.runFor(1000);
    expect([atB.byteLength, a.queuedBytes]).toEqual([10, 20]);
    link.accepting = true;
    await time.runFor(30);
    expect([atB.byteLength, a.queuedBytes]).toEqual([30, 0]);
  });

  it('loses nothing in a partition, and lets nobody connect through it', async () => {
    const { time, network, here, there, transport, a, b, atA, atB } = await connected();
    network.link(here, there).blocked = true;
    a.write(bytes(10));
    a.end();
    b.write(bytes(7));
    await expect(time.settled(transport.dial(ADDRESS))).rejects.toMatchObject({
      code: 'ERR_CONNECT_TIMEOUT',
    });
    // One way only: what the other side sends arrives.
    expect([atA.byteLength, atB.byteLength]).toEqual([7, 0]);
    network.link(here, there).blocked = false;
    await time.runFor(50);
    expect([atB.byteLength, atB.events]).toEqual([10, ['data', 'end']]);
  });

  it('lets a sender run dry whose acknowledgements are lost', async () => {
    const { time, network, here, there, a, atB } = await connected({ windowBytes: 1000 });
    network.link(there, here).blocked = true;
    a.write(bytes(5000));
    await time.runFor(10_000);
    expect([atB.byteLength, a.queuedBytes]).toEqual([1000, 4000]);
    network.link(there, here).blocked = false;
    await time.runFor(1000);
    expect(atB.bytes).toEqual(bytes(5000));
  });
});

describe('a host', () => {
  it('closes for a process that is killed, with a reset if something is lost', async () => {
    const { time, here, a, b, atB } = await connected();
    a.write(bytes(3));
    here.kill();
    await time.runFor(20);
    expect(atB.events).toEqual(['data', 'end']);
    b.write(bytes(1));
    await time.runFor(40);
    expect(atB.closeError).toMatchObject({ code: 'ERR_CONNECTION_RESET' });
    expect([here.openSockets, here.openPorts]).toEqual([0, 0]);
  });

  it('tells nobody that it lost its power, and after that knows nothing of old connections', async () => {
    const { time, there, transport, a, atA } = await connected();
    there.powerOff();
    a.write(bytes(10));
    await time.runFor(100_000);
    expect([atA.events, a.closed]).toEqual([[], false]);
    await expect(time.settled(transport.dial(ADDRESS))).rejects.toMatchObject({
      code: 'ERR_CONNECT_TIMEOUT',
    });
    there.boot();
    await time.runFor(50);
    expect(atA.closeError).toMatchObject({ code: 'ERR_CONNECTION_RESET' });
    await expect(time.settled(transport.dial(ADDRESS))).rejects.toMatchObject({
      code: 'ERR_CONNECTION_REFUSED',
    });
  });

  it.each(['kill', 'powerOff'] as const)(
    'resets what a process dialed that is gone when it is accepted (%s)',
    async (how) => {
      const { time, network, here, transport, accepted } = await connected();
      void transport.dial(ADDRESS).catch(() => {});
      here[how]();
      here.boot();
      await time.runFor(15);
      expect([here.openSockets, accepted.length]).toEqual([0, 2]);
      const late = new SocketProbe(accepted[1] as Socket);
      await time.runFor(20);
      expect(late.closeError).toMatchObject({ code: 'ERR_CONNECTION_RESET' });
      expect([...network.connections()].filter(({ sockets }) => !sockets[0].closed)).toEqual([]);
    },
  );

  it('takes connections and data for a paused process, which hears of them later', async () => {
    const { time, there, dial, accepted, a, atB } = await connected();
    there.incarnation.pause();
    const late = await dial();
    late.write(bytes(2));
    a.write(bytes(5));
    await time.runFor(1000);
    expect([accepted.length, atB.byteLength]).toEqual([1, 0]);
    there.incarnation.resume();
    await time.runFor(1);
    expect([accepted.length, atB.byteLength]).toEqual([2, 5]);
  });
});

describe('a trap', () => {
  const trapped = async (fault: Parameters<SimulatedNetwork['setTrap']>[2]['fault'], atByte = 4) => {
    const context = await connected();
    let sprung = 0;
    const { network, here, there, dial, accepted, time } = context;
    network.setTrap(here, there, { atByte, fault, onSprung: () => sprung++ });
    const socket = await dial();
    const probe = new SocketProbe(accepted[1] as Socket);
    const own = new SocketProbe(socket);
    socket.write(bytes(3));
    await time.runFor(10);
    socket.write(Uint8Array.of(3, 4, 5));
    await time.runFor(15);
    expect(sprung).toBe(1);
    return { ...context, socket, probe, own };
  };

  it('resets both ends after exactly so many bytes', async () => {
    const { probe, own } = await trapped('reset');
    expect(probe.bytes).toEqual(bytes(4));
    expect(probe.closeError).toMatchObject({ code: 'ERR_CONNECTION_RESET' });
    expect(own.closeError).toMatchObject({ code: 'ERR_CONNECTION_RESET' });
  });

  it('kills a connection without telling anybody', async () => {
    const { time, socket, probe, own } = await trapped('die', 0);
    socket.end();
    await time.runFor(100_000);
    expect([probe.events, own.events]).toEqual([[], []]);
  });

  it('changes one bit of one byte', async () => {
    const { probe } = await trapped('corrupt');
    expect([...probe.bytes]).toEqual([0, 1, 2, 3, 5, 5]);
  });

  it('delays one direction from that byte on', async () => {
    const { time, probe } = await trapped({ stallMs: 5000 });
    expect(probe.byteLength).toBe(4);
    await time.runFor(4900);
    expect(probe.byteLength).toBe(4);
    await time.runFor(120);
    expect(probe.bytes).toEqual(bytes(6));
  });

  it('does whatever else one likes, and goes on if there is still something to go on with', async () => {
    const hosts: SimulatedHost[] = [];
    const { probe } = await trapped((connection) => hosts.push(connection.dialer));
    expect(hosts).toHaveLength(1);
    expect(probe.bytes).toEqual(bytes(6));
  });
});
