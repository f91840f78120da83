import type { BaseAddress } from '@diemnet/network-address';
import { NetcoreError } from '../errors.js';

/** Longest header of an answer that is read. */
export const MAX_CONNECT_RESPONSE_BYTES = 4096;

const SUCCESS = /^HTTP\/1\.[01] 200[ \r]/;
const STATUS_LINE = /^HTTP\/1\.[01] (\d{3})/;
/** Bytes of "HTTP/1.1 200" and what ends the number. */
const STATUS_BYTES = 13;
const CR = 0x0d;
const LF = 0x0a;
/** What a host may consist of: anything else could end the request line and start another. */
const VISIBLE_ASCII = /^[\x21-\x7e]+$/;

/**
 * The request for a tunnel to `target`, IPv6 in brackets.
 * @throws NetcoreError `ERR_UNSUPPORTED_ADDRESS` for a name that HTTP cannot carry
 */
export function encodeConnectRequest(target: Extract<BaseAddress, { kind: 'ip' | 'dns' }>): Uint8Array {
  const host = target.kind === 'dns' ? target.name : target.family === 6 ? `[${target.ip}]` : target.ip;
  if (!VISIBLE_ASCII.test(host)) {
    throw new NetcoreError(
      'ERR_UNSUPPORTED_ADDRESS',
      `${JSON.stringify(host)} cannot be asked of an HTTP proxy`,
    );
  }
  return new TextEncoder().encode(`CONNECT ${host}:${target.port} HTTP/1.0\r\n\r\n`);
}

/**
 * Where the header of a proxy's answer ends, and the tunnel begins. Undefined while it is incomplete: ask again with
 * more. `searched`: bytes that an earlier call has seen already.
 * @throws NetcoreError `ERR_HTTP_PROXY_REFUSED` if the status is not 200; `ERR_HTTP_PROXY_RESPONSE` if it is no HTTP
 * answer, or too long
 */
export function findConnectResponseEnd(bytes: Uint8Array, searched = 0): number | undefined {
  checkStatus(bytes);
  const limit = Math.min(bytes.length, MAX_CONNECT_RESPONSE_BYTES);
  for (let end = Math.max(searched, STATUS_BYTES, 4); end <= limit; end++) {
    const lineEnds = bytes[end - 4] === CR && bytes[end - 3] === LF;
    if (lineEnds && bytes[end - 2] === CR && bytes[end - 1] === LF) return end;
  }
  if (bytes.length >= MAX_CONNECT_RESPONSE_BYTES) {
    throw responseError(`the HTTP proxy's answer exceeds ${MAX_CONNECT_RESPONSE_BYTES} bytes`);
  }
  return undefined;
}

/** The error for an answer that is not what it should be. */
export function responseError(message: string): NetcoreError {
  return new NetcoreError('ERR_HTTP_PROXY_RESPONSE', message);
}

function checkStatus(bytes: Uint8Array): void {
  if (bytes.length < STATUS_BYTES) return;
  const start = String.fromCharCode(...bytes.subarray(0, STATUS_BYTES));
  if (SUCCESS.test(start)) return;
  const status = STATUS_LINE.exec(start)?.[1];
  if (status === undefined) throw responseError("the HTTP proxy's answer is no HTTP");
  throw new NetcoreError('ERR_HTTP_PROXY_REFUSED', `the HTTP proxy answered ${status}`, {
    details: { status: Number(status) },
  });
}
