import { once } from 'node:events';
import { connect } from 'node:net';
import { startAdminServer, type AdminServer, type AdminServerOptions } from '../../src/index.js';
import { FakeSource, PEER } from '../support/fake-source.js';
import { ask, say } from '../support/raw-http.js';

const TOKEN = 'correct-horse-battery';
const servers: AdminServer[] = [];

async function start(options: AdminServerOptions = {}): Promise<AdminServer> {
  const server = await startAdminServer({ sources: [new FakeSource()], ...options });
  servers.push(server);
  return server;
}

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

const codeOf = (body: string) => (JSON.parse(body) as { code: string }).code;

describe('token', () => {
  const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

  it.each([
    '/metrics',
    '/v1/nodes',
    '/v1/peers',
    `/v1/peers/${PEER}/explain`,
    '/v1/events',
    '/v1/openapi.json',
    '/nothing',
  ])('is needed for %s', async (path) => {
    const { port } = await start({ token: TOKEN });
    const answer = await ask(port, path);
    expect(answer.status).toBe(401);
    expect(answer.headers).toMatchObject({
      'www-authenticate': 'Bearer',
      'content-type': 'application/problem+json',
    });
    expect(codeOf(answer.body)).toBe('ERR_UNAUTHORIZED');
  });

  it('has to be the right one', async () => {
    const { port } = await start({ token: TOKEN });
    for (const wrong of [`${TOKEN}x`, TOKEN.slice(1), 'x', TOKEN.toUpperCase()]) {
      expect((await ask(port, '/v1/nodes', bearer(wrong))).status).toBe(401);
    }
    expect((await ask(port, '/v1/nodes', { headers: { authorization: `Basic ${TOKEN}` } })).status).toBe(401);
    expect((await ask(port, `/v1/nodes?token=${TOKEN}`)).status).toBe(401);
    expect((await ask(port, '/v1/nodes', bearer(TOKEN))).status).toBe(200);
  });

  it('is not needed for probes, which tell nothing about the node', async () => {
    const { port } = await start({ token: TOKEN });
    expect((await ask(port, '/healthz')).body).toBe('{"status":"ok"}');
    expect((await ask(port, '/readyz')).body).toBe('{"ready":true}');
  });

  it('is needed beyond the loopback interface', async () => {
    for (const host of ['0.0.0.0', '::', '192.0.2.1', 'example.org']) {
      await expect(startAdminServer({ host })).rejects.toMatchObject({ code: 'ERR_ADMIN_TOKEN_REQUIRED' });
    }
    await start({ host: '0.0.0.0', token: TOKEN });
    await start({ host: '0.0.0.0', allowUnauthenticated: true });
  });

  it('is refused if nobody could send it', async () => {
    await expect(startAdminServer({ token: 'two words' })).rejects.toMatchObject({
      code: 'ERR_INVALID_OPTION',
    });
    await expect(startAdminServer({ token: '' })).rejects.toMatchObject({ code: 'ERR_INVALID_OPTION' });
  });
});

