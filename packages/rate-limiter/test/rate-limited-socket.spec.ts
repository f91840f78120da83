import { MemoryMetrics, MockTime, settle } from '@diemnet/types/testing';
import fc from 'fast-check';
import {
  RateLimitedSocket,
  TokenBucketRateLimiter,
  limitSocket,
  type TokenBucketOptions,
} from '../src/index.js';
import { FakeSocket, Recorder, counting, feed } from './fake-socket.js';

function setup(options: Partial<TokenBucketOptions> = {}) {
  const time = new MockTime();
  const metrics = new MemoryMetrics();
  const limits = { size: 15, rate: 5, time, metrics, ...options };
  const inbound = new TokenBucketRateLimiter<string>({ label: 'inbound', ...limits });
  const outbound = new TokenBucketRateLimiter<string>({ label: 'outbound', ...limits });
  const connect = (remoteIp?: string, stableChunks = true) => {
    const inner = new FakeSocket();
    inner.remoteIp = remoteIp;
    inner.stableChunks = stableChunks;
    const socket = limitSocket(inner, { inbound, outbound });
    const recorder = new Recorder();
    socket.setHandler(recorder);
    return { inner, socket, recorder };
  };
  return { time, metrics, inbound, outbound, connect };
}

/** Lets the remote send whenever it can, and time pass in small steps. */
function run(time: MockTime, ms: number, pump: () => void): void {
  pump();
  for (let passed = 0; passed < ms; passed += 50) {
    time.advance(50);
    pump();
  }
}

