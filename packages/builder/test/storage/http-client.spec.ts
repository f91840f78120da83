import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fetchHttpClient, nodeHttpClient, type HttpRequest } from '../../src/index.js';

/** A real server on a port of the system's choice, for as long as `use` takes. */
async function withServer<T>(listener: RequestListener, use: (url: string) => Promise<T>): Promise<T> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

const request = (url: string, more: Partial<HttpRequest> = {}): HttpRequest => ({
  method: 'GET',
  url,
  headers: { 'x-one': 'two' },
  signal: new AbortController().signal,
  ...more,
});

describe.each([
  ['nodeHttpClient', nodeHttpClient],
  ['fetchHttpClient', fetchHttpClient((...args) => globalThis.fetch(...args))],
])('%s', (_name, client) => {
  it('sends method, headers and body, and gives back status and body', async () => {
    await withServer(
      async (asked, answer) => {
        let body = '';
        for await (const part of asked) body += part;
        answer.writeHead(201).end(JSON.stringify([asked.method, asked.headers['x-one'], body]));
      },
      async (url) => {
        const response = await client(request(url, { method: 'POST', body: 'hello' }));
        expect(response).toEqual({ status: 201, body: '["POST","two","hello"]' });
      },
    );
  });

  it('does not follow redirects', async () => {
    await withServer(
      (_asked, answer) => void answer.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
      async (url) => expect((await client(request(url))).status).toBe(302),
    );
  });

  it('ends when its signal aborts', async () => {
    await withServer(
      () => undefined,
      async (url) => {
        const controller = new AbortController();
        const asked = client(request(url, { signal: controller.signal }));
        controller.abort();
        await expect(asked).rejects.toThrow();
      },
    );
  });
});

describe('nodeHttpClient', () => {
  it('refuses a body that is too long', async () => {
    await withServer(
      (_asked, answer) => void answer.end('x'.repeat(2 * 1024 * 1024)),
      (url) =>
        expect(nodeHttpClient(request(url))).rejects.toMatchObject({ code: 'ERR_STORAGE_INVALID_VALUE' }),
    );
  });
});

describe('fetchHttpClient', () => {
  it('refuses a certificate authority that it could not use', async () => {
    const client = fetchHttpClient(async () => new Response());
    await expect(client(request('https://a/', { ca: 'PEM' }))).rejects.toMatchObject({
      code: 'ERR_STORAGE_CERTIFICATE',
    });
  });
});
