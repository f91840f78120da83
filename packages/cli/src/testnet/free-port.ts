import net from 'node:net';

/**
 * A port of 127.0.0.1 that nobody listens on. Another program may take it before we do; the node that
 * cannot listen then says so.
 */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as net.AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