describe('inbound', () => {
  it.each([
    [1, true],
    [4, true],
    [26, true],
    [4, false],
    [26, false],
  ])(
    'delivers 15 bytes at once, then 5 per second, in order, then the end: chunks of %d, stable %s [C-449] [D-31]',
    (chunkSize, stable) => {
      const { connect, time } = setup();
      const { inner, recorder, socket } = connect('10.0.0.1', stable);
      const pump = feed(inner, counting(26), chunkSize);
      expect(socket.stableChunks).toBe(stable);
      pump();
      expect(recorder.received).toHaveLength(15);
      const perSecond: number[] = [];
      for (let second = 0; second < 3; second++) {
        const before = recorder.received.length;
        run(time, 1000, pump);
        perSecond.push(recorder.received.length - before);
      }
      expect(perSecond).toEqual([5, 5, 1]);
      expect(recorder.received).toEqual([...counting(26)]);
      expect(recorder.events).toEqual(['end after 26']);
    },
  );

  it('spreads the bytes over the second instead of delivering them in one piece [D-31]', () => {
    const { connect, time } = setup({ initialFillPercentage: 0 });
    const { inner, recorder } = connect('10.0.0.1');
    inner.handler?.onData(counting(3));
    const seen: number[] = [];
    for (let i = 0; i < 3; i++) {
      time.advance(200);
      seen.push(recorder.received.length);
    }
    expect(seen).toEqual([1, 2, 3]);
  });

  it('pauses the socket beneath while bytes wait, so that the remote feels it', () => {
    const { connect, time } = setup();
    const { inner } = connect('10.0.0.1');
    inner.handler?.onData(counting(15));
    expect(inner.paused).toBe(false);
    inner.handler?.onData(counting(1));
    expect(inner.paused).toBe(true);
    time.advance(200);
    expect(inner.paused).toBe(false);
  });

  it('gives back tokens for bytes that the handler did not take [C-456]', async () => {
    const { connect, time, inbound } = setup({ size: 100, rate: 100 });
    const { inner, recorder, socket } = connect('10.0.0.1');
    const { bucket } = inbound.hold('10.0.0.1');
    bucket.acquire(100);
    for (const part of [counting(1), counting(1), counting(1)]) inner.handler?.onData(part);
    recorder.onChunk = () => socket.pause();
    time.advance(500);
    expect(recorder.received).toHaveLength(1);
    // Nothing is reserved for a socket that is paused: 50 came, 1 was used.
    expect(bucket.tokens).toBe(49);
    expect(bucket.waiters).toBe(0);
    recorder.onChunk = undefined;
    socket.resume();
    expect(recorder.received).toHaveLength(1);
    await settle();
    expect(recorder.received).toHaveLength(3);
    expect(bucket.tokens).toBe(47);
  });

  it('gives back tokens when the handler destroys the socket amid a delivery [C-456]', async () => {
    const { connect, time, inbound } = setup({ size: 200, rate: 200 });
    const { inner, recorder, socket } = connect('10.0.0.1');
    const { bucket } = inbound.hold('10.0.0.1');
    bucket.acquire(200);
    inner.handler?.onData(counting(1));
    inner.handler?.onData(counting(1));
    recorder.onChunk = () => socket.destroy();
    time.advance(500);
    await settle();
    expect(recorder.received).toHaveLength(1);
    expect(bucket.tokens).toBe(99);
    expect(recorder.events).toEqual(['close in order']);
  });

  it('does not deliver while paused, and resumes the socket beneath', () => {
    const { connect } = setup();
    const { inner, socket, recorder } = connect();
    socket.pause();
    expect(inner.paused).toBe(true);
    socket.resume();
    expect(inner.paused).toBe(false);
    inner.pause();
    socket.resume();
    expect(inner.paused).toBe(false);
    expect(recorder.received).toEqual([]);
  });

  it('keeps what a socket delivers once more after it was paused', async () => {
    const { connect } = setup();
    const { inner, socket, recorder } = connect();
    socket.pause();
    inner.handler?.onData(counting(3));
    inner.handler?.onEnd();
    expect(recorder.received).toEqual([]);
    socket.resume();
    await settle();
    expect(recorder.received).toEqual([0, 1, 2]);
    expect(recorder.events).toEqual(['end after 3']);
  });

  it('tells an orderly close after the bytes and the end before it', () => {
    const { connect, time } = setup();
    const { inner, recorder, socket } = connect('10.0.0.1');
    inner.handler?.onData(counting(16));
    inner.handler?.onEnd();
    inner.close();
    expect(socket.closed).toBe(true);
    expect(recorder.events).toEqual([]);
    time.advance(200);
    expect(recorder.received).toHaveLength(16);
    expect(recorder.events).toEqual(['end after 16', 'close in order']);
  });

  it('tells a broken connection at once and lets its buckets go [D-30]', () => {
    const { connect, time, inbound, outbound } = setup();
    const { inner, recorder, socket } = connect('10.0.0.1');
    inner.handler?.onData(counting(20));
    socket.write(counting(20));
    expect([inbound.bucketCount, outbound.bucketCount]).toEqual([1, 1]);
    inner.close(new RangeError('reset'));
    expect(recorder.events).toEqual(['close reset']);
    expect([inbound.bucketCount, outbound.bucketCount]).toEqual([0, 0]);
    expect(time.pendingTimers).toBe(0);
    time.advance(10_000);
    expect(recorder.received).toHaveLength(15);
  });

  it('destroys the socket of a handler that throws while time delivers', async () => {
    const { connect, time } = setup();
    const { inner, recorder } = connect('10.0.0.1');
    const other = connect('10.0.0.1');
    inner.handler?.onData(counting(16));
    other.inner.handler?.onData(counting(1));
    recorder.onChunk = () => {
      throw new RangeError('a defect');
    };
    time.advance(400);
    await settle();
    expect(recorder.events).toEqual(['close a defect']);
    expect(other.recorder.received).toHaveLength(1);
  });
});

