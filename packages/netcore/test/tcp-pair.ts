import { parseNetworkAddress } from '@diemnet/network-address';
import type { Socket } from '@diemnet/types';
import { TcpTransport, type TcpOptions } from '../src/index.js';

/** Two ends of a real TCP connection: `a` dialed, `b` accepted it. */
export async function connectTcpPair(options: TcpOptions = {}) {
  const transport = new TcpTransport({ env: {}, ...options });
  let accepted!: (socket: Socket) => void;
  const incoming = new Promise<Socket>((resolve) => (accepted = resolve));
  const listener = await transport.listen(parseNetworkAddress('/ip4/127.0.0.1/tcp/0'), {
    onConnection: ({ socket }) => accepted(socket),
    onError(error) {
      throw error;
    },
  });
  const [a, b] = await Promise.all([transport.dial(listener.address), incoming]);
  await listener.close();
  return { a, b, cleanup: () => listener.close() };
}
