import net from 'node:net';
import { parseIpTcp, parseNetworkAddress } from '@diemnet/network-address';
import type { Socket } from '@diemnet/types';
import { MockTime } from '@diemnet/types/testing';
import { TcpTransport, type IncomingConnection, type Listener, type TcpOptions } from '../../src/index.js';
import { SocketProbe } from '../../src/testing/index.js';

const address = parseNetworkAddress;
const LOOPBACK = address('/ip4/127.0.0.1/tcp/0');
const ignore = { onConnection() {}, onError() {} };
const unsupported = expect.objectContaining({ code: 'ERR_UNSUPPORTED_ADDRESS' });

const opened: { sockets: Socket[]; listeners: Listener[] } = { sockets: [], listeners: [] };

afterEach(async () => {
  for (const socket of opened.sockets.splice(0)) socket.destroy();
  await Promise.all(opened.listeners.splice(0).map((listener) => listener.close()));
});

/** Listens, and waits for what arrives. */
async function listen(transport: TcpTransport, at = LOOPBACK) {
  const accepted: IncomingConnection[] = [];
  const errors: Error[] = [];
  let wake: () => void = () => {};
  const listener = await transport.listen(at, {
    onConnection(connection) {
      opened.sockets.push(connection.socket);
      accepted.push(connection);
      wake();
    },
    onError: (error) => (errors.push(error), wake()),
  });
  opened.listeners.push(listener);
  const until = async (holds: () => boolean) => {
    while (!holds()) await new Promise<void>((resolve) => (wake = resolve));
  };
  const port = parseIpTcp(listener.address)?.port ?? 0;
  return { listener, accepted, errors, until, port };
}

async function dial(transport: TcpTransport, to: string): Promise<Socket> {
  const socket = await transport.dial(address(to));
  opened.sockets.push(socket);
  return socket;
}

const tcp = (options: TcpOptions = {}) => new TcpTransport({ env: {}, ...options });

/** A port where nothing listens. */
async function freePort(): Promise<number> {
  const listener = await tcp().listen(LOOPBACK, ignore);
  await listener.close();
  return parseIpTcp(listener.address)?.port ?? 0;
}