describe('outbound', () => {
  it('sends what the bucket allows, delays the rest, and keeps the order [C-458]', () => {
    const { connect, time } = setup({ size: 1000, rate: 100 });
    const { inner, socket, recorder } = connect('10.0.0.1');
    const message = counting(5000);
    expect(socket.write(message)).toBe(false);
    expect(socket.write(Uint8Array.of(7))).toBe(false);
    expect(inner.written).toHaveLength(1000);
    expect(socket.queuedBytes).toBe(4001);
    time.advance(20_000);
    expect(inner.written).toHaveLength(3000);
    expect(recorder.drains).toBe(0);
    time.advance(20_010);
    expect(inner.written).toEqual([...message, 7]);
    expect(recorder.drains).toBe(1);
    expect(socket.queuedBytes).toBe(0);
  });

  it('leaves connections of other addresses alone [C-458]', () => {
    const { connect } = setup();
    const busy = connect('10.0.0.1');
    const other = connect('10.0.0.2');
    busy.socket.write(counting(10_000));
    expect(other.socket.write(counting(15))).toBe(true);
    expect(other.inner.written).toHaveLength(15);
  });

  it('passes chunks on together where tokens suffice', () => {
    const { connect } = setup();
    const { inner, socket } = connect();
    expect(socket.writeMany([counting(3), counting(4)])).toBe(true);
    expect(socket.writeMany([])).toBe(true);
    expect(inner.writes).toEqual([7, 0]);
  });

  it('ends after what is queued, which is not lost', () => {
    const { connect, time } = setup();
    const { inner, socket } = connect();
    socket.write(counting(17));
    socket.end();
    socket.end();
    expect(inner.ended).toBe(false);
    expect(() => socket.write(counting(1))).toThrow(expect.objectContaining({ code: 'ERR_BROKEN_PIPE' }));
    time.advance(400);
    expect(inner.written).toHaveLength(17);
    expect(inner.ended).toBe(true);
  });

  it('ends at once where nothing is queued, even without tokens', () => {
    const { connect } = setup();
    const { inner, socket } = connect();
    socket.write(counting(15));
    socket.end();
    expect(inner.ended).toBe(true);
  });

  it('destroys at once and drops what is queued', async () => {
    const { connect, time, outbound } = setup();
    const { inner, socket, recorder } = connect('10.0.0.1');
    socket.write(counting(100));
    socket.destroy(new RangeError('enough'));
    socket.destroy();
    expect(inner.destroyedWith?.error?.message).toBe('enough');
    expect(outbound.bucketCount).toBe(0);
    expect(time.pendingTimers).toBe(0);
    await settle();
    expect(recorder.events).toEqual(['close enough']);
    expect(() => socket.write(counting(1))).toThrow(expect.objectContaining({ code: 'ERR_BROKEN_PIPE' }));
    expect(() => socket.end()).not.toThrow();
  });

  it('refuses to write to a socket that closed', () => {
    const { connect } = setup();
    const { inner, socket } = connect();
    inner.close();
    expect(() => socket.write(counting(1))).toThrow(expect.objectContaining({ code: 'ERR_BROKEN_PIPE' }));
  });

  it('passes on the back-pressure of the socket beneath', () => {
    const { connect } = setup();
    const { inner, socket, recorder } = connect();
    inner.hasRoom = false;
    expect(socket.write(counting(1))).toBe(false);
    expect(recorder.drains).toBe(0);
    inner.handler?.onDrain();
    expect(recorder.drains).toBe(1);
    inner.handler?.onDrain();
    expect(recorder.drains).toBe(1);
  });

  it('asks for more only when both its own queue and the one beneath have room', () => {
    const { connect, time } = setup();
    const { inner, socket, recorder } = connect();
    inner.hasRoom = false;
    socket.write(counting(16));
    inner.handler?.onDrain();
    expect(recorder.drains).toBe(0);
    time.advance(200);
    expect(recorder.drains).toBe(0);
    inner.handler?.onDrain();
    expect(recorder.drains).toBe(1);
  });

  it('survives a handler that throws when told to go on', async () => {
    const { connect, time } = setup();
    const { socket, inner } = connect();
    socket.setHandler({
      onData() {},
      onEnd() {},
      onDrain() {
        throw new RangeError('a defect');
      },
      onClose() {},
    });
    socket.write(counting(16));
    expect(() => time.advance(200)).not.toThrow();
    expect(inner.destroyedWith?.error?.message).toBe('a defect');
    await settle();
  });
});

