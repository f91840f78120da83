import { parseNetworkAddress } from '@diemnet/network-address';
import type { Socket } from '@diemnet/types';
import { TcpTransport } from '../../src/index.js';

/** Keeps copies of what arrives, and spoils the chunk before the socket reads into its memory again. */
function collect(socket: Socket, seen: Set<ArrayBufferLike>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  return new Promise((resolve) =>
    socket.setHandler({
      onData(chunk) {
        parts.push(Uint8Array.from(chunk));
        seen.add(chunk.buffer);
        chunk.fill(0xee);
      },
      onEnd: () => resolve(new Uint8Array(Buffer.concat(parts))),
      onDrain() {},
      onClose() {},
    }),
  );
}

describe('the read buffer of a TcpTransport', () => {
  it('serves all its sockets, dialed and accepted, and shows none what another received', async () => {
    const transport = new TcpTransport({ readBufferBytes: 1000 });
    const accepted: Socket[] = [];
    const listener = await transport.listen(parseNetworkAddress('/ip4/127.0.0.1/tcp/0'), {
      onConnection: ({ socket }) => accepted.push(socket),
      onError() {},
    });
    const dialed = await Promise.all([1, 2, 3].map(() => transport.dial(listener.address)));
    while (accepted.length < 3) await new Promise((resolve) => setImmediate(resolve));
    const sockets = [...dialed, ...accepted];
    const seen = new Set<ArrayBufferLike>();
    const received = sockets.map((socket) => collect(socket, seen));
    for (let round = 0; round < 20; round++) {
      sockets.forEach((socket, i) => socket.write(new Uint8Array(500 + 100 * i).fill(i + 1)));
      await new Promise((resolve) => setImmediate(resolve));
    }
    for (const socket of sockets) socket.end();
    const streams = await Promise.all(received);
    for (const stream of streams) {
      const [sender = 0] = stream;
      expect(stream).toEqual(new Uint8Array(20 * (400 + 100 * sender)).fill(sender));
    }
    expect(new Set(streams.map(([first]) => first)).size).toBe(sockets.length);
    expect(sockets.map(({ stableChunks }) => stableChunks)).toEqual(sockets.map(() => false));
    expect(seen.size).toBe(1);
    await listener.close();
    for (const socket of sockets) socket.destroy();
  });
});
