import type { Socket } from '@diemnet/types';
import { SocketProbe } from '../../src/testing/index.js';
import { connectTcpPair } from '../tcp-pair.js';

const KIB = 1024;
const turn = () => new Promise((resolve) => setImmediate(resolve));

async function until(condition: () => boolean): Promise<void> {
  for (let turns = 0; !condition(); turns++) {
    if (turns > 100_000) throw new Error('it does not happen');
    await turn();
  }
}

const open: Socket[] = [];

async function pair() {
  const { a: near, b: far } = await connectTcpPair();
  open.push(near, far);
  return { near, far };
}

afterEach(() => {
  for (const socket of open.splice(0)) socket.destroy();
});

const filled = (bytes: number, value: number) => new Uint8Array(bytes).fill(value);

/** Writes until the system takes no more for now; what was written. */
function fill(socket: Socket, make: () => Uint8Array): Uint8Array[] {
  const written: Uint8Array[] = [];
  while (socket.queuedBytes === 0) {
    const chunk = make();
    written.push(chunk);
    socket.writeAndRelease?.([chunk]);
  }
  return written;
}

describe('writeAndRelease of a TCP socket', () => {
  it('gives back large chunks as soon as the system has them, and only those', async () => {
    const { near, far } = await pair();
    const probe = new SocketProbe(far);
    const [large, small] = [filled(64 * KIB, 1), filled(100, 2)];
    const view = filled(64 * KIB, 3).subarray(1);
    near.writeAndRelease?.([large, small, view]);
    expect([large.length, small.length, view.length]).toEqual([0, 100, 64 * KIB - 1]);
    await until(() => probe.bytes.length === 128 * KIB + 99);
    expect(Buffer.compare(probe.bytes, Buffer.concat([filled(64 * KIB, 1), small, view]))).toBe(0);
  });

  it('keeps what the system has not taken yet until it has, and sends it unchanged', async () => {
    const { near, far } = await pair();
    let value = 0;
    const written = fill(near, () => filled(256 * KIB, (value = (value + 1) % 251)));
    const count = written.length;
    // The last one waits, and with it everything that shares its fate.
    expect(written.at(-1)?.length).toBe(256 * KIB);
    let received = 0;
    let wrong = 0;
    far.setHandler({
      onData(chunk) {
        for (const byte of chunk) {
          if (byte !== (Math.floor(received / (256 * KIB)) + 1) % 251) wrong++;
          received++;
        }
      },
      onEnd() {},
      onDrain() {},
      onClose() {},
    });
    await until(() => received === count * 256 * KIB);
    expect(wrong).toBe(0);
    await until(() => written.every(({ length }) => length === 0));
  });

  it('leaves to the garbage collector what a destroyed socket had not sent', async () => {
    const { near, far } = await pair();
    far.pause();
    const last = fill(near, () => filled(256 * KIB, 7)).at(-1) as Uint8Array;
    near.destroy();
    await until(() => near.closed);
    await turn();
    expect(last.length).toBe(256 * KIB);
  });
});
