/**
 * Byte streams between nodes: TCP and memory transports, two-byte frames, PROXY protocol v2, HTTP CONNECT.
 *
 * Layer 2: sits on memsocket and network-address, serves transport.
 *
 * @example
 * const transport = new TcpTransport();
 * const listener = await transport.listen(parseNetworkAddress('/ip4/127.0.0.1/tcp/0'), {
 *   onConnection: ({ socket }) => writeU16Frame(socket, Uint8Array.of(1, 2, 3)),
 *   onError: (error) => console.error(error),
 * });
 * const socket = await transport.dial(listener.address);
 * await readU16Frame(new SocketReader(socket)); // 1, 2, 3
 *
 * @packageDocumentation
 */
export { NetcoreError } from './errors.js';
export type { NetcoreErrorCode } from './errors.js';
export type { IncomingConnection, Listener, ListenHandlers, Transport } from './transport.js';
export { layerTransport } from './layered-transport.js';
export type { Upgrade, UpgradeContext } from './layered-transport.js';
export { MemoryTransport } from './memory-transport.js';
export { TcpTransport } from './tcp/tcp-transport.js';
export { DEFAULT_TCP_OPTIONS, resolveTcpOptions } from './tcp/tcp-options.js';
export type { ResolvedTcpOptions, TcpOptions } from './tcp/tcp-options.js';
export { resolveName, systemResolver } from './tcp/resolve-name.js';
export type { Resolver } from './tcp/resolve-name.js';
export {
  MAX_U16_FRAME_BYTES,
  encodeU16Frame,
  readU16Frame,
  readU16Length,
  writeU16Frame,
} from './u16-frame.js';
export { DEFAULT_MAX_PROXY_HEADER_BYTES, parseProxyHeader } from './proxy-header.js';
export type { ProxyHeader, ProxyHeaderLimits, ProxySource } from './proxy-header.js';
export { readProxyHeader } from './proxy-header-reader.js';
export type { ReadProxyHeaderOptions } from './proxy-header-reader.js';
export { HttpProxy, httpProxyFromEnvironment } from './http-connect/http-proxy.js';
export type { HttpProxySettings } from './http-connect/http-proxy.js';
export { ipGroups, isLoopbackIp } from './ip-groups.js';
export type { IpGroups } from './ip-groups.js';
export { IpNetworks, parseIp } from './ip-networks.js';
export type { Ip } from './ip-networks.js';
