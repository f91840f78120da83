import net from 'node:net';
import { parseNetworkAddress } from '@diemnet/network-address';
import type { Socket } from '@diemnet/types';
import { MockTime, settle } from '@diemnet/types/testing';
import { TcpTransport, type TcpOptions } from '../../src/index.js';
import { SocketProbe } from '../../src/testing/index.js';

const TARGET = parseNetworkAddress('/dns/validator.example/tcp/6180');
const REQUEST = 'CONNECT validator.example:6180 HTTP/1.0\r\n\r\n';

/** An HTTP proxy that answers every request as told, and echoes what comes after it. */
class ProxyDouble {
  readonly requests: string[] = [];
  readonly #server = net.createServer({ allowHalfOpen: true }, (raw) => this.#serve(raw));
  readonly #sockets = new Set<net.Socket>();
  answer: (raw: net.Socket) => void = (raw) => raw.write('HTTP/1.1 200 OK\r\n\r\n');
  asked: () => void = () => {};

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${this.port}`;
  }

  get port(): number {
    return (this.#server.address() as net.AddressInfo).port;
  }

  close(): void {
    for (const raw of this.#sockets) raw.destroy();
    this.#server.close();
  }

  #serve(raw: net.Socket): void {
    this.#sockets.add(raw);
    raw.on('error', () => {});
    let request = '';
    raw.on('data', (chunk) => {
      if (request.endsWith('\r\n\r\n')) {
        raw.write(chunk);
        return;
      }
      request += chunk.toString('latin1');
      if (!request.endsWith('\r\n\r\n')) return;
      this.requests.push(request);
      this.answer(raw);
      this.asked();
    });
  }
}

describe('dialing through an HTTP proxy', () => {
  let proxy: ProxyDouble;
  let url: string;
  const dialed: Socket[] = [];

  beforeEach(async () => {
    proxy = new ProxyDouble();
    url = await proxy.listen();
  });

  afterEach(() => {
    for (const socket of dialed.splice(0)) socket.destroy();
    proxy.close();
  });

  async function dial(options: TcpOptions = {}, target = TARGET): Promise<SocketProbe & { socket: Socket }> {
    const transport = new TcpTransport({ env: { https_proxy: url }, ...options });
    const socket = await transport.dial(target);
    dialed.push(socket);
    return Object.assign(new SocketProbe(socket), { socket });
  }

  it('asks the proxy of https_proxy for a tunnel and uses it [C-042]', async () => {
    const probe = await dial();
    expect(proxy.requests).toEqual([REQUEST]);
    probe.socket.write(Uint8Array.of(1, 2, 3));
    await probe.untilBytes(3);
    expect(probe.bytes).toEqual(Uint8Array.of(1, 2, 3));
  });

  it('takes the proxy from its options instead of the environment [D-41]', async () => {
    await dial({ env: {}, httpProxy: { url } });
    await expect(
      dial({ env: { https_proxy: url }, httpProxy: 'none', resolver: async () => [] }),
    ).rejects.toMatchObject({ code: 'ERR_NAME_NOT_RESOLVED' });
    expect(proxy.requests).toHaveLength(1);
  });

  it('reads the environment once [D-41]', async () => {
    const env: Record<string, string> = { https_proxy: url };
    const transport = new TcpTransport({ env });
    delete env['https_proxy'];
    dialed.push(await transport.dial(TARGET));
    expect(proxy.requests).toHaveLength(1);
  });

  it('asks for IPv6 targets in brackets [D-41]', async () => {
    await dial({}, parseNetworkAddress('/ip6/2001:db8::1/tcp/6180'));
    expect(proxy.requests).toEqual(['CONNECT [2001:db8::1]:6180 HTTP/1.0\r\n\r\n']);
  });

  it.each(['validator.example', '.example', 'other,validator.example'])(
    'dials directly what no_proxy lists: %s [C-043]',
    async (no_proxy) => {
      const resolver = jest.fn(async () => []);
      await expect(dial({ env: { https_proxy: url, no_proxy }, resolver })).rejects.toMatchObject({
        code: 'ERR_NAME_NOT_RESOLVED',
      });
      expect(resolver).toHaveBeenCalledWith('validator.example', 0);
      expect(proxy.requests).toEqual([]);
    },
  );

  it.each(['127.0.0.1', '127.0.0.0/8'])('dials an excluded address directly: %s [C-043]', async (noProxy) => {
    const transport = new TcpTransport({
      env: {},
      httpProxy: { url: 'http://192.0.2.1:9', noProxy: [noProxy] },
    });
    dialed.push(await transport.dial(parseNetworkAddress(`/ip4/127.0.0.1/tcp/${proxy.port}`)));
    expect(proxy.requests).toEqual([]);
  });

  it('passes on what follows the answer, in the same packet and byte by byte [D-41]', async () => {
    const answer = 'HTTP/1.1 200 OK\r\nVia: p\r\n\r\nhello\r\n\r\n';
    proxy.answer = (raw) => void raw.write(answer);
    const probe = await dial();
    await probe.untilBytes(9);
    expect(new TextDecoder().decode(probe.bytes)).toBe('hello\r\n\r\n');

    proxy.answer = (raw) => {
      raw.setNoDelay(true);
      const send = (at: number): unknown =>
        at < answer.length && raw.write(answer.slice(at, at + 1), () => send(at + 1));
      send(0);
    };
    const slow = await dial();
    await slow.untilBytes(9);
    slow.socket.write(Uint8Array.of(1));
    await slow.untilBytes(10);
    expect(new TextDecoder().decode(slow.bytes)).toBe('hello\r\n\r\n\u0001');
  });

  it('keeps what follows the answer until the handler wants it [D-41]', async () => {
    proxy.answer = (raw) => void raw.write('HTTP/1.1 200 OK\r\n\r\nhello');
    const transport = new TcpTransport({ env: { https_proxy: url } });
    const socket = await transport.dial(TARGET);
    dialed.push(socket);
    socket.pause();
    const probe = new SocketProbe(socket);
    await settle();
    expect(probe.events).toEqual([]);
    socket.resume();
    await probe.untilBytes(5);
    expect(new TextDecoder().decode(probe.bytes)).toBe('hello');
  });

  it('fails when the proxy refuses [C-044]', async () => {
    proxy.answer = (raw) => void raw.write('HTTP/1.1 403 Forbidden\r\n\r\n');
    await expect(dial()).rejects.toMatchObject({ code: 'ERR_HTTP_PROXY_REFUSED', details: { status: 403 } });
  });

  it('fails when the answer ends early [C-044]', async () => {
    proxy.answer = (raw) => void raw.end('HTTP/1.1 200 OK\r\n');
    await expect(dial()).rejects.toMatchObject({ code: 'ERR_HTTP_PROXY_RESPONSE' });
    proxy.answer = (raw) => void raw.resetAndDestroy();
    await expect(dial()).rejects.toMatchObject({ code: 'ERR_CONNECTION_RESET' });
  });

  it('fails when the answer does not end within 4096 bytes [C-044]', async () => {
    proxy.answer = (raw) => void raw.write(`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(5000)}\r\n\r\n`);
    await expect(dial()).rejects.toMatchObject({ code: 'ERR_HTTP_PROXY_RESPONSE' });
  });

  it('fails when the proxy does not answer in time [D-41]', async () => {
    const time = new MockTime();
    proxy.answer = () => {};
    const asked = new Promise<void>((resolve) => (proxy.asked = resolve));
    const dialing = dial({ time, connectTimeoutMs: 500 });
    dialing.catch(() => {});
    await asked;
    time.advance(500);
    await expect(dialing).rejects.toMatchObject({ code: 'ERR_ELAPSED' });
    expect(time.pendingTimers).toBe(0);
  });

  it('gives up when its signal aborts', async () => {
    proxy.answer = () => {};
    const asked = new Promise<void>((resolve) => (proxy.asked = resolve));
    const controller = new AbortController();
    const transport = new TcpTransport({ env: { https_proxy: url } });
    const dialing = transport.dial(TARGET, { signal: controller.signal });
    dialing.catch(() => {});
    await asked;
    controller.abort(new RangeError('enough'));
    await expect(dialing).rejects.toThrow('enough');
  });

  it('does not send a name that would break the request', async () => {
    const name = 'a\r\nX: b';
    await expect(dial({}, parseNetworkAddress(`/dns/${name}/tcp/1`))).rejects.toMatchObject({
      code: 'ERR_UNSUPPORTED_ADDRESS',
    });
    expect(proxy.requests).toEqual([]);
  });
});
