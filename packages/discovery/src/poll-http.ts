import { DiscoveryError } from './errors.js';
import type { PollOptions } from './options.js';
import { poll, type PollComponents } from './poll.js';

/** What is needed of an HTTP response. */
export interface HttpResponse {
  readonly ok: boolean;
  readonly status: number;
  readonly body: AsyncIterable<Uint8Array> | null;
}

/** What is needed of `fetch`. */
export type HttpFetch = (
  url: string,
  init: { readonly signal: AbortSignal; readonly headers: Readonly<Record<string, string>> },
) => Promise<HttpResponse>;

/** Options of {@link pollHttp}. */
export interface PollHttpOptions extends PollOptions, PollComponents {
  /** @default the global fetch */
  readonly fetch?: HttpFetch;
}

/**
 * Reconfigurations from an HTTP server that answers GET with BCS of the current ValidatorSet, raw.
 * @throws DiscoveryError `ERR_INVALID_DISCOVERY_OPTIONS`, also for a URL that is not http or https
 */
export function pollHttp(
  url: string,
  { fetch = globalThis.fetch, ...options }: PollHttpOptions,
): AsyncIterable<Uint8Array> {
  const where = withoutSecrets(url);
  const headers = { accept: 'application/octet-stream' };
  return poll(
    where,
    async ({ signal, maxBytes }) => {
      const response = await fetch(url, { signal, headers });
      if (!response.ok) {
        await discard(response);
        throw new DiscoveryError(
          'ERR_DISCOVERY_HTTP_STATUS',
          `${where} answered with status ${response.status}`,
          {
            details: { status: response.status },
          },
        );
      }
      return readBody(response, maxBytes, where);
    },
    options,
  );
}

async function readBody({ body }: HttpResponse, maxBytes: number, where: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  // Leaving the loop cancels the transfer.
  for await (const chunk of body ?? []) {
    length += chunk.length;
    if (length > maxBytes) {
      throw new DiscoveryError('ERR_DISCOVERY_INPUT_TOO_LARGE', `${where} sent more than ${maxBytes} bytes`);
    }
    chunks.push(chunk);
  }
  const all = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

/** Frees the connection of a response that nobody reads. */
async function discard({ body }: HttpResponse): Promise<void> {
  await body?.[Symbol.asyncIterator]().return?.();
}

/** The URL without user, query and fragment, which can hold credentials. */
function withoutSecrets(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.protocol !== 'http:' && parsed?.protocol !== 'https:') {
    throw new DiscoveryError(
      'ERR_INVALID_DISCOVERY_OPTIONS',
      'a source of reconfigurations is an http(s) URL',
    );
  }
  return `${parsed.origin}${parsed.pathname}`;
}
