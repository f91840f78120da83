import { SocketProbe, faultySocket, socketCompliance } from '@diemnet/netcore/testing';
import { createMemorySocketPair } from '@diemnet/memsocket';
import { NoiseSession, NoiseStream } from '@diemnet/noise';
import { SocketReader } from '@diemnet/types';
import { RecordingLogger } from '@diemnet/types/testing';
import { BACKENDS } from './support/backends.js';
import { concat, expectBytes, pattern } from './support/bytes.js';
import { bareStream, rest, sessionPair, streamPair } from './support/streams.js';

const MAX = 65_519;

function frame(session: NoiseSession, plaintext: Uint8Array): Uint8Array {
  const sealed = session.encrypt(plaintext);
  return concat([Uint8Array.of(sealed.length >> 8, sealed.length & 0xff), sealed]);
}

/** The ciphertext lengths of the frames in `wire`. */
function frameLengths(wire: Uint8Array): number[] {
  const lengths: number[] = [];
  for (let at = 0; at < wire.length;) {
    const length = ((wire[at] as number) << 8) | (wire[at + 1] as number);
    lengths.push(length);
    at += 2 + length;
  }
  return lengths;
}

describe.each(BACKENDS)('NoiseStream, %s', (_name, backend) => {
  it('prepares for an answer when a request is written, from the ninth small one on', () => {
    const { stream, session } = bareStream(backend, { autoFlush: false });
    const steps: string[] = [];
    const prepare = jest.spyOn(session, 'prepare').mockImplementation(() => void steps.push('prepared'));
    const send = (bytes: number) => {
      steps.length = 0;
      stream.write(pattern(bytes, 1));
      stream.flush();
      steps.push('sent');
      return steps;
    };
    for (let i = 0; i < 8; i++) expect(send(100)).toEqual(['sent']);
    expect(send(4097)).toEqual(['sent']);
    expect(send(4096)).toEqual(['prepared', 'sent']);
    prepare.mockRestore();
  });

  it('carries three writes to the end of the stream [C-131]', async () => {
    const { a, b } = streamPair(backend, { stream: { autoFlush: false } });
    const reader = new SocketReader(b);
    for (const text of ['one ', 'two ', 'three']) a.write(new TextEncoder().encode(text));
    a.flush();
    a.end();
    expect(new TextDecoder().decode(await reader.readToEnd(100))).toBe('one two three');
  });

  it('keeps the order of both directions when they interleave [C-132]', async () => {
    const { a, b } = streamPair(backend, { stream: { autoFlush: false } });
    const [atA, atB] = [new SocketProbe(a), new SocketProbe(b)];
    for (let i = 0; i < 20; i++) {
      a.write(pattern(10, i));
      if (i % 3 === 0) a.flush();
      b.write(pattern(7, 2 * i));
      if (i % 2 === 0) b.flush();
      if (i % 5 === 0) await rest();
    }
    a.flush();
    b.flush();
    await rest();
    expectBytes(atB.bytes, concat(Array.from({ length: 20 }, (_, i) => pattern(10, i))));
    expectBytes(atA.bytes, concat(Array.from({ length: 20 }, (_, i) => pattern(7, 2 * i))));
  });

  it('sends 65535 bytes as a frame of 65535 and one of 32 [C-133]', async () => {
    const { stream, bare, remote } = bareStream(backend);
    const wire = new SocketProbe(bare);
    stream.write(pattern(65_535, 1));
    stream.flush();
    await rest();
    expect(frameLengths(wire.bytes)).toEqual([65_535, 32]);
    const first = remote.decrypt(wire.bytes.slice(2, 65_537));
    expectBytes(concat([first, remote.decrypt(wire.bytes.slice(65_539))]), pattern(65_535, 1));
  });

  it('reads what comes one byte at a time, in memory that is used again [C-134]', async () => {
    const { a, b } = streamPair(backend, { faults: { chunkSize: 1, reuseChunks: true } });
    const atB = new SocketProbe(b);
    a.write(pattern(3000, 1));
    a.flush();
    a.write(pattern(40, 2));
    a.end();
    await rest();
    expectBytes(atB.bytes, concat([pattern(3000, 1), pattern(40, 2)]));
    expect(atB.events).toEqual(['data', 'end']);
  });

  it('ends at once when a remote sends zeros without end [C-135]', async () => {
    const { stream, bare } = bareStream(backend);
    const reader = new SocketReader(stream);
    bare.write(new Uint8Array(1_000_000));
    await expect(reader.read()).rejects.toMatchObject({ code: 'ERR_NOISE_UNEXPECTED_EOF' });
    expect(bare.closed).toBe(true);
  });

  it('sends nothing below 65519 bytes without a flush [C-136]', async () => {
    const { stream, bare } = bareStream(backend, { autoFlush: false });
    const wire = new SocketProbe(bare);
    expect(stream.write(pattern(MAX - 1, 1))).toBe(true);
    await rest();
    expect(wire.byteLength).toBe(0);
    expect(stream.queuedBytes).toBe(MAX - 1);
    stream.flush();
    await rest();
    expect(frameLengths(wire.bytes)).toEqual([65_534]);
    expect(stream.queuedBytes).toBe(0);
  });

  it('sends full frames without a flush once 65519 bytes wait, and the rest with it [C-137]', async () => {
    const { stream, bare } = bareStream(backend, { autoFlush: false });
    const wire = new SocketProbe(bare);
    stream.write(pattern(60_000, 1));
    stream.write(pattern(80_000, 2));
    await rest();
    expect(frameLengths(wire.bytes)).toEqual([65_535, 65_535]);
    expect(stream.queuedBytes).toBe(140_000 - 2 * MAX);
    stream.flush();
    await rest();
    expect(frameLengths(wire.bytes)).toEqual([65_535, 65_535, 140_000 - 2 * MAX + 16]);
  });

  it('reports the end each time when the remote closes at a frame border [C-138]', async () => {
    const { stream, bare, remote } = bareStream(backend);
    const reader = new SocketReader(stream);
    bare.write(frame(remote, Uint8Array.of(1)));
    bare.end();
    expect(await reader.readExactly(1)).toEqual(Uint8Array.of(1));
    for (let i = 0; i < 2; i++) expect(await reader.read()).toBeUndefined();
  });

  it.each([1, 2, 40])(
    'fails each time when the remote closes after %i bytes of a frame [C-139]',
    async (sent) => {
      const logger = new RecordingLogger();
      const { stream, bare, remote } = bareStream(backend, {}, logger);
      const reader = new SocketReader(stream);
      bare.write(frame(remote, pattern(50, 1)).subarray(0, sent));
      bare.end();
      for (let i = 0; i < 2; i++) {
        await expect(reader.read()).rejects.toMatchObject({ code: 'ERR_NOISE_UNEXPECTED_EOF' });
      }
      expect(logger.at('error')).toHaveLength(1);
    },
  );

  it.each([1, 15])('fails each time on a frame length of %i [C-140]', async (length) => {
    const { stream, bare } = bareStream(backend);
    const reader = new SocketReader(stream);
    bare.write(concat([Uint8Array.of(0, length), new Uint8Array(length)]));
    for (let i = 0; i < 2; i++) {
      await expect(reader.read()).rejects.toMatchObject({ code: 'ERR_NOISE_INVALID_DATA' });
    }
  });

  it.each(['wrong tag', 'repeated', 'out of order'])(
    'fails each time on a frame that is forged: %s; and sends no more [C-141]',
    async (how) => {
      const { stream, bare, remote, session } = bareStream(backend);
      const atStream = new SocketProbe(stream);
      const [first, second] = [frame(remote, Uint8Array.of(1)), frame(remote, Uint8Array.of(2))];
      if (how === 'wrong tag') second[10] = (second[10] as number) ^ 1;
      bare.writeMany(
        how === 'out of order' ? [second, first] : how === 'repeated' ? [first, first] : [first, second],
      );
      await atStream.untilEvent('close');
      expect(atStream.closeError).toMatchObject({ code: 'ERR_NOISE_INVALID_DATA' });
      expect(atStream.byteLength).toBe(how === 'out of order' ? 0 : 1);
      expect(session.closed).toBe(true);
      expect(() => stream.write(Uint8Array.of(1))).toThrow(
        expect.objectContaining({ code: 'ERR_BROKEN_PIPE' }),
      );
    },
  );

  it('ignores a frame without content [C-142] [D-39]', async () => {
    const { stream, bare, remote } = bareStream(backend);
    const atStream = new SocketProbe(stream);
    bare.write(frame(remote, new Uint8Array(0)));
    bare.write(frame(remote, Uint8Array.of(1)));
    await rest();
    expect(atStream.events).toEqual(['data']);
    expectBytes(atStream.bytes, Uint8Array.of(1));
  });

  it('never sends a frame without content [C-143] [D-39]', async () => {
    const { stream, bare } = bareStream(backend);
    const wire = new SocketProbe(bare);
    stream.flush();
    stream.write(new Uint8Array(0));
    stream.writeMany([]);
    stream.flush();
    await rest();
    stream.end();
    await rest();
    expect(wire.byteLength).toBe(0);
    expect(wire.events).toEqual(['end']);
  });

  it('sends everything once and in order through a socket that takes little at a time [C-144]', async () => {
    const { a, b } = streamPair(backend, { highWaterMarkBytes: 1000 });
    const atB = new SocketProbe(b);
    const drains: boolean[] = [];
    let sent = 0;
    const sendMore = () => {
      while (sent < 60 && a.write(pattern(9000, sent++)));
    };
    a.setHandler({
      onData() {},
      onEnd() {},
      onDrain() {
        drains.push(true);
        sendMore();
      },
      onClose() {},
    });
    sendMore();
    while (atB.byteLength < 60 * 9000) await atB.until(() => atB.byteLength >= Math.min(sent, 60) * 9000);
    expectBytes(atB.bytes, concat(Array.from({ length: 60 }, (_, i) => pattern(9000, i))));
    expect(drains.length).toBeGreaterThan(2);
  });

  it('ends the write side of the socket after what was written, and still reads [C-145]', async () => {
    const { stream, bare, remote } = bareStream(backend, { autoFlush: false });
    const wire = new SocketProbe(bare);
    const atStream = new SocketProbe(stream);
    stream.write(pattern(10, 1));
    stream.end();
    stream.end();
    await rest();
    expect(wire.events).toEqual(['data', 'end']);
    expect(frameLengths(wire.bytes)).toEqual([26]);
    bare.write(frame(remote, pattern(20, 2)));
    bare.end();
    await rest();
    expectBytes(atStream.bytes, pattern(20, 2));
    expect(atStream.events).toEqual(['data', 'end', 'close']);
    expect(atStream.closeError).toBeUndefined();
  });

  it('shares one frame among the writes of a turn', async () => {
    const { stream, bare } = bareStream(backend);
    const wire = new SocketProbe(bare);
    for (let i = 0; i < 50; i++) stream.write(pattern(100, i));
    stream.writeMany([pattern(3, 1), pattern(4, 1)]);
    await rest();
    stream.write(pattern(1, 1));
    await rest();
    expect(frameLengths(wire.bytes)).toEqual([5007 + 16, 17]);
  });

  it('flushes when its `defer` runs, not before', async () => {
    const due: (() => void)[] = [];
    const { stream, bare } = bareStream(backend, { defer: (callback) => due.push(callback) });
    const wire = new SocketProbe(bare);
    stream.write(pattern(100, 1));
    stream.write(pattern(100, 2));
    await rest();
    expect(wire.byteLength).toBe(0);
    expect(due).toHaveLength(1);
    due.shift()?.();
    await rest();
    expect(frameLengths(wire.bytes)).toEqual([216]);
  });

  it('lets what is written while the socket is full share frames', async () => {
    const [left, right] = createMemorySocketPair();
    const slow = faultySocket(left, { stallWrites: true });
    const [session, remote] = sessionPair(backend);
    const stream = new NoiseStream({ socket: slow, session });
    const atStream = new SocketProbe(stream);
    const wire = new SocketProbe(right);
    stream.write(pattern(10, 0));
    await rest();
    for (let i = 1; i <= 30; i++) {
      expect(stream.write(pattern(10, i))).toBe(false);
      await rest();
    }
    expect(stream.queuedBytes).toBe(28 + 300);
    slow.releaseWrites();
    await rest();
    expect(frameLengths(wire.bytes)).toEqual([26, 316]);
    expect(atStream.events).toEqual(['drain']);
    remote.decrypt(wire.bytes.slice(2, 28));
    expect(remote.decrypt(wire.bytes.slice(30))).toEqual(
      concat(Array.from({ length: 30 }, (_, i) => pattern(10, i + 1))),
    );
  });

  it('wipes the keys when it is destroyed, or closes, and drops what waited [D-39]', async () => {
    const { stream, bare, session } = bareStream(backend);
    const wire = new SocketProbe(bare);
    stream.write(pattern(10, 1));
    stream.destroy();
    expect(session.closed).toBe(true);
    expect(stream.queuedBytes).toBe(0);
    await rest();
    expect(wire.byteLength).toBe(0);

    const other = bareStream(backend);
    new SocketProbe(other.stream);
    other.bare.destroy(new RangeError('gone'));
    await rest();
    expect(other.session.closed).toBe(true);
    expect(() => other.stream.write(pattern(1, 1))).toThrow(
      expect.objectContaining({ code: 'ERR_BROKEN_PIPE' }),
    );
    other.stream.flush();
    other.stream.end();
  });

  it('destroys itself when its nonces run out', async () => {
    const [socket, bare] = createMemorySocketPair();
    const logger = new RecordingLogger();
    const session = new NoiseSession({
      backend,
      sendKey: new Uint8Array(32),
      receiveKey: new Uint8Array(32),
      sendCounter: 2n ** 64n - 2n,
    });
    const stream = new NoiseStream({ socket, session, logger });
    const atStream = new SocketProbe(stream);
    const wire = new SocketProbe(bare);
    stream.write(pattern(1, 1));
    stream.flush();
    stream.write(pattern(1, 2));
    await rest();
    expect(atStream.closeError).toMatchObject({ code: 'ERR_NOISE_NONCE_OVERFLOW' });
    expect(wire.byteLength).toBeLessThanOrEqual(19);
    expect(logger.at('error')).toHaveLength(1);
  });

  it('holds what arrives before there is a handler, and makes the remote wait', async () => {
    const { a, b } = streamPair(backend, { highWaterMarkBytes: 100 });
    for (let i = 0; i < 20; i++) {
      a.write(pattern(100, i));
      await rest();
    }
    expect(a.queuedBytes).toBeGreaterThan(1000);
    const atB = new SocketProbe(b);
    expect(atB.byteLength).toBe(0);
    await rest();
    expectBytes(atB.bytes, concat(Array.from({ length: 20 }, (_, i) => pattern(100, i))));
    expect(a.queuedBytes).toBe(0);
  });

  it('gives data, end and close to a handler that comes when all is over', async () => {
    const { stream, bare, remote } = bareStream(backend);
    bare.write(frame(remote, pattern(5, 1)));
    bare.end();
    stream.end();
    await rest();
    const late = new SocketProbe(stream);
    await rest();
    expect(late.events).toEqual(['data', 'end', 'close']);
    expectBytes(late.bytes, pattern(5, 1));
  });

  it('closes with an error of its own when a handler throws something else', async () => {
    const { stream, bare, remote } = bareStream(backend);
    const closed = new Promise<Error | undefined>((resolve) => {
      stream.setHandler({
        onData() {
          throw 'a text';
        },
        onEnd() {},
        onDrain() {},
        onClose: resolve,
      });
    });
    bare.write(frame(remote, pattern(5, 1)));
    await expect(closed).resolves.toMatchObject({ code: 'ERR_NOISE_HANDLER_FAILED', cause: 'a text' });
  });

  it('delivers a failure while paused, and nothing of what it held', async () => {
    const { stream, bare, remote } = bareStream(backend);
    const atStream = new SocketProbe();
    stream.setHandler({
      onData(chunk) {
        atStream.onData(chunk);
        stream.pause();
      },
      onEnd: () => atStream.onEnd(),
      onDrain: () => atStream.onDrain(),
      onClose: (error) => atStream.onClose(error),
    });
    const frames = [frame(remote, pattern(5, 1)), frame(remote, pattern(6, 1)), Uint8Array.of(0, 3)];
    bare.write(concat(frames));
    await atStream.untilEvent('close');
    expect(atStream.events).toEqual(['data', 'close']);
    expect(atStream.byteLength).toBe(5);
    stream.resume();
    await rest();
    expect(atStream.events).toEqual(['data', 'close']);
  });

  it('delivers what was valid before a failure to a handler that comes late', async () => {
    const { stream, bare, remote } = bareStream(backend);
    bare.write(concat([frame(remote, pattern(5, 1)), Uint8Array.of(0, 3)]));
    await rest();
    expect(stream.closed).toBe(true);
    const late = new SocketProbe(stream);
    await late.untilEvent('close');
    expectBytes(late.bytes, pattern(5, 1));
    expect(late.closeError).toMatchObject({ code: 'ERR_NOISE_INVALID_DATA' });
  });

  it('keeps an orderly close until what was held is delivered', async () => {
    const { stream, bare, remote } = bareStream(backend);
    const atStream = new SocketProbe();
    stream.setHandler({
      onData(chunk) {
        atStream.onData(chunk);
        stream.pause();
      },
      onEnd: () => atStream.onEnd(),
      onDrain: () => atStream.onDrain(),
      onClose: (error) => atStream.onClose(error),
    });
    bare.write(concat([frame(remote, pattern(5, 1)), frame(remote, pattern(6, 1))]));
    await rest();
    bare.destroy();
    await rest();
    expect(stream.closed).toBe(true);
    expect(atStream.events).toEqual(['data']);
    stream.resume();
    await rest();
    expect(atStream.byteLength).toBe(11);
    stream.resume();
    await rest();
    expect(atStream.events.at(-1)).toBe('close');
  });

  it.each([1, 7, 1000])(
    'passes through latency, in pieces of %i bytes, losing nothing',
    async (chunkSize) => {
      const { a, b } = streamPair(backend, { faults: { chunkSize } });
      const reader = new SocketReader(b);
      const sent = Array.from({ length: 12 }, (_, i) => pattern(1 + 31 * i, i));
      for (const chunk of sent) {
        a.write(chunk);
        await rest();
      }
      a.end();
      expect(await reader.readToEnd(100_000)).toEqual(concat(sent));
    },
  );

  it('reports the loss of the connection as the socket does', async () => {
    const { a, b } = streamPair(backend, { faults: { dropAfterBytes: 30 } });
    const atB = new SocketProbe(b);
    a.write(pattern(100, 1));
    await atB.untilEvent('close');
    expect(atB.closeError).toMatchObject({ code: 'ERR_CONNECTION_RESET' });
    expect(atB.byteLength).toBe(0);
  });

  it('detects a byte that changed on the way', async () => {
    const { a, b } = streamPair(backend, { faults: { corruptAt: 130 } });
    const atB = new SocketProbe(b);
    a.write(pattern(100, 1));
    a.flush();
    a.write(pattern(100, 2));
    await atB.untilEvent('close');
    expect(atB.closeError).toMatchObject({ code: 'ERR_NOISE_INVALID_DATA' });
    expectBytes(atB.bytes, pattern(100, 1));
  });

  it('passes on the address of the socket', () => {
    const [socket] = createMemorySocketPair();
    const [session] = sessionPair(backend);
    const addressed = Object.create(socket, { remoteIp: { value: '10.1.2.3' }, setHandler: { value() {} } });
    expect(new NoiseStream({ socket: addressed, session }).remoteIp).toBe('10.1.2.3');
  });
});

describe.each(BACKENDS.filter(([name]) => name === 'native'))(
  'NoiseStream over memory, %s',
  (_name, backend) => {
    socketCompliance('NoiseStream', async () => streamPair(backend), { describe, it, expect });
  },
);

describe.each(BACKENDS.filter(([name]) => name === 'portable'))(
  'NoiseStream over memory, %s',
  (_name, backend) => {
    socketCompliance(
      'NoiseStream',
      async () => streamPair(backend),
      { describe, it, expect },
      { floodBytes: 1024 * 1024 },
    );
  },
);
