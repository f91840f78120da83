/**
 * Doubles for tests of and around `@diemnet/peer`: sockets driven by hand, linked sockets, connections over them.
 *
 * @packageDocumentation
 */
export { testConnection } from './test-connection.js';
export type { TestConnectionOptions } from './test-connection.js';
export { TestSocket } from './test-socket.js';
export { createTestSocketPair } from './test-socket-pair.js';
