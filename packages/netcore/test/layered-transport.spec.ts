import { MemoryNetwork } from '@diemnet/memsocket';
import { parseNetworkAddress } from '@diemnet/network-address';
import type { NetworkAddress, Socket } from '@diemnet/types';
import { layerTransport, MemoryTransport, type IncomingConnection, type Upgrade } from '../src/index.js';
import { SocketProbe } from '../src/testing/index.js';

interface Named {
  readonly name: string;
  readonly socket: Socket;
}

/** Layers `upgrade` over a memory transport and listens. */
async function layered(upgrade: Upgrade<Socket, Named>) {
  const transport = layerTransport(new MemoryTransport(new MemoryNetwork()), upgrade);
  const accepted: IncomingConnection<Named>[] = [];
  const errors: Error[] = [];
  let wake: () => void = () => {};
  const listener = await transport.listen(parseNetworkAddress('/memory/7'), {
    onConnection: (connection) => (accepted.push(connection), wake()),
    onError: (error) => (errors.push(error), wake()),
  });
  const until = async (holds: () => boolean) => {
    while (!holds()) await new Promise<void>((resolve) => (wake = resolve));
  };
  return { transport, listener, accepted, errors, until };
}

const named: Upgrade<Socket, Named> = async (socket, { address, origin }) => ({
  socket,
  name: `${origin} ${address}`,
});

describe('layerTransport', () => {
  it('runs the upgrade with socket, address and origin, and gives its result [C-039]', async () => {
    const { transport, listener, accepted, until } = await layered(named);
    expect(listener.address).toBe('/memory/7');
    const dialed = await transport.dial(listener.address);
    await until(() => accepted.length === 1);
    expect(dialed.name).toBe('outbound /memory/7');
    expect(accepted[0]?.socket.name).toBe('inbound /memory/0');
    expect(accepted[0]?.remoteAddress).toBe('/memory/0');

    const probe = new SocketProbe(accepted[0]?.socket.socket);
    dialed.socket.write(Uint8Array.of(1));
    await probe.untilBytes(1);
  });

  it('hands the signal of the dial to the upgrade', async () => {
    let seen: AbortSignal | undefined;
    const { transport, listener } = await layered((socket, context) => {
      if (context.origin === 'outbound') seen = context.signal;
      return named(socket, context);
    });
    const { signal } = new AbortController();
    await transport.dial(listener.address, { signal });
    expect(seen).toBe(signal);
  });

  it('fails the dial when the base fails [C-040]', async () => {
    const { transport } = await layered(named);
    await expect(transport.dial(parseNetworkAddress('/memory/8'))).rejects.toMatchObject({
      code: 'ERR_ADDRESS_NOT_AVAILABLE',
    });
  });

  it('throws at once what the base throws at once', async () => {
    const { transport } = await layered(named);
    expect(() => void transport.dial('/dns/a/tcp/1' as NetworkAddress)).toThrow(
      expect.objectContaining({ code: 'ERR_UNSUPPORTED_ADDRESS' }),
    );
  });

  it('fails the dial when the upgrade fails, and drops the connection [C-040]', async () => {
    const failure = new RangeError('no');
    const { transport, listener, accepted, until } = await layered((socket, context) =>
      context.origin === 'outbound' ? Promise.reject(failure) : named(socket, context),
    );
    await expect(transport.dial(listener.address)).rejects.toBe(failure);
    await until(() => accepted.length === 1);
    const probe = new SocketProbe(accepted[0]?.socket.socket);
    await probe.untilEvent('close');
  });

  it('reports an inbound upgrade that fails, drops the connection, and goes on [C-040]', async () => {
    const failure = new RangeError('no');
    let inbound = 0;
    const { transport, listener, accepted, errors, until } = await layered((socket, context) =>
      context.origin === 'inbound' && inbound++ === 0 ? Promise.reject(failure) : named(socket, context),
    );
    const refused = new SocketProbe((await transport.dial(listener.address)).socket);
    await until(() => errors.length === 1);
    expect(errors).toEqual([failure]);
    await refused.untilEvent('close');
    await transport.dial(listener.address);
    await until(() => accepted.length === 1);
  });
});
