import { createServer } from 'node:net';
import { MockTime } from '@diemnet/types/testing';
import {
  EVENT_KINDS,
  promMetrics,
  startAdminServer,
  type AdminServer,
  type AdminServerOptions,
} from '../../src/index.js';
import { eventually } from '../support/eventually.js';
import { FakeSource, PEER } from '../support/fake-source.js';
import type { Schema } from '../../src/server/open-api-schemas.js';
import { violations } from '../support/json-schema.js';
import { TestNetwork } from '../support/network.js';
import { ask, say } from '../support/raw-http.js';

const servers: AdminServer[] = [];

async function start(options: AdminServerOptions = {}): Promise<AdminServer> {
  const server = await startAdminServer(options);
  servers.push(server);
  return server;
}

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

/** An event stream read by hand. */
function stream(
  port: number,
  { path = '/v1/events', lastEventId }: { path?: string; lastEventId?: string } = {},
) {
  const header = lastEventId === undefined ? '' : `Last-Event-ID: ${lastEventId}\r\n`;
  const { socket, closed } = say(port, `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n${header}\r\n`);
  let text = '';
  socket.on('data', (chunk) => (text += String(chunk)));
  const ids = () => [...text.matchAll(/^id: (.+)$/gm)].map(([, id]) => id as string);
  const connections = () => [...text.matchAll(/"connectionId":(\d+)/g)].map(([, id]) => Number(id));
  return { socket, closed, ids, connections, text: () => text };
}

describe('startAdminServer', () => {
  it('serves metrics in the format of Prometheus, and says so if it has none', async () => {
    const { registry, ...metrics } = promMetrics();
    metrics.counter({ name: 'diem_x', help: 'x' }).labels().inc();
    const { port } = await start({ registry });
    const answer = await ask(port, '/metrics');
    expect(answer.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(answer.body).toContain('diem_x 1');
    expect((await ask((await start()).port, '/metrics')).status).toBe(404);
  });

  it('is ready once every network of every node runs', async () => {
    const [one, other] = [new FakeSource('a'), new FakeSource('b')];
    const time = new MockTime();
    const { port } = await start({ sources: [one, other], time });
    const readiness = async () => {
      time.advance(1000);
      return (await ask(port, '/readyz')).status;
    };
    expect(await readiness()).toBe(200);
    one.state = 'built';
    expect(await readiness()).toBe(503);
    one.state = 'started';
    other.failure = new TypeError('gone');
    expect(await readiness()).toBe(503);
    expect((await ask((await start()).port, '/readyz')).status).toBe(503);
  });

  it('looks at a node no more often than needed, however many ask', async () => {
    const source = new FakeSource();
    const time = new MockTime();
    const { port } = await start({ sources: [source], time });
    await Promise.all([1, 2, 3, 4].map(() => ask(port, '/v1/nodes')));
    expect(source.asked).toBe(1);
    time.advance(250);
    await ask(port, '/v1/peers');
    expect(source.asked).toBe(2);
  });

  it('tells about nodes in order, chosen by name, and about those that cannot be asked', async () => {
    const names = ['node-10', 'node-9', 'node-2'];
    const sources = names.map((name) => new FakeSource(name));
    const server = await start({ sources });
    const nodes = async (query = '') =>
      (
        JSON.parse((await ask(server.port, `/v1/nodes${query}`)).body) as {
          nodes: { node: string; ok: boolean }[];
        }
      ).nodes;
    expect((await nodes()).map(({ node }) => node)).toEqual(['node-2', 'node-9', 'node-10']);
    expect(await nodes('?node=node-9')).toHaveLength(1);
    server.removeSource(sources[0] as FakeSource);
    const broken = new FakeSource('broken');
    broken.failure = new TypeError('x');
    server.addSource(broken);
    expect(() => server.addSource(new FakeSource('broken'))).toThrow(/already/);
    expect((await nodes()).map(({ node, ok }) => `${node} ${ok}`)).toEqual([
      'broken false',
      'node-2 true',
      'node-9 true',
    ]);
    expect(JSON.parse((await ask(server.port, '/v1/peers')).body)).toEqual({
      peers: [],
      unavailable: ['broken'],
    });
  });

  it('answers HEAD as GET without the body, and other methods with what is possible', async () => {
    const { port } = await start({ sources: [new FakeSource()] });
    const head = await ask(port, '/v1/nodes', { method: 'HEAD' });
    expect([head.status, head.body]).toEqual([200, '']);
    expect((await ask(port, '/v1/events', { method: 'HEAD' })).status).toBe(200);
    const put = await ask(port, '/v1/nodes', { method: 'PUT' });
    expect([put.status, put.headers['allow']]).toEqual([405, 'GET, HEAD']);
  });

  it('says so if it cannot listen, and leaves nothing behind then', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const { port } = taken.address() as { port: number };
    const source = new FakeSource();
    const time = new MockTime();
    await expect(startAdminServer({ port, sources: [source], time })).rejects.toMatchObject({
      code: 'ERR_ADMIN_LISTEN',
    });
    expect([source.listeners, time.pendingTimers]).toEqual([0, 0]);
    taken.close();
  });

  it('leaves no socket, no timer and no subscription behind when it stops, also twice', async () => {
    const source = new FakeSource();
    const time = new MockTime();
    const server = await start({ sources: [source], time });
    const open = stream(server.port);
    const half = say(server.port, 'GET /v1/no');
    await eventually(() => server.openStreams === 1);
    await Promise.all([server.stop(), server.stop()]);
    await Promise.all([open.closed, half.closed]);
    expect([source.listeners, time.pendingTimers, server.openStreams]).toEqual([0, 0, 0]);
    await expect(ask(server.port, '/healthz')).rejects.toThrow();
  });
});

