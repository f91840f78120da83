import { errorCode, withTimeout, type TimeService, type WaitOptions } from '@diemnet/types';
import { StorageError } from '../errors.js';
import type { HttpClient, HttpRequest } from './http-client.js';
import { keyNotSet, parseStoredJson } from './values.js';

/** What a backend over HTTP needs. */
export interface RemoteComponents {
  readonly http: HttpClient;
  readonly time: TimeService;
}

/** One question to a server, with the name that it is about. */
export interface RemoteQuestion extends Omit<HttpRequest, 'signal'> {
  /** What is asked for, as errors name it. */
  readonly name: string;
  readonly timeoutMs: number;
}

/**
 * The JSON that a server answers with.
 * @throws StorageError `ERR_STORAGE_KEY_NOT_SET` (404), `ERR_STORAGE_PERMISSION` (401, 403),
 * `ERR_STORAGE_UNAVAILABLE`, `ERR_STORAGE_INVALID_VALUE`
 */
export async function fetchJson(
  { http, time }: RemoteComponents,
  { name, timeoutMs, ...request }: RemoteQuestion,
  options: WaitOptions = {},
): Promise<unknown> {
  const response = await withTimeout(
    time,
    timeoutMs,
    (signal) => http({ ...request, signal }),
    options,
  ).catch((cause: unknown) => {
    if (cause instanceof StorageError || options.signal?.aborted) throw cause;
    throw new StorageError(
      'ERR_STORAGE_UNAVAILABLE',
      `no answer from ${new URL(request.url).host} about "${name}": ${errorCode(cause)}`,
      { cause },
    );
  });
  if (response.status === 404) throw keyNotSet(name);
  if (response.status === 401 || response.status === 403) {
    throw new StorageError('ERR_STORAGE_PERMISSION', `the token does not allow to read "${name}"`);
  }
  if (response.status < 200 || response.status > 299) {
    throw new StorageError('ERR_STORAGE_UNAVAILABLE', `status ${response.status} for "${name}"`, {
      details: { status: response.status },
    });
  }
  return parseStoredJson(`the answer about "${name}"`, response.body);
}

/** The value at `path` within parsed JSON; undefined if something on the way is missing. */
export function valueAt(json: unknown, ...path: string[]): unknown {
  let value = json;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}
