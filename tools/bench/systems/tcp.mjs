// Bare TCP: what the kernel and Node allow.
import net from 'node:net';
import { streamSystem } from './stream-system.mjs';

streamSystem({
  listen: (onSocket) =>
    new Promise((resolve) => {
      const server = net.createServer({ noDelay: true }, onSocket);
      server.listen(0, '127.0.0.1', 1024, () => resolve({ port: server.address().port }));
    }),
  connect: ({ port }) =>
    new Promise((resolve, reject) => {
      const socket = net.connect({ port, host: '127.0.0.1', noDelay: true }, () => resolve(socket));
      socket.once('error', reject);
    }),
});