describe('/v1/events', () => {
  it('tells what is kept, then what is new, and goes on after the last event that was seen', async () => {
    const source = new FakeSource();
    const { port } = await start({ sources: [source], limits: { eventCapacity: 3 } });
    [1, 2, 3, 4].forEach((id) => source.happen(id));
    const first = stream(port);
    await eventually(() => first.connections().length === 3);
    source.happen(5);
    await eventually(() => first.connections().length === 4);
    expect(first.connections()).toEqual([2, 3, 4, 5]);
    first.socket.destroy();
    source.happen(6);
    const again = stream(port, { lastEventId: first.ids().at(-2) as string });
    await eventually(() => again.connections().length === 2);
    expect(again.connections()).toEqual([5, 6]);
    again.socket.destroy();
    const stranger = stream(port, { lastEventId: 'other-99' });
    await eventually(() => stranger.connections().length === 3);
    stranger.socket.destroy();
  });

  it('can be narrowed to kinds and nodes', async () => {
    const [one, other] = [new FakeSource('a'), new FakeSource('b')];
    const { port } = await start({ sources: [one, other] });
    const chosen = stream(port, { path: '/v1/events?kind=replaced&node=b' });
    await eventually(() => chosen.text().includes('retry'));
    one.happen(1, 'replaced');
    other.happen(2);
    other.happen(3, 'replaced');
    await eventually(() => chosen.connections().length > 0);
    expect(chosen.connections()).toEqual([3]);
    chosen.socket.destroy();
    expect((await ask(port, '/v1/events?kind=nonsense')).status).toBe(400);
  });

  it('are limited in number', async () => {
    const server = await start({ limits: { maxStreams: 1 } });
    const open = stream(server.port);
    await eventually(() => server.openStreams === 1);
    const refused = await ask(server.port, '/v1/events');
    expect([refused.status, refused.headers['retry-after']]).toEqual([503, '5']);
    expect(refused.body).toContain('ERR_TOO_MANY_STREAMS');
    open.socket.destroy();
    await eventually(() => server.openStreams === 0);
  });

  it('prove that they are alive, and drop a client that does not read', async () => {
    const source = new FakeSource();
    const time = new MockTime();
    const server = await start({ sources: [source], time, limits: { maxBacklogBytes: 512 * 1024 } });
    const reader = stream(server.port);
    const sleeper = stream(server.port);
    await eventually(() => server.openStreams === 2);
    sleeper.socket.pause();
    time.advance(10_000);
    await eventually(() => reader.text().includes(': alive'));
    await eventually(() => {
      for (let i = 0; i < 1000; i++) source.happen(i);
      return server.openStreams === 1;
    });
    source.happen(424242);
    await eventually(() => reader.text().includes('424242'));
    sleeper.socket.resume();
    await sleeper.closed;
    reader.socket.destroy();
  }, 20_000);
});