describe('other pages', () => {
  it('are refused by their Origin', async () => {
    const { port } = await start({ allowWrites: true });
    for (const origin of ['http://evil.example', 'null', `https://127.0.0.1:${port}`, 'http://127.0.0.1:1']) {
      const answer = await ask(port, '/v1/nodes', { headers: { origin } });
      expect([answer.status, codeOf(answer.body)]).toEqual([403, 'ERR_FORBIDDEN_ORIGIN']);
      expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    }
    const own = await ask(port, '/v1/nodes', { headers: { origin: `http://127.0.0.1:${port}` } });
    expect(own.status).toBe(200);
  });

  it('are refused by what browsers say about the request', async () => {
    const { port } = await start();
    const site = (headers: Record<string, string>, path = '/v1/nodes') => ask(port, path, { headers });
    expect((await site({ 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await site({ 'sec-fetch-site': 'same-site' })).status).toBe(403);
    expect((await site({ 'sec-fetch-site': 'same-origin' })).status).toBe(200);
    // A link to the probes or to the page may be followed; data may not be.
    const navigation = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
    expect((await site(navigation, '/healthz')).status).toBe(200);
    expect((await site(navigation)).status).toBe(403);
  });

  it('get no permission from a preflight', async () => {
    const { port } = await start({ allowWrites: true });
    const answer = await ask(port, '/v1/nodes', {
      method: 'OPTIONS',
      headers: { 'access-control-request-method': 'GET' },
    });
    expect(answer.status).toBe(405);
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it('cannot reach us through a name that they point here', async () => {
    const { port } = await start({ allowedHosts: ['Node.internal'] });
    for (const host of [
      'evil.example',
      `evil.example:${port}`,
      '127.0.0.1.evil.example',
      'localhost.evil',
      'a@127.0.0.1',
    ]) {
      const answer = await ask(port, '/healthz', { headers: { host } });
      expect([host, answer.status, codeOf(answer.body)]).toEqual([host, 403, 'ERR_FORBIDDEN_HOST']);
    }
    for (const host of [
      `localhost:${port}`,
      '127.0.0.1',
      '[::1]:80',
      '10.1.2.3:9101',
      'node.internal:9101',
    ]) {
      expect([host, (await ask(port, '/healthz', { headers: { host } })).status]).toEqual([host, 200]);
    }
  });
});

describe('paths', () => {
  it.each([
    '/../../etc/passwd',
    '/..%2f..%2fetc%2fpasswd',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/./v1/nodes',
    '//v1/nodes',
    '/v1//nodes',
    '/v1/nodes/',
    '/v1\\nodes',
    '/v1/nodes%00',
    '/v1/%6eodes',
    'http://127.0.0.1/v1/nodes',
    '*',
    `/${'a'.repeat(3000)}`,
  ])('other than plain ones are refused: %s', async (path) => {
    const { port } = await start();
    const { closed } = say(port, `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`);
    expect(await closed).toMatch(/^HTTP\/1.1 400 /);
  });

  it('that do not exist are not found', async () => {
    const { port } = await start();
    for (const path of ['/v1', '/v2/nodes', '/package.json', '/v1/peers/x/y/z', `/v1/peers/${PEER}`]) {
      expect([path, (await ask(port, path)).status]).toEqual([path, 404]);
    }
  });
});

describe('requests', () => {
  const limits = { headersTimeoutMs: 200, requestTimeoutMs: 300, idleTimeoutMs: 5000 };

  it('with too many headers are refused', async () => {
    const { port } = await start({ limits: { maxHeaderBytes: 4096 } });
    const { closed } = say(
      port,
      `GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ${'x'.repeat(8000)}\r\n\r\n`,
    );
    expect(await closed).toMatch(/^HTTP\/1.1 431 /);
  });

  it('with a body where none belongs, or too large a one, are refused', async () => {
    const { port } = await start({ allowWrites: true, limits: { maxBodyBytes: 100 } });
    expect((await ask(port, '/v1/nodes', { body: 'x', headers: { 'content-length': '1' } })).status).toBe(
      413,
    );
    const path = `/v1/peers/${PEER}/disconnect`;
    const large = await ask(port, path, { method: 'POST', body: JSON.stringify({ node: 'x'.repeat(200) }) });
    expect([large.status, codeOf(large.body)]).toEqual([413, 'ERR_BODY_TOO_LARGE']);
    const chunked = say(
      port,
      `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n80\r\n${'x'.repeat(128)}\r\n`,
    );
    expect(await chunked.closed).toMatch(/^HTTP\/1.1 413 /);
  });

  it('that come too slowly are given up, headers and body alike', async () => {
    const { port } = await start({ allowWrites: true, limits });
    const headers = say(port, 'GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ');
    const body = say(
      port,
      `POST /v1/peers/${PEER}/disconnect HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 50\r\n\r\n{`,
    );
    expect(await headers.closed).toMatch(/^HTTP\/1.1 408 /);
    expect(await body.closed).toMatch(/^HTTP\/1.1 408 /);
  });

  it('that make no sense are refused', async () => {
    const { port } = await start();
    expect(await say(port, 'not http at all\r\n\r\n').closed).toMatch(/^HTTP\/1.1 400 /);
    const missingHost = say(port, 'GET /healthz HTTP/1.0\r\n\r\n');
    expect(await missingHost.closed).toMatch(/^HTTP\/1.1 403 /);
  });

  it('beyond the limit of connections are not accepted', async () => {
    const { port } = await start({ limits: { maxConnections: 2 } });
    const held = [connect(port, '127.0.0.1'), connect(port, '127.0.0.1')];
    await Promise.all(held.map((socket) => once(socket, 'connect')));
    expect(await say(port, 'GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n').closed).toBe('');
    held.forEach((socket) => socket.destroy());
  });

  it('that would change something are refused unless writes are allowed', async () => {
    const source = new FakeSource();
    const path = `/v1/peers/${PEER}/disconnect`;
    const body = JSON.stringify({ node: 'node-1', network: 'Validator' });
    const readOnly = await start({ sources: [source] });
    const refused = await ask(readOnly.port, path, { method: 'POST', body });
    expect([refused.status, codeOf(refused.body)]).toEqual([403, 'ERR_READ_ONLY']);
    const { port } = await start({ sources: [source], allowWrites: true });
    expect(
      (await ask(port, path, { method: 'POST', body, headers: { origin: 'http://evil.example' } })).status,
    ).toBe(403);
    const got = await ask(port, path);
    expect([got.status, codeOf(got.body)]).toEqual([405, 'ERR_METHOD_NOT_ALLOWED']);
    expect(source.disconnected).toEqual([]);
    expect((await ask(port, path, { method: 'POST', body })).status).toBe(200);
    expect(source.disconnected).toEqual([PEER]);
    for (const wrong of ['', '[', '1', '{}', '{"node":"node-1"}', '{"node":1,"network":2}']) {
      const answer = await ask(port, path, { method: 'POST', body: wrong });
      expect([answer.status, codeOf(answer.body)]).toEqual([400, 'ERR_BAD_REQUEST']);
    }
    const other = JSON.stringify({ node: 'node-2', network: 'Validator' });
    const unknown = await ask(port, path, { method: 'POST', body: other });
    expect([unknown.status, codeOf(unknown.body)]).toEqual([404, 'ERR_NOT_FOUND']);
  });

  it('never see the error of a source that fails', async () => {
    const source = new FakeSource();
    source.failure = new TypeError('/secret/path');
    const { port } = await start({ sources: [source] });
    for (const path of ['/v1/nodes', '/v1/peers', `/v1/peers/${PEER}/explain`]) {
      const answer = await ask(port, path);
      expect(answer.body).not.toContain('secret');
      if (answer.status === 500) expect(codeOf(answer.body)).toBe('ERR_INTERNAL');
    }
  });
});
