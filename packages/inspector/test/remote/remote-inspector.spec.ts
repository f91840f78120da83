import {
  remoteInspector,
  startAdminServer,
  type AdminServer,
  type MetricsRegistry,
  type NodeEvent,
} from '../../src/index.js';
import { ServerSentEventReader, type ServerSentEvent } from '../../src/remote/server-sent-events.js';
import { eventually } from '../support/eventually.js';
import { FakeSource, PEER } from '../support/fake-source.js';

const open: { stop(): Promise<void> }[] = [];

async function serve(
  source: FakeSource,
  options: { port?: number; token?: string; registry?: MetricsRegistry } = {},
): Promise<AdminServer> {
  const server = await startAdminServer({ sources: [source], ...options });
  open.push(server);
  return server;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.stop()));
});

describe('remoteInspector', () => {
  it('asks a node under the name that it has here', async () => {
    const server = await serve(new FakeSource(), { token: 'secret' });
    using node = remoteInspector(server.url, { name: 'far', token: 'secret' });
    expect(await node.snapshot()).toMatchObject({ node: 'far', role: 'validator' });
    expect(await node.explain(PEER)).toEqual([]);
  });

  it('fetches metrics, and says if there are none', async () => {
    const registry = { contentType: 'text/plain', metrics: async () => 'peers 1\n' };
    const server = await serve(new FakeSource(), { token: 'secret', registry });
    using node = remoteInspector(server.url, { token: 'secret' });
    expect(await node.metrics()).toBe('peers 1\n');
    const bare = await serve(new FakeSource());
    using other = remoteInspector(bare.url);
    await expect(other.metrics()).rejects.toMatchObject({
      code: 'ERR_SOURCE_UNAVAILABLE',
      message: expect.stringContaining('refuses (404)'),
    });
  });

  it('says what is wrong if it is refused or nobody is there', async () => {
    const server = await serve(new FakeSource(), { token: 'secret' });
    using node = remoteInspector(server.url);
    await expect(node.snapshot()).rejects.toMatchObject({
      code: 'ERR_SOURCE_UNAVAILABLE',
      message: expect.stringContaining('401 ERR_UNAUTHORIZED'),
    });
    await server.stop();
    await expect(node.snapshot()).rejects.toMatchObject({ code: 'ERR_SOURCE_UNAVAILABLE' });
    await expect(node.explain(PEER)).rejects.toMatchObject({ code: 'ERR_SOURCE_UNAVAILABLE' });
    expect(() => remoteInspector('not a url')).toThrow('Invalid URL');
  });

  it('follows events, says when the node goes and comes, and misses nothing in between', async () => {
    const source = new FakeSource();
    const server = await serve(source);
    using node = remoteInspector(server.url, { name: 'far', retryMs: 20 });
    const heard: NodeEvent[] = [];
    const leave = node.subscribe((event) => heard.push(event));
    const kinds = () => heard.map(({ kind }) => kind).join(' ');
    await eventually(() => server.openStreams === 1);
    source.happen(1);
    await eventually(() => kinds() === 'node-up connected');
    expect(heard.every((event) => event.node === 'far')).toBe(true);
    await server.stop();
    await eventually(() => kinds() === 'node-up connected node-down');
    const again = await serve(source, { port: server.port });
    await eventually(() => again.openStreams === 1);
    source.happen(2);
    await eventually(() => kinds() === 'node-up connected node-down node-up connected');
    leave();
    node.close();
    await eventually(() => again.openStreams === 0);
  });
});

describe('ServerSentEventReader', () => {
  it('takes a stream apart, one character at a time too', () => {
    const text = 'retry: 5\n\n: alive\n\nid: a-1\nevent: x\ndata: {"a":\ndata: 1}\n\ndata:b\r\n\r\nid\n\n';
    for (const size of [1, 3, text.length]) {
      const events: ServerSentEvent[] = [];
      const reader = new ServerSentEventReader((event) => events.push(event));
      for (let i = 0; i < text.length; i += size) reader.push(text.slice(i, i + size));
      expect(events).toEqual([
        { id: 'a-1', data: '{"a":\n1}' },
        { id: 'a-1', data: 'b' },
      ]);
    }
  });

  it('gives up on an event that never ends', () => {
    const reader = new ServerSentEventReader(() => {});
    expect(reader.push('x'.repeat(1024))).toBe(true);
    expect(reader.push('x'.repeat(1024 * 1024))).toBe(false);
  });
});