describe('/v1/openapi.json', () => {
  it('describes what real nodes answer, and all that can be asked', async () => {
    const network = new TestNetwork();
    try {
      const nodes = await network.start(2);
      await network.startStranger();
      const [first] = nodes;
      const { port } = await start({
        sources: network.nodes.map(({ inspector }) => inspector),
        registry: first?.metrics.registry,
        allowWrites: true,
      });
      await eventually(() => first?.inspector.snapshot().networks[0]?.peers[0]?.roundTripMs);
      const document = JSON.parse((await ask(port, '/v1/openapi.json')).body) as {
        openapi: string;
        paths: Record<
          string,
          Record<string, { responses: Record<string, { content: Record<string, { schema: Schema }> }> }>
        >;
        components: { schemas: Record<string, Schema> };
      };
      expect(document.openapi).toBe('3.1.0');
      const check = async (path: string, method = 'get', real = path, body?: string) => {
        const answer = await ask(port, real, {
          method: method.toUpperCase(),
          ...(body === undefined ? {} : { body }),
        });
        const [type = ''] = answer.headers['content-type']?.split(';') ?? [];
        const described = document.paths[path]?.[method]?.responses[answer.status]?.content[type]?.schema;
        expect([path, answer.status, type, described]).toEqual([
          path,
          answer.status,
          type,
          expect.anything(),
        ]);
        const value: unknown = type.endsWith('json') ? JSON.parse(answer.body) : answer.body;
        expect([path, violations(described as Schema, value, document.components.schemas)]).toEqual([
          path,
          [],
        ]);
      };
      const other = nodes[1]?.peerId as string;
      await check('/healthz');
      await check('/readyz');
      await check('/metrics');
      await check('/v1/nodes');
      await check('/v1/peers');
      await check('/v1/peers/{peerId}/explain', 'get', `/v1/peers/${other}/explain`);
      await check('/v1/peers/{peerId}/explain', 'get', `/v1/peers/${network.nodes[2]?.peerId}/explain`);
      await check('/v1/peers/{peerId}/explain', 'get', `/v1/peers/${PEER}/explain`);
      await check('/v1/peers/{peerId}/explain', 'get', '/v1/peers/nonsense/explain');
      await check('/v1/peers/{peerId}/disconnect', 'post', '/v1/peers/nonsense/disconnect', '{}');
      const body = JSON.stringify({ node: 'validator-0', network: 'Validator' });
      await check('/v1/peers/{peerId}/disconnect', 'post', `/v1/peers/${other}/disconnect`, body);
      const events = stream(port);
      await eventually(
        () => events.text().includes('"cause":"requested"') && events.text().includes('"ok":false'),
      );
      const seen = new Set<string>();
      for (const [, data] of events.text().matchAll(/^data: (.+)$/gm)) {
        const event = JSON.parse(data as string) as { kind: string };
        seen.add(event.kind);
        expect(
          violations({ $ref: '#/components/schemas/Event' }, event, document.components.schemas),
        ).toEqual([]);
      }
      events.socket.destroy();
      expect([...seen].sort()).toEqual(
        expect.arrayContaining(['connected', 'dial', 'disconnected', 'upgrade']),
      );
      expect(EVENT_KINDS).toEqual(expect.arrayContaining([...seen]));
      const asked = [
        '/v1/events',
        '/v1/openapi.json',
        '/healthz',
        '/readyz',
        '/metrics',
        '/v1/nodes',
        '/v1/peers',
      ];
      expect(Object.keys(document.paths).sort()).toEqual(
        [...asked, '/v1/peers/{peerId}/explain', '/v1/peers/{peerId}/disconnect', '/v1/recording'].sort(),
      );
    } finally {
      await network.stop();
    }
  }, 30_000);
});
