import type { Socket } from '@diemnet/types';
import { SocketProbe } from './socket-probe.js';
import { thrownBy, type TestRunner } from './test-runner.js';

/** Two connected sockets. */
export interface SocketPair {
  readonly a: Socket;
  readonly b: Socket;
  /** Runs after each test, when both sockets were destroyed. */
  readonly cleanup?: () => void | Promise<void>;
}

/** How hard a suite tries. */
export interface SocketComplianceOptions {
  /** Bytes that surely fill all queues between writer and a paused reader. @default 16777216 */
  readonly floodBytes?: number;
}

const LARGE = 300_000;

/**
 * A suite of what every `Socket` promises. `setup` makes a fresh connected pair for each test.
 * @example socketCompliance('TcpSocket', connectPair, { describe, it, expect });
 */
export function socketCompliance(
  name: string,
  setup: () => Promise<SocketPair>,
  { describe, it, expect }: TestRunner,
  { floodBytes = 16 * 1024 * 1024 }: SocketComplianceOptions = {},
): void {
  const brokenPipe = { code: 'ERR_BROKEN_PIPE' };

  /** A test with a pair that is torn down whatever happens. */
  function check(title: string, body: (a: Socket, b: Socket) => Promise<void>): void {
    it(title, async () => {
      const { a, b, cleanup } = await setup();
      try {
        await body(a, b);
      } finally {
        a.destroy();
        b.destroy();
        await cleanup?.();
      }
    });
  }

  describe(`${name} is a Socket that`, () => {
    check('carries bytes in both directions at once', async (a, b) => {
      const [atA, atB] = [new SocketProbe(a), new SocketProbe(b)];
      for (let at = 0; at < LARGE; at += 1000) {
        a.write(pattern(at, 1000));
        b.writeMany([pattern(at, 1), pattern(at + 1, 999)]);
      }
      await Promise.all([atA.untilBytes(LARGE), atB.untilBytes(LARGE)]);
      expect(isPattern(atA.bytes, LARGE)).toBe(true);
      expect(isPattern(atB.bytes, LARGE)).toBe(true);
    });

    check('takes empty writes and writes of nothing', async (a, b) => {
      const atB = new SocketProbe(b);
      a.write(new Uint8Array(0));
      a.writeMany([]);
      a.writeMany([new Uint8Array(0), pattern(0, 1)]);
      await atB.untilBytes(1);
      expect(atB.byteLength).toBe(1);
    });

    check('delivers nothing before a handler is set, then all of it', async (a, b) => {
      const atA = new SocketProbe(a);
      a.write(pattern(0, 10));
      a.end();
      b.write(pattern(0, 1));
      await atA.untilBytes(1);
      const atB = new SocketProbe(b);
      expect(atB.events).toEqual([]);
      await atB.untilEvent('end');
      expect(atB.bytes).toEqual(pattern(0, 10));
    });

    check('ends one direction and keeps the other', async (a, b) => {
      const [atA, atB] = [new SocketProbe(a), new SocketProbe(b)];
      a.write(pattern(0, 5));
      a.end();
      a.end();
      expect(thrownBy(() => a.write(pattern(0, 1)))).toMatchObject(brokenPipe);
      expect(thrownBy(() => a.writeMany([pattern(0, 1)]))).toMatchObject(brokenPipe);
      await atB.untilEvent('end');
      expect(atB.bytes).toEqual(pattern(0, 5));

      b.write(pattern(0, 7));
      await atA.untilBytes(7);
      expect(atA.events).toEqual(['data']);
      b.end();
      await Promise.all([atA.untilEvent('close'), atB.untilEvent('close')]);
      expect(atA.events).toEqual(['data', 'end', 'close']);
      expect(atB.events).toEqual(['data', 'end', 'close']);
      expect([atA.closeError, atB.closeError]).toEqual([undefined, undefined]);
      expect([a.closed, b.closed]).toEqual([true, true]);
    });

    check('closes once, with the error it was destroyed with', async (a, b) => {
      const [atA, atB] = [new SocketProbe(a), new SocketProbe(b)];
      const error = new RangeError('enough');
      a.destroy(error);
      a.destroy();
      expect(atA.events).toEqual([]);
      expect(a.closed).toBe(true);
      expect(a.queuedBytes).toBe(0);
      expect(thrownBy(() => a.write(pattern(0, 1)))).toMatchObject(brokenPipe);
      a.end();
      await atA.untilEvent('close');
      expect(atA.events).toEqual(['close']);
      expect(atA.closeError).toBe(error);

      await atB.until(() => atB.events.includes('end') || atB.events.includes('close'));
      b.destroy();
      await atB.untilEvent('close');
      expect(atB.events.filter((event) => event === 'close')).toEqual(['close']);
      expect(thrownBy(() => b.write(pattern(0, 1)))).toMatchObject(brokenPipe);
    });

    check('tells a handler that comes after the close', async (a, b) => {
      new SocketProbe(b);
      a.destroy();
      const atA = new SocketProbe(a);
      await atA.untilEvent('close');
      expect(atA.events).toEqual(['close']);
    });

    check('delivers nothing while paused, and everything after', async (a, b) => {
      const [atA, atB] = [new SocketProbe(a), new SocketProbe(b)];
      b.pause();
      a.write(pattern(0, 100));
      b.write(pattern(0, 1));
      await atA.untilBytes(1);
      expect(atB.events).toEqual([]);
      b.resume();
      b.resume();
      await atB.untilBytes(100);
      expect(atB.bytes).toEqual(pattern(0, 100));
    });

    check('stops delivery in the middle when a handler pauses', async (a, b) => {
      const atB = new SocketProbe();
      let calls = 0;
      b.setHandler({
        onData(chunk) {
          calls++;
          b.pause();
          atB.onData(chunk);
        },
        onEnd() {},
        onDrain() {},
        onClose() {},
      });
      for (let at = 0; at < 5000; at += 100) a.write(pattern(at, 100));
      let resumed = 0;
      while (atB.byteLength < 5000) {
        const received = atB.byteLength;
        await atB.until(() => atB.byteLength > received);
        expect(calls).toBeLessThanOrEqual(resumed + 1);
        resumed++;
        b.resume();
      }
      expect(isPattern(atB.bytes, 5000)).toBe(true);
    });

    check('hands over to the next handler between two chunks', async (a, b) => {
      const second = new SocketProbe();
      const first = new SocketProbe();
      b.setHandler({
        onData(chunk) {
          first.onData(chunk);
          b.setHandler(second);
        },
        onEnd() {},
        onDrain() {},
        onClose() {},
      });
      a.write(pattern(0, 10));
      await first.untilBytes(1);
      a.write(pattern(10, 5000));
      await second.untilBytes(5010 - first.byteLength);
      expect(isPattern(Uint8Array.of(...first.bytes, ...second.bytes), 5010)).toBe(true);
    });

    check('is destroyed by a handler that throws', async (a, b) => {
      const atA = new SocketProbe(a);
      const thrown = new RangeError('a defect');
      const atB = new SocketProbe();
      b.setHandler({
        onData() {
          throw thrown;
        },
        onEnd() {},
        onDrain() {},
        onClose: (error) => atB.onClose(error),
      });
      a.write(pattern(0, 10));
      await atB.untilEvent('close');
      expect(atB.closeError).toBe(thrown);
      await atA.until(() => atA.events.length > 0);
    });

    check('makes the writer wait for a paused reader, and tells it when there is room', async (a, b) => {
      const [atA, atB] = [new SocketProbe(a), new SocketProbe(b)];
      b.pause();
      const chunk = pattern(0, 64 * 1024);
      const chunks = Math.ceil(floodBytes / chunk.length);
      let answer = true;
      for (let i = 0; i < chunks; i++) answer = a.write(chunk);
      expect(answer).toBe(false);
      // Round trips the other way give the system every chance to take what it can.
      for (let i = 1; i <= 20; i++) {
        b.write(pattern(0, 1));
        await atA.untilBytes(i);
      }
      expect(a.queuedBytes).toBeGreaterThan(0);
      expect(atA.events).toEqual(['data']);
      expect(atB.byteLength).toBe(0);

      b.resume();
      await atB.untilBytes(chunks * chunk.length);
      await atA.untilEvent('drain');
      expect(atB.byteLength).toBe(chunks * chunk.length);
      expect(a.write(pattern(0, 1))).toBe(true);
    });
  });
}

function pattern(start: number, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (start + i) % 251);
}

function isPattern(bytes: Uint8Array, length: number): boolean {
  return bytes.length === length && bytes.every((byte, i) => byte === i % 251);
}
