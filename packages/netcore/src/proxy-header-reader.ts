import type { SocketReader, WaitOptions } from '@diemnet/types';
import { NetcoreError } from './errors.js';
import type { IpNetworks } from './ip-networks.js';
import {
  parseProxyHeader,
  PROXY_HEADER_FIXED_BYTES,
  type ProxyHeaderLimits,
  type ProxySource,
} from './proxy-header.js';

/** Options of {@link readProxyHeader}. */
export interface ReadProxyHeaderOptions extends ProxyHeaderLimits, WaitOptions {
  /** Who connected, as `Socket.remoteIp` says. Needed with `trustedProxies`. */
  readonly remoteIp?: string | undefined;
  /**
   * Who may say where a connection comes from.
   * @default everyone
   */
  readonly trustedProxies?: IpNetworks | undefined;
}

/**
 * Takes a PROXY v2 header, which is required, off the front of a stream; not a byte more is consumed. Undefined if
 * the socket's own address counts.
 * @throws NetcoreError `ERR_PROXY_NOT_TRUSTED` before anything is read; one of `ERR_PROXY_HEADER_…`;
 * what `readExactly` throws, e.g. `ERR_UNEXPECTED_EOF`
 */
export async function readProxyHeader(
  reader: SocketReader,
  { remoteIp, trustedProxies, maxHeaderBytes, signal }: ReadProxyHeaderOptions = {},
): Promise<ProxySource | undefined> {
  if (trustedProxies !== undefined && !trustedProxies.has(remoteIp)) {
    throw new NetcoreError(
      'ERR_PROXY_NOT_TRUSTED',
      `a connection from ${remoteIp ?? 'an unknown address'}, which is no trusted proxy`,
      { details: { remoteIp } },
    );
  }
  const limits = { maxHeaderBytes };
  const fixed = await reader.readExactly(PROXY_HEADER_FIXED_BYTES, { signal });
  // Refuses what is wrong in the fixed part before waiting for the rest.
  const complete = parseProxyHeader(fixed, limits);
  if (complete !== undefined) return complete.source;

  const length = new DataView(fixed.buffer, fixed.byteOffset).getUint16(PROXY_HEADER_FIXED_BYTES - 2);
  const bytes = new Uint8Array(PROXY_HEADER_FIXED_BYTES + length);
  bytes.set(fixed);
  bytes.set(await reader.readExactly(length, { signal }), PROXY_HEADER_FIXED_BYTES);
  return parseProxyHeader(bytes, limits)?.source;
}