describe('sharing', () => {
  it('lets two connections from one address share its rate, in turns [C-457]', () => {
    const { connect, time, inbound } = setup({ initialFillPercentage: 0 });
    const [first, second] = [connect('10.0.0.1'), connect('10.0.0.1')];
    expect(inbound.bucketCount).toBe(1);
    const pumps = [feed(first.inner, counting(50), 10), feed(second.inner, counting(50), 10)];
    run(time, 4000, () => pumps.forEach((pump) => pump()));
    expect(first.recorder.received).toHaveLength(10);
    expect(second.recorder.received).toHaveLength(10);
  });

  it('does not put connections without an address into one bucket [D-29]', () => {
    const { connect } = setup();
    const [first, second] = [connect(), connect()];
    first.inner.handler?.onData(counting(15));
    second.inner.handler?.onData(counting(15));
    expect(second.recorder.received).toHaveLength(15);
  });

  it('reports both directions in diem_network_rate_limit [C-459]', () => {
    const { connect, time, metrics } = setup();
    const { inner, socket } = connect('10.0.0.1');
    inner.handler?.onData(counting(9));
    socket.write(counting(16));
    time.advance(1000);
    const observed = (direction: string, metric: string) =>
      metrics.observations('diem_network_rate_limit', { direction, metric });
    expect(observed('inbound', 'allowed')).toEqual([9]);
    expect(observed('inbound', 'throttled')).toEqual([0]);
    expect(observed('outbound', 'allowed')).toEqual([16]);
    expect(observed('outbound', 'throttled')).toEqual([1]);
  });
});

it('passes everything on without limits', () => {
  const inner = new FakeSocket();
  inner.remoteIp = '::1';
  const socket = new RateLimitedSocket(inner);
  const recorder = new Recorder();
  socket.setHandler(recorder);
  inner.handler?.onData(counting(10_000));
  expect(socket.write(counting(10_000))).toBe(true);
  expect(recorder.received).toHaveLength(10_000);
  expect(inner.written).toHaveLength(10_000);
  expect(socket.remoteIp).toBe('::1');
  expect(limitSocket(new FakeSocket(), {}).closed).toBe(false);
});

it('neither loses nor reorders a byte in either direction, whatever the chunks and pauses', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat({ max: 40 }), { maxLength: 20 }),
      fc.array(fc.boolean(), { maxLength: 20 }),
      fc.boolean(),
      async (chunks, pauses, stable) => {
        const { connect, time } = setup({ size: 30, rate: 20 });
        const { inner, socket, recorder } = connect('10.0.0.1', stable);
        const total = chunks.reduce((sum, length) => sum + length, 0);
        const bytes = counting(total);
        let at = 0;
        for (const [i, length] of chunks.entries()) {
          if (pauses[i]) socket.pause();
          const part = bytes.slice(at, at + length);
          at += length;
          socket.write(part.slice());
          inner.handler?.onData(part);
          if (!stable) part.fill(0xee);
          time.advance(130);
          if (pauses[i]) socket.resume();
          await settle(4);
        }
        inner.handler?.onEnd();
        socket.end();
        time.advance(120_000);
        expect(recorder.received).toEqual([...bytes]);
        expect(recorder.events).toEqual([`end after ${total}`]);
        expect(inner.written).toEqual([...bytes]);
        expect(inner.ended).toBe(true);
        inner.close();
        expect(time.pendingTimers).toBe(0);
      },
    ),
    { numRuns: 60 },
  );
});
