import { MemoryNetwork } from '@diemnet/memsocket';
import { parseMemory, parseNetworkAddress } from '@diemnet/network-address';
import { MemoryTransport, type IncomingConnection } from '../src/index.js';
import { SocketProbe } from '../src/testing/index.js';

const address = parseNetworkAddress;

/** A listener on any port, and what it accepted. */
async function listening(network = new MemoryNetwork()) {
  const transport = new MemoryTransport(network);
  const accepted: IncomingConnection[] = [];
  let arrived!: () => void;
  const first = new Promise<void>((resolve) => (arrived = resolve));
  const listener = await transport.listen(address('/memory/0'), {
    onConnection: (connection) => (accepted.push(connection), arrived()),
    onError() {},
  });
  return { transport, listener, accepted, first };
}

describe('MemoryTransport', () => {
  it('connects over the port that it names [C-027]', async () => {
    const { transport, listener, accepted, first } = await listening();
    expect(parseMemory(listener.address)?.port).toBeGreaterThan(0);
    const dialed = await transport.dial(listener.address);
    dialed.write(Uint8Array.of(1, 2, 3));
    await first;
    const probe = new SocketProbe(accepted[0]?.socket);
    await probe.untilBytes(3);
    expect(probe.bytes).toEqual(Uint8Array.of(1, 2, 3));
  });

  it('refuses TCP addresses before it does anything [C-028]', () => {
    const transport = new MemoryTransport(new MemoryNetwork());
    const unsupported = expect.objectContaining({ code: 'ERR_UNSUPPORTED_ADDRESS' });
    const tcp = address('/ip4/127.0.0.1/tcp/0');
    expect(() => void transport.listen(tcp, { onConnection() {}, onError() {} })).toThrow(unsupported);
    expect(() => void transport.dial(tcp)).toThrow(unsupported);
  });

  it('refuses text that is no address, with the reason as cause', () => {
    const transport = new MemoryTransport(new MemoryNetwork());
    const malformed = 'memory/1' as ReturnType<typeof address>;
    expect(() => void transport.dial(malformed)).toThrow(
      expect.objectContaining({ code: 'ERR_UNSUPPORTED_ADDRESS', cause: expect.any(Error) }),
    );
  });

  it('gives every dialer the address /memory/0 [C-029]', async () => {
    const { transport, listener, accepted, first } = await listening();
    await transport.dial(listener.address);
    await first;
    expect(accepted[0]?.remoteAddress).toBe('/memory/0');
    expect(accepted[0]?.socket.remoteIp).toBeUndefined();
  });

  it('cannot dial where nobody listens', async () => {
    const transport = new MemoryTransport(new MemoryNetwork());
    await expect(transport.dial(address('/memory/5'))).rejects.toMatchObject({
      code: 'ERR_ADDRESS_NOT_AVAILABLE',
    });
  });
});
