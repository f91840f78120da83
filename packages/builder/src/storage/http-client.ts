import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { StorageError } from '../errors.js';

/** Longest body that is read. Secrets are small. */
const MAX_BODY_BYTES = 1024 * 1024;

/** One HTTP request of a storage backend. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** PEM certificates to trust instead of the system's. */
  readonly ca?: string | undefined;
  readonly signal: AbortSignal;
}

/** What came back. */
export interface HttpResponse {
  readonly status: number;
  readonly body: string;
}

/** Makes one HTTP request. Rejects if there is no answer; every answer, whatever its status, resolves. */
export type HttpClient = (request: HttpRequest) => Promise<HttpResponse>;

/** Node's own client. It does not follow redirects, so that a token goes to its server only. */
export const nodeHttpClient: HttpClient = ({ method, url, headers, body, ca, signal }) =>
  new Promise((resolve, reject) => {
    const send = url.startsWith('https:') ? requestHttps : requestHttp;
    const options = { method, headers: { ...headers }, signal, ...(ca === undefined ? {} : { ca }) };
    const request = send(url, options, (response) => readBody(response).then(resolve, reject));
    request.on('error', reject);
    request.end(body);
  });

async function readBody(response: IncomingMessage): Promise<HttpResponse> {
  const parts: Uint8Array[] = [];
  let total = 0;
  for await (const part of response as AsyncIterable<Uint8Array>) {
    parts.push(part);
    total += part.length;
    if (total > MAX_BODY_BYTES) {
      throw new StorageError('ERR_STORAGE_INVALID_VALUE', `an answer of more than ${MAX_BODY_BYTES} bytes`);
    }
  }
  return { status: response.statusCode ?? 0, body: Buffer.concat(parts).toString('utf8') };
}

/** A client over a `fetch` function. It cannot use a certificate authority of its own: that request is refused. */
export function fetchHttpClient(fetch: typeof globalThis.fetch): HttpClient {
  return async ({ method, url, headers, body, ca, signal }) => {
    if (ca !== undefined) {
      throw new StorageError(
        'ERR_STORAGE_CERTIFICATE',
        'fetch cannot use a certificate authority of its own',
      );
    }
    const response = await fetch(url, {
      method,
      headers: { ...headers },
      signal,
      redirect: 'manual',
      ...(body === undefined ? {} : { body }),
    });
    return { status: response.status, body: await response.text() };
  };
}
