/**
 * In-memory duplex sockets and a port table to connect them through, for tests and simulations.
 *
 * Layer 1: uses only `@diemnet/types`.
 *
 * @example
 * const [client, server] = createMemorySocketPair();
 * const reader = new SocketReader(server);
 * client.write(Uint8Array.of(1, 2, 3));
 * await reader.readExactly(3);
 *
 * @packageDocumentation
 */
export { MemsocketError } from './errors.js';
export type { MemsocketErrorCode } from './errors.js';
export { MemoryNetwork } from './memory-network.js';
export type { MemoryListener, MemoryListenerHandlers } from './memory-network.js';
export { createMemorySocketPair } from './memory-socket.js';
export type { MemorySocket } from './memory-socket.js';
export { DEFAULT_MEMORY_SOCKET_OPTIONS, resolveMemorySocketOptions } from './options.js';
export type { MemorySocketOptions, ResolvedMemorySocketOptions } from './options.js';