describe('TcpTransport', () => {
  it('listens on a port of the system and connects both ways [C-030]', async () => {
    const transport = tcp();
    const { listener, accepted, until, port } = await listen(transport);
    expect(port).toBeGreaterThan(0);
    const dialed = await dial(transport, listener.address);
    await until(() => accepted.length === 1);
    const { socket, remoteAddress } = accepted[0] as IncomingConnection;
    expect(parseIpTcp(remoteAddress)).toMatchObject({ ip: '127.0.0.1', rest: [] });
    expect([dialed.remoteIp, socket.remoteIp]).toEqual(['127.0.0.1', '127.0.0.1']);

    const [atDialer, atListener] = [new SocketProbe(dialed), new SocketProbe(socket)];
    dialed.write(Uint8Array.of(1, 2));
    socket.write(Uint8Array.of(3));
    await Promise.all([atListener.untilBytes(2), atDialer.untilBytes(1)]);
    expect([atListener.bytes, atDialer.bytes]).toEqual([Uint8Array.of(1, 2), Uint8Array.of(3)]);
  });

  it('refuses memory addresses at once [C-031]', () => {
    expect(() => void tcp().listen(address('/memory/0'), ignore)).toThrow(unsupported);
    expect(() => void tcp().dial(address('/memory/1'))).toThrow(unsupported);
  });

  it('listens neither on names nor on addresses with anything behind the port [C-032]', () => {
    for (const text of [
      '/dns/localhost/tcp/0',
      '/dns4/localhost/tcp/0',
      '/ip4/127.0.0.1/tcp/0/ln-handshake/0',
    ]) {
      expect(() => void tcp().listen(address(text), ignore)).toThrow(unsupported);
    }
    expect(() => void tcp().dial(address('/ip4/127.0.0.1/tcp/1/ln-handshake/0'))).toThrow(unsupported);
  });

  it('tries the next address of a name when the first refuses [C-036]', async () => {
    // Nothing listens on ::1, since the listener is bound to 127.0.0.1 only.
    const transport = tcp({ time: new MockTime(), resolver: async () => ['::1', '127.0.0.1'] });
    const { port } = await listen(transport);
    expect((await dial(transport, `/dns/a.example/tcp/${port}`)).remoteIp).toBe('127.0.0.1');
  });

  it('reports the last error when all addresses of a name refuse [C-036]', async () => {
    const time = new MockTime();
    const transport = tcp({ time, resolver: async () => ['::1', '127.0.0.1'] });
    await expect(transport.dial(address(`/dns/a.example/tcp/${await freePort()}`))).rejects.toMatchObject({
      code: 'ERR_CONNECTION_REFUSED',
      cause: expect.any(AggregateError),
    });
    expect(time.pendingTimers).toBe(0);
  });

  it('refuses to dial a name without address of the wanted family [C-037]', async () => {
    const transport = tcp({ resolver: async () => ['127.0.0.1'] });
    await expect(transport.dial(address('/dns6/a.example/tcp/1'))).rejects.toMatchObject({
      code: 'ERR_NAME_NOT_RESOLVED',
    });
  });

  it('sets no-delay and keepalive on either side [C-038] [D-43]', async () => {
    const noDelay = jest.spyOn(net.Socket.prototype, 'setNoDelay');
    const keepAlive = jest.spyOn(net.Socket.prototype, 'setKeepAlive');
    const transport = tcp({ keepAliveInitialDelayMs: 5000 });
    const { listener, accepted, until } = await listen(transport);
    await dial(transport, listener.address);
    await until(() => accepted.length === 1);
    expect(noDelay.mock.calls).toEqual([[true], [true]]);
    expect(keepAlive.mock.calls).toEqual([
      [true, 5000],
      [true, 5000],
    ]);
    expect(new Set(noDelay.mock.contexts).size).toBe(2);
  });

  it('reports a failing accept and accepts the next connection [C-041]', async () => {
    const createServer = jest.spyOn(net, 'createServer');
    const transport = tcp();
    const { listener, accepted, errors, until } = await listen(transport);
    const server = createServer.mock.results[0]?.value as net.Server;
    server.emit('error', Object.assign(new RangeError('accept EMFILE'), { code: 'EMFILE' }));
    expect(errors).toEqual([
      expect.objectContaining({ code: 'ERR_ACCEPT_FAILED', details: { systemCode: 'EMFILE' } }),
    ]);
    await dial(transport, listener.address);
    await until(() => accepted.length === 1);
  });

  it('reports a connection that is gone before it is accepted, and goes on [C-041]', async () => {
    const createServer = jest.spyOn(net, 'createServer');
    const transport = tcp();
    const { listener, accepted, errors, until } = await listen(transport);
    // What the system hands out for a connection that was reset meanwhile has no remote address.
    const gone = new net.Socket();
    (createServer.mock.results[0]?.value as net.Server).emit('connection', gone);
    expect(errors).toHaveLength(1);
    expect(gone.destroyed).toBe(true);
    expect(errors[0]).toMatchObject({ code: 'ERR_ACCEPT_FAILED' });
    await dial(transport, listener.address);
    await until(() => accepted.length === 1);
  });

  it('gives an attempt up after its time [D-43]', async () => {
    const time = new MockTime();
    const transport = tcp({ time, connectTimeoutMs: 1000 });
    // A connection to loopback takes a turn of the event loop at least, and the clock is ahead of it.
    const { listener } = await listen(transport);
    const dialing = transport.dial(listener.address);
    time.advance(1000);
    await expect(dialing).rejects.toMatchObject({ code: 'ERR_CONNECT_TIMEOUT' });
    expect(time.pendingTimers).toBe(0);
  });

  it('gives up while connecting when its signal aborts', async () => {
    const time = new MockTime();
    const transport = tcp({ time });
    const { listener } = await listen(transport);
    const controller = new AbortController();
    const dialing = transport.dial(listener.address, { signal: controller.signal });
    controller.abort(new RangeError('enough'));
    await expect(dialing).rejects.toThrow('enough');
    expect(time.pendingTimers).toBe(0);
  });

  it('is refused where nobody listens', async () => {
    await expect(tcp().dial(address(`/ip4/127.0.0.1/tcp/${await freePort()}`))).rejects.toMatchObject({
      code: 'ERR_CONNECTION_REFUSED',
      cause: expect.objectContaining({ code: 'ECONNREFUSED' }),
    });
  });

  it('speaks of IPv4 dialers as IPv4 on a listener for both families', async () => {
    const transport = tcp();
    const { accepted, until, port } = await listen(transport, address('/ip6/::/tcp/0'));
    await dial(transport, `/ip4/127.0.0.1/tcp/${port}`);
    await until(() => accepted.length === 1);
    expect(accepted[0]?.socket.remoteIp).toBe('127.0.0.1');
    expect(accepted[0]?.remoteAddress).toMatch(/^\/ip4\/127\.0\.0\.1\/tcp\/\d+$/);
  });

  it('does not wait for accepted connections when its listener closes', async () => {
    const transport = tcp();
    const { listener, accepted, until } = await listen(transport);
    const dialed = await dial(transport, listener.address);
    await until(() => accepted.length === 1);
    await listener.close();
    const probe = new SocketProbe(accepted[0]?.socket);
    dialed.write(Uint8Array.of(1));
    await probe.untilBytes(1);
  });

  it('maps a reset by the other end to a typed error', async () => {
    const transport = tcp();
    const server = net.createServer((raw) => raw.once('data', () => raw.resetAndDestroy()));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const dialed = await dial(transport, `/ip4/127.0.0.1/tcp/${(server.address() as net.AddressInfo).port}`);
    const probe = new SocketProbe(dialed);
    dialed.write(Uint8Array.of(1));
    await probe.untilEvent('close');
    server.close();
    expect(probe.closeError).toMatchObject({
      code: 'ERR_CONNECTION_RESET',
      cause: expect.objectContaining({ code: 'ECONNRESET' }),
    });
    expect(() => dialed.write(Uint8Array.of(1))).toThrow(
      expect.objectContaining({ code: 'ERR_BROKEN_PIPE' }),
    );
  });

  it('leaves no listener on the socket of a connection that is gone', async () => {
    const setNoDelay = jest.spyOn(net.Socket.prototype, 'setNoDelay');
    const transport = tcp();
    const { listener, accepted, until } = await listen(transport);
    const dialed = await dial(transport, listener.address);
    await until(() => accepted.length === 1);
    const sockets = [dialed, (accepted[0] as IncomingConnection).socket];
    const probes = sockets.map((socket) => new SocketProbe(socket));
    for (const socket of sockets) socket.destroy();
    await Promise.all(probes.map((probe) => probe.untilEvent('close')));
    for (const raw of setNoDelay.mock.contexts as net.Socket[]) {
      expect(raw.destroyed).toBe(true);
      expect(raw.eventNames()).toEqual([]);
    }
  });

  it('hands several chunks to the system in one write', async () => {
    const transport = tcp();
    const { listener, accepted, until } = await listen(transport);
    const dialed = await dial(transport, listener.address);
    await until(() => accepted.length === 1);
    const probe = new SocketProbe(accepted[0]?.socket);
    const single = jest.spyOn(net.Socket.prototype, '_write');
    const vector = jest.spyOn(net.Socket.prototype, '_writev' as '_write');
    dialed.writeMany([Uint8Array.of(1), Uint8Array.of(2), Uint8Array.of(3)]);
    expect([single.mock.calls.length, vector.mock.calls.length]).toEqual([0, 1]);
    await probe.untilBytes(3);
    expect(probe.bytes).toEqual(Uint8Array.of(1, 2, 3));
  });
});
