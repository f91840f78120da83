import { SocketReader } from '@diemnet/types';
import { MemoryNetwork, MemsocketError, type MemorySocket } from '../src/index.js';
import { ManualDelivery, RecordingHandler } from './recording-handler.js';

/** A promise to settle from outside. */
function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((settle) => (resolve = settle));
  return { promise, resolve };
}

const ignore = { onConnection() {} };

function expectCode(run: () => unknown, code: string): void {
  expect(run).toThrow(MemsocketError);
  expect(run).toThrow(expect.objectContaining({ code }));
}

describe('MemoryNetwork', () => {
  it('binds the port that is asked for [C-001]', () => {
    expect(new MemoryNetwork().listen(42, ignore).port).toBe(42);
  });

  it('connects a dialer to the listener of a port [C-002]', async () => {
    const network = new MemoryNetwork();
    const accepted = deferred<MemorySocket>();
    network.listen(10, { onConnection: (socket) => accepted.resolve(socket) });

    network.connect(10).write(Uint8Array.of(1, 2, 3));

    const reader = new SocketReader(await accepted.promise);
    expect(await reader.readExactly(3)).toEqual(Uint8Array.of(1, 2, 3));
  });

  it('finds a port for port 0, where data flow in both directions [C-003]', async () => {
    const network = new MemoryNetwork();
    const accepted = deferred<MemorySocket>();
    const { port } = network.listen(0, { onConnection: (socket) => accepted.resolve(socket) });
    expect(port).toBeGreaterThan(0);

    const dialed = network.connect(port);
    const server = await accepted.promise;
    dialed.write(Uint8Array.of(1));
    server.write(Uint8Array.of(2));

    expect(await new SocketReader(server).readExactly(1)).toEqual(Uint8Array.of(1));
    expect(await new SocketReader(dialed).readExactly(1)).toEqual(Uint8Array.of(2));
  });

  it('lets a port be bound again after its listener closed [C-004]', async () => {
    const network = new MemoryNetwork();
    const first = network.listen(9, ignore);
    first.close();
    first.close();
    const accepted = deferred<MemorySocket>();
    const second = network.listen(9, { onConnection: (socket) => accepted.resolve(socket) });
    first.close();

    network.connect(second.port).write(Uint8Array.of(7));

    expect(await new SocketReader(await accepted.promise).readExactly(1)).toEqual(Uint8Array.of(7));
  });

  it('refuses a port that is bound [C-005]', () => {
    const network = new MemoryNetwork();
    network.listen(5, ignore);
    expectCode(() => network.listen(5, ignore), 'ERR_ADDRESS_IN_USE');
  });

  it('counts up from 1 for port 0, over ports in use, and starts over after 65535 [C-006]', () => {
    const network = new MemoryNetwork();
    network.listen(2, ignore);
    expect([0, 0, 0].map((port) => network.listen(port, ignore).port)).toEqual([1, 3, 4]);

    const last = Array.from({ length: 65_531 }, () => network.listen(0, ignore)).at(-1);
    expect(last?.port).toBe(65_535);
    expectCode(() => network.listen(0, ignore), 'ERR_ADDRESS_IN_USE');
    last?.close();
    expect(network.listen(0, ignore).port).toBe(65_535);
  });

  it('refuses to connect to port 0 and to a port where nobody listens [C-007]', () => {
    const network = new MemoryNetwork();
    expectCode(() => network.connect(0), 'ERR_ADDRESS_NOT_AVAILABLE');
    expectCode(() => network.connect(1), 'ERR_ADDRESS_NOT_AVAILABLE');
  });

  it('refuses to connect to a listener that closed with connections queued, and resets those [C-008]', () => {
    const delivery = new ManualDelivery();
    const network = new MemoryNetwork({ deliver: delivery.deliver });
    const accepted: MemorySocket[] = [];
    const listener = network.listen(3, { onConnection: (socket) => void accepted.push(socket) });
    const queued = network.connect(3);
    const handler = new RecordingHandler();
    queued.setHandler(handler);
    queued.write(Uint8Array.of(1));

    listener.close();
    expectCode(() => network.connect(3), 'ERR_ADDRESS_NOT_AVAILABLE');
    delivery.run();

    expect(accepted).toEqual([]);
    expect(handler.events).toEqual(['close']);
    expect(handler.closeError).toMatchObject({ code: 'ERR_CONNECTION_RESET' });
  });

  it('refuses a number that is no port', () => {
    const network = new MemoryNetwork();
    for (const port of [-1, 65_536, 1.5, Number.NaN]) {
      expectCode(() => network.listen(port, ignore), 'ERR_INVALID_PORT');
      expectCode(() => network.connect(port), 'ERR_INVALID_PORT');
    }
  });

  it('keeps networks apart', () => {
    new MemoryNetwork().listen(1, ignore);
    expectCode(() => new MemoryNetwork().connect(1), 'ERR_ADDRESS_NOT_AVAILABLE');
  });

  it('hands a connection over later, and goes on when its taker throws', () => {
    const delivery = new ManualDelivery();
    const network = new MemoryNetwork({ deliver: delivery.deliver });
    const errors: unknown[] = [];
    let accepted = 0;
    const { port } = network.listen(0, {
      onConnection() {
        if (++accepted === 1) throw new RangeError('no');
      },
      onError: (error) => errors.push(error),
    });
    const refused = new RecordingHandler();
    network.connect(port).setHandler(refused);
    const taken = network.connect(port);
    expect(accepted).toBe(0);
    delivery.run();

    expect(accepted).toBe(2);
    expect(errors).toEqual([expect.any(RangeError)]);
    expect(refused.closeError).toMatchObject({ code: 'ERR_CONNECTION_RESET' });
    expect(taken.closed).toBe(false);
  });
});
