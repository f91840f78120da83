export { UnixSocket } from './unix-socket.js';
export { UnixTransport } from './unix-transport.js';
