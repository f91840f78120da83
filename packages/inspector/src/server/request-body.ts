import type { IncomingMessage } from 'node:http';
import { problem, type Answer } from './problem.js';

/** A body in JSON: an object, or the reason why it is not accepted. */
export type Body =
  | { readonly value: Readonly<Record<string, unknown>>; readonly refusal?: undefined }
  | { readonly value?: undefined; readonly refusal: Answer };

/** Reads a small JSON object. Resolves also if the client goes away; its answer then goes nowhere. */
export function readJsonBody(request: IncomingMessage, maxBytes: number): Promise<Body> {
  const tooLarge: Body = {
    refusal: problem('ERR_BODY_TOO_LARGE', `at most ${maxBytes} bytes`, { connection: 'close' }),
  };
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) return Promise.resolve(tooLarge);
  return new Promise((resolve) => {
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    request.on('data', (chunk: Uint8Array) => {
      bytes += chunk.length;
      if (bytes <= maxBytes) chunks.push(chunk);
      else resolve(tooLarge);
    });
    request.once('end', () => resolve(parse(chunks)));
    request.once('close', () => resolve(parse([])));
  });
}

function parse(chunks: readonly Uint8Array[]): Body {
  try {
    const value: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    if (typeof value === 'object' && value !== null) return { value: value as Record<string, unknown> };
  } catch {
    // Not JSON: the answer says so.
  }
  return { refusal: problem('ERR_BAD_REQUEST', 'the body must be a JSON object') };
}
