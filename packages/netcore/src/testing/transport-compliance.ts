import type { NetworkAddress, Socket } from '@diemnet/types';
import type { IncomingConnection, Listener, Transport } from '../transport.js';
import { SocketProbe } from './socket-probe.js';
import { rejectionOf, thrownBy, type TestRunner } from './test-runner.js';

/** A transport and addresses to try it with. */
export interface TransportFixture {
  readonly transport: Transport;
  /** Leaves the choice of the port to the transport. */
  readonly listenAddress: NetworkAddress;
  /** Addresses that it must refuse to listen on. */
  readonly foreignToListen: readonly NetworkAddress[];
  /** Addresses that it must refuse to dial. */
  readonly foreignToDial: readonly NetworkAddress[];
  readonly cleanup?: () => void | Promise<void>;
}

/** Collects what a listener hands out. */
class Acceptor {
  readonly connections: IncomingConnection[] = [];
  readonly errors: Error[] = [];
  #waiting: (() => void)[] = [];

  onConnection(connection: IncomingConnection): void {
    this.connections.push(connection);
    this.#wake();
  }

  onError(error: Error): void {
    this.errors.push(error);
    this.#wake();
  }

  async take(index: number): Promise<IncomingConnection> {
    while (this.connections.length <= index) await this.#next();
    return this.connections[index] as IncomingConnection;
  }

  async untilError(): Promise<void> {
    while (this.errors.length === 0) await this.#next();
  }

  #next(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}

/**
 * A suite of what every base transport promises. `setup` makes a fresh one for each test.
 * @example transportCompliance('MemoryTransport', setup, { describe, it, expect });
 */
export function transportCompliance(
  name: string,
  setup: () => Promise<TransportFixture>,
  { describe, it, expect }: TestRunner,
): void {
  const unsupported = { code: 'ERR_UNSUPPORTED_ADDRESS' };

  function check(
    title: string,
    body: (context: TransportFixture & { acceptor: Acceptor; opened: OpenThings }) => Promise<void>,
  ): void {
    it(title, async () => {
      const fixture = await setup();
      const acceptor = new Acceptor();
      const opened = new OpenThings();
      try {
        await body({ ...fixture, acceptor, opened });
      } finally {
        for (const { socket } of acceptor.connections) socket.destroy();
        await opened.close();
        await fixture.cleanup?.();
      }
    });
  }

  describe(`${name} is a Transport that`, () => {
    check(
      'connects dialers to a listener, both ways',
      async ({ transport, listenAddress, acceptor, opened }) => {
        const listener = opened.listener(await transport.listen(listenAddress, acceptor));
        for (let i = 0; i < 3; i++) {
          const dialed = opened.socket(await transport.dial(listener.address));
          const atDialer = new SocketProbe(dialed);
          const { socket } = await acceptor.take(i);
          const atListener = new SocketProbe(socket);
          dialed.write(Uint8Array.of(1, i));
          socket.write(Uint8Array.of(2, i));
          await Promise.all([atDialer.untilBytes(2), atListener.untilBytes(2)]);
          expect(atListener.bytes).toEqual(Uint8Array.of(1, i));
          expect(atDialer.bytes).toEqual(Uint8Array.of(2, i));
        }
        expect(acceptor.errors).toEqual([]);
      },
    );

    check(
      'keeps what was sent before the listener looked',
      async ({ transport, listenAddress, acceptor, opened }) => {
        const listener = opened.listener(await transport.listen(listenAddress, acceptor));
        const dialed = opened.socket(await transport.dial(listener.address));
        dialed.write(Uint8Array.of(1, 2, 3));
        dialed.end();
        const { socket } = await acceptor.take(0);
        const probe = new SocketProbe(socket);
        await probe.untilEvent('end');
        expect(probe.bytes).toEqual(Uint8Array.of(1, 2, 3));
      },
    );

    check('throws at once for addresses that are not its own', async (context) => {
      const { transport, foreignToDial, foreignToListen, acceptor, opened } = context;
      for (const address of foreignToListen) {
        const thrown = thrownBy(() => opened.unexpected(transport.listen(address, acceptor)));
        expect(thrown).toMatchObject(unsupported);
      }
      for (const address of foreignToDial) {
        expect(thrownBy(() => opened.unexpected(transport.dial(address)))).toMatchObject(unsupported);
      }
    });

    check('refuses an address that is in use', async ({ transport, listenAddress, acceptor, opened }) => {
      const { address } = opened.listener(await transport.listen(listenAddress, acceptor));
      const error = await opened.unexpected(transport.listen(address, acceptor));
      expect(error).toMatchObject({ code: 'ERR_ADDRESS_IN_USE' });
    });

    check('frees its address on close, and leaves connections alone', async (context) => {
      const { transport, listenAddress, acceptor, opened } = context;
      const listener = await transport.listen(listenAddress, acceptor);
      const dialed = opened.socket(await transport.dial(listener.address));
      const { socket } = await acceptor.take(0);
      await listener.close();
      await listener.close();
      const refusal = await opened.unexpected(transport.dial(listener.address));
      expect(refusal instanceof Error).toBe(true);

      const probe = new SocketProbe(socket);
      dialed.write(Uint8Array.of(9));
      await probe.untilBytes(1);
      const again = opened.listener(await transport.listen(listener.address, acceptor));
      expect(again.address).toBe(listener.address);
    });

    check('reports a handler that throws, and accepts the next', async (context) => {
      const { transport, listenAddress, acceptor, opened } = context;
      const defect = new RangeError('a defect');
      let calls = 0;
      const listener = opened.listener(
        await transport.listen(listenAddress, {
          onConnection(connection) {
            if (calls++ === 0) throw defect;
            acceptor.onConnection(connection);
          },
          onError: (error) => acceptor.onError(error),
        }),
      );
      const refused = new SocketProbe(opened.socket(await transport.dial(listener.address)));
      await acceptor.untilError();
      expect(acceptor.errors).toEqual([defect]);
      await refused.until(() => refused.events.length > 0);
      opened.socket(await transport.dial(listener.address));
      await acceptor.take(0);
    });

    check('gives up when its signal has aborted', async ({ transport, listenAddress, acceptor, opened }) => {
      const listener = opened.listener(await transport.listen(listenAddress, acceptor));
      const reason = new RangeError('no more');
      const signal = AbortSignal.abort(reason);
      expect(await opened.unexpected(transport.dial(listener.address, { signal }))).toBe(reason);
      expect(await opened.unexpected(transport.listen(listenAddress, acceptor, { signal }))).toBe(reason);
    });
  });
}

/** What a test has to close in the end. */
class OpenThings {
  readonly #sockets: Socket[] = [];
  readonly #listeners: Listener[] = [];

  socket(socket: Socket): Socket {
    this.#sockets.push(socket);
    return socket;
  }

  listener(listener: Listener): Listener {
    this.#listeners.push(listener);
    return listener;
  }

  /** What should not come about is closed as well if it does. @returns why it did not, or undefined */
  async unexpected(attempt: Promise<Socket | Listener>): Promise<unknown> {
    return rejectionOf(
      attempt.then((thing) => {
        if ('destroy' in thing) this.#sockets.push(thing);
        else this.#listeners.push(thing);
      }),
    );
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(this.#listeners.map((listener) => listener.close()));
  }
}
