import { get, type IncomingMessage } from 'node:http';
import { InspectorError } from '../errors.js';

/** Answers beyond this are not read. */
const MAX_BODY_BYTES = 16 * 1024 * 1024;
const IDLE_TIMEOUT_MS = 30_000;

/** How a server is asked. */
export interface HttpGetOptions {
  readonly token?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

/** Asks and gives the answer as it begins. @throws InspectorError `ERR_SOURCE_UNAVAILABLE` */
export function openHttp(
  url: URL,
  { token, headers, signal }: HttpGetOptions = {},
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const unavailable = (cause: Error) =>
      reject(
        new InspectorError('ERR_SOURCE_UNAVAILABLE', `${url.origin} does not answer: ${cause.message}`, {
          cause,
        }),
      );
    const request = get(
      url,
      {
        headers: { ...headers, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
        ...(signal === undefined ? {} : { signal }),
        timeout: IDLE_TIMEOUT_MS,
        agent: false,
      },
      resolve,
    );
    request.on('error', unavailable);
    request.on('timeout', () => request.destroy());
  });
}

/** Asks for text. @throws InspectorError `ERR_SOURCE_UNAVAILABLE` for a server that refuses or does not answer */
export async function getText(url: URL, options: HttpGetOptions = {}): Promise<string> {
  const response = await openHttp(url, options);
  const text = await readText(url, response);
  if (response.statusCode === 200) return text;
  throw unusable(url, `refuses (${response.statusCode})`);
}

/** Asks for JSON. @throws InspectorError `ERR_SOURCE_UNAVAILABLE` for a server that refuses or does not answer */
export async function getJson(url: URL, options: HttpGetOptions = {}): Promise<unknown> {
  const response = await openHttp(url, options);
  const body = parse(url, await readText(url, response));
  if (response.statusCode === 200) return body;
  const { code, detail } = (body ?? {}) as { code?: unknown; detail?: unknown };
  const why = [code, detail].filter((part) => typeof part === 'string').join(': ');
  throw unusable(url, `refuses (${response.statusCode}${why === '' ? '' : ` ${why}`})`);
}

async function readText(url: URL, response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > MAX_BODY_BYTES) throw unusable(url, 'answers with too much');
      chunks.push(chunk);
    }
  } catch (cause) {
    throw cause instanceof InspectorError ? cause : unusable(url, 'broke off its answer', cause);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parse(url: URL, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw unusable(url, 'is not an inspector: no JSON came', cause);
  }
}

/** The server answers, but not as it should. */
export function unusable(url: URL, what: string, cause?: unknown): InspectorError {
  return new InspectorError('ERR_SOURCE_UNAVAILABLE', `${url.origin} ${what}`, { cause });
}
