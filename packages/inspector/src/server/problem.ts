import type { ServerResponse } from 'node:http';
import type { InspectorErrorCode } from '../errors.js';

/** Codes that an HTTP answer can carry, with their status. */
const PROBLEMS = Object.freeze({
  ERR_BAD_REQUEST: 400,
  ERR_UNAUTHORIZED: 401,
  ERR_FORBIDDEN_ORIGIN: 403,
  ERR_FORBIDDEN_HOST: 403,
  ERR_READ_ONLY: 403,
  ERR_NOT_FOUND: 404,
  ERR_METHOD_NOT_ALLOWED: 405,
  ERR_BODY_TOO_LARGE: 413,
  ERR_INTERNAL: 500,
  ERR_SOURCE_UNAVAILABLE: 502,
  ERR_TOO_MANY_STREAMS: 503,
} as const satisfies Partial<Record<InspectorErrorCode, number>>);

export type ProblemCode = keyof typeof PROBLEMS;

const TITLES: Readonly<Record<ProblemCode, string>> = Object.freeze({
  ERR_BAD_REQUEST: 'The request is malformed',
  ERR_UNAUTHORIZED: 'A valid bearer token is needed',
  ERR_FORBIDDEN_ORIGIN: 'Requests of other web pages are refused',
  ERR_FORBIDDEN_HOST: 'This server is not known under that name',
  ERR_READ_ONLY: 'This server only reads',
  ERR_NOT_FOUND: 'There is nothing here',
  ERR_METHOD_NOT_ALLOWED: 'The method is not possible here',
  ERR_BODY_TOO_LARGE: 'The body is too large',
  ERR_INTERNAL: 'The server has failed',
  ERR_SOURCE_UNAVAILABLE: 'The node cannot be asked',
  ERR_TOO_MANY_STREAMS: 'Too many event streams are open',
});

/** Headers of every answer: nothing is cached, guessed at, or shown inside other pages. */
export const COMMON_HEADERS = Object.freeze({
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
});

/** What a handler answers with. */
export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer in JSON. */
export function json(value: unknown, status = 200): Answer {
  return { status, type: 'application/json; charset=utf-8', body: JSON.stringify(value) };
}

/** A problem document (RFC 9457); `code` is what programs match on. */
export function problem(code: ProblemCode, detail: string, headers: Record<string, string> = {}): Answer {
  const status = PROBLEMS[code];
  return {
    status,
    type: 'application/problem+json',
    body: JSON.stringify({ type: 'about:blank', title: TITLES[code], status, code, detail }),
    headers,
  };
}

/** Sends an answer, without its body for HEAD. */
export function send(response: ServerResponse, { status, type, body, headers }: Answer): void {
  if (response.headersSent || response.destroyed) return;
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  response.writeHead(status, {
    ...COMMON_HEADERS,
    'content-type': type,
    'content-length': bytes.length,
    ...headers,
  });
  response.end(response.req.method === 'HEAD' ? undefined : bytes);
}
