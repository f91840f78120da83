import fc from 'fast-check';
import { SocketReader } from '@diemnet/types';
import { settle } from '@diemnet/types/testing';
import { createMemorySocketPair, type MemorySocket, type MemorySocketOptions } from '../src/index.js';
import { ManualDelivery, RecordingHandler } from './recording-handler.js';

const bytes = (...values: number[]) => Uint8Array.from(values);
const brokenPipe = expect.objectContaining({ code: 'ERR_BROKEN_PIPE' });

/** A pair whose turns run when told to, with a recording handler on each end. */
function manualPair(options: MemorySocketOptions = {}) {
  const delivery = new ManualDelivery();
  const [a, b] = createMemorySocketPair({ deliver: delivery.deliver, ...options });
  const [atA, atB] = [new RecordingHandler(), new RecordingHandler()];
  a.setHandler(atA);
  b.setHandler(atB);
  delivery.run();
  return { delivery, a, b, atA, atB };
}

describe('MemorySocket read through a SocketReader', () => {
  function readers(): { a: MemorySocket; b: MemorySocket; readA: SocketReader; readB: SocketReader } {
    const [a, b] = createMemorySocketPair();
    return { a, b, readA: new SocketReader(a), readB: new SocketReader(b) };
  }

  it('gives everything written before the other end went away, and then the end [C-009]', async () => {
    const { a, readB } = readers();
    a.write(bytes(1, 2));
    a.write(bytes(3));
    a.end();
    expect(await readB.readToEnd(100)).toEqual(bytes(1, 2, 3));
  });

  it('gives one write in two reads [C-010]', async () => {
    const { a, readB } = readers();
    a.write(bytes(1, 2, 3, 4, 5, 6));
    expect(await readB.readExactly(3)).toEqual(bytes(1, 2, 3));
    expect(await readB.readExactly(3)).toEqual(bytes(4, 5, 6));
  });

  it('keeps the order in both directions, whatever the sizes of writes and reads [C-011]', async () => {
    const chunks = fc.array(fc.uint8Array({ maxLength: 9 }), { maxLength: 9 });
    await fc.assert(
      fc.asyncProperty(chunks, chunks, fc.integer({ min: 1, max: 7 }), async (fromA, fromB, size) => {
        const { a, b, readA, readB } = readers();
        for (const chunk of fromA) a.write(chunk);
        b.writeMany(fromB);
        a.end();
        b.end();
        for (const [reader, written] of [
          [readB, fromA],
          [readA, fromB],
        ] as const) {
          const got: number[] = [];
          for (let part = await reader.read(size); part !== undefined; part = await reader.read(size)) {
            got.push(...part);
          }
          expect(got).toEqual(written.flatMap((chunk) => [...chunk]));
        }
      }),
    );
  });

  it('joins five small writes in one read [C-012]', async () => {
    const { a, readB } = readers();
    for (const value of [1, 2, 3, 4, 5]) a.write(bytes(value));
    expect(await readB.readExactly(5)).toEqual(bytes(1, 2, 3, 4, 5));
  });

  it('answers a read of nothing at once and consumes nothing [C-013]', async () => {
    const { a, readB } = readers();
    a.write(bytes(1, 2));
    await settle();
    expect(await readB.read(0)).toEqual(bytes());
    expect(await readB.read()).toEqual(bytes(1, 2));
  });

  it('gives the 12 bytes there are to who takes up to 20 [C-014]', async () => {
    const { a, readB } = readers();
    a.write(new Uint8Array(12));
    expect(await readB.read(20)).toHaveLength(12);
  });

  it('waits until data arrive, or the end [C-015]', async () => {
    const { a, readB } = readers();
    const results: unknown[] = [];
    const read = readB.read().then((part) => results.push(part));
    await settle();
    expect(results).toEqual([]);
    a.write(bytes(1));
    await read;
    expect(results).toEqual([bytes(1)]);

    const atEnd = readB.read().then((part) => results.push(part));
    await settle();
    expect(results).toHaveLength(1);
    a.end();
    await atEnd;
    expect(results).toEqual([bytes(1), undefined]);
  });

  it('reports the end at every further read [C-018]', async () => {
    const { a, b, readB } = readers();
    a.end();
    for (let i = 0; i < 3; i++) expect(await readB.read()).toBeUndefined();
    b.end();
    await settle();
    expect(await readB.read()).toBeUndefined();
    await expect(readB.readExactly(1)).rejects.toMatchObject({ code: 'ERR_UNEXPECTED_EOF' });
  });
});

describe('MemorySocket', () => {
  it('puts the end behind data that arrive during a delivery [C-009]', () => {
    const { delivery, a, b } = manualPair();
    const heard: string[] = [];
    b.setHandler({
      onData(chunk) {
        heard.push(`data ${chunk[0]}`);
        if (chunk[0] !== 1) return;
        a.write(bytes(2));
        a.end();
      },
      onEnd: () => heard.push('end'),
      onDrain() {},
      onClose() {},
    });
    a.write(bytes(1));
    delivery.run();
    expect(heard).toEqual(['data 1', 'data 2', 'end']);
  });

  it('refuses to write when the other end is gone [C-016]', () => {
    const { delivery, a, b, atB } = manualPair();
    a.destroy();
    expect(() => b.write(bytes(1))).toThrow(brokenPipe);
    expect(() => b.writeMany([bytes(1)])).toThrow(brokenPipe);
    delivery.run();
    expect(() => b.write(bytes(1))).toThrow(brokenPipe);
    expect(atB.events).toEqual(['end', 'close']);
  });

  it('refuses to write after its own end, and still reads [C-017]', () => {
    const { delivery, a, b, atA, atB } = manualPair();
    a.write(bytes(1));
    a.end();
    a.end();
    expect(() => a.write(bytes(2))).toThrow(brokenPipe);
    delivery.run();
    b.write(bytes(3));
    delivery.run();
    expect(atA.events).toEqual(['data 1']);
    expect(atB.events).toEqual(['data 1', 'end']);
    b.end();
    delivery.run();
    expect(atA.events).toEqual(['data 1', 'end', 'close']);
    expect(atB.events).toEqual(['data 1', 'end', 'close']);
    expect([a.closed, b.closed]).toEqual([true, true]);
    expect([atA.closeError, atB.closeError]).toEqual([undefined, undefined]);
  });

  it('never calls a handler from inside a call of either end', () => {
    const { delivery, a, b, atA, atB } = manualPair({ highWaterMarkBytes: 1 });
    a.write(bytes(1, 2));
    b.writeMany([bytes(1), bytes(2)]);
    a.setHandler(atA);
    b.pause();
    b.resume();
    a.end();
    b.destroy();
    expect([...atA.events, ...atB.events]).toEqual([]);
    delivery.run();
    expect([...atA.events, ...atB.events]).not.toEqual([]);
  });

  it('answers false above the high-water mark and tells once when the other end took enough', () => {
    const { delivery, a, b, atA } = manualPair({ highWaterMarkBytes: 4 });
    b.pause();
    expect(a.write(bytes(1, 2, 3, 4))).toBe(true);
    expect(a.write(bytes(5))).toBe(false);
    expect(a.write(bytes(6))).toBe(false);
    expect(a.queuedBytes).toBe(6);
    delivery.run();
    expect(atA.events).toEqual([]);

    b.resume();
    delivery.run();
    expect(atA.events).toEqual(['drain']);
    expect(a.queuedBytes).toBe(0);
    expect(a.write(bytes(7))).toBe(true);
    delivery.run();
    expect(atA.events).toEqual(['drain']);
  });

  it('makes the writer wait for a reader that pauses at every chunk', () => {
    const { delivery, a, b, atA } = manualPair({ highWaterMarkBytes: 4 });
    let taken = 0;
    b.setHandler({ onData: () => (taken++, b.pause()), onEnd() {}, onDrain() {}, onClose() {} });
    for (let i = 0; i < 6; i++) a.write(bytes(i));
    const drainedAt: number[] = [];
    for (let i = 0; i < 6; i++) {
      delivery.run();
      if (atA.events.length > drainedAt.length) drainedAt.push(taken);
      b.resume();
    }
    expect(taken).toBe(6);
    expect(drainedAt).toEqual([4]);
  });

  it('delivers nothing until there is a handler, then everything in order', () => {
    const delivery = new ManualDelivery();
    const [a, b] = createMemorySocketPair({ deliver: delivery.deliver });
    a.write(bytes(1));
    a.end();
    b.end();
    delivery.run();
    const atB = new RecordingHandler();
    b.setHandler(atB);
    expect(atB.events).toEqual([]);
    delivery.run();
    expect(atB.events).toEqual(['data 1', 'end', 'close']);
  });

  it('hands the stream over at the chunk where the handler was replaced', () => {
    const { delivery, a, b } = manualPair();
    const second = new RecordingHandler();
    const first = new RecordingHandler();
    b.setHandler({
      onData: (chunk) => (first.onData(chunk), b.setHandler(second)),
      onEnd() {},
      onDrain() {},
      onClose() {},
    });
    a.write(bytes(1));
    a.write(bytes(2, 2));
    delivery.run();
    expect([first.bytes, second.bytes]).toEqual([[1], [2, 2]]);
  });

  it('hands chunks over without a copy, and skips empty ones', () => {
    const { delivery, a, b, atB } = manualPair();
    const seen: Uint8Array[] = [];
    b.setHandler(Object.assign(atB, { onData: (chunk: Uint8Array) => void seen.push(chunk) }));
    const chunk = bytes(1, 2);
    a.writeMany([bytes(), chunk]);
    delivery.run();
    expect(seen).toHaveLength(1);
    expect(seen[0]).toBe(chunk);
    expect(b.stableChunks).toBe(true);
  });

  it('delivers neither data nor end while paused, but does deliver the close', () => {
    const { delivery, a, b, atB } = manualPair();
    b.pause();
    a.write(bytes(1));
    a.end();
    delivery.run();
    expect(atB.events).toEqual([]);
    a.destroy();
    delivery.run();
    expect(atB.events).toEqual(['close']);
    expect(atB.closeError).toMatchObject({ code: 'ERR_CONNECTION_RESET' });
  });

  it('stays open for a paused reader after both ends ended', () => {
    const { delivery, a, b, atA, atB } = manualPair();
    b.pause();
    a.write(bytes(1));
    a.end();
    b.end();
    delivery.run();
    expect(atA.events).toEqual(['end']);
    b.resume();
    delivery.run();
    expect(atA.events).toEqual(['end', 'close']);
    expect(atB.events).toEqual(['data 1', 'end', 'close']);
  });

  it('drops what is queued when destroyed, and tells the other end that bytes were lost', () => {
    const { delivery, a, b, atA, atB } = manualPair();
    const cause = new RangeError('gone');
    a.write(bytes(1));
    a.destroy(cause);
    a.destroy();
    expect([a.closed, b.closed, a.queuedBytes]).toEqual([true, true, 0]);
    delivery.run();
    expect(atA.events).toEqual(['close']);
    expect(atA.closeError).toBe(cause);
    expect(atB.events).toEqual(['close']);
    expect(atB.closeError).toMatchObject({ code: 'ERR_CONNECTION_RESET' });
    expect(delivery.pending).toBe(0);
  });

  it.each(['onData', 'onEnd', 'onDrain'] as const)(
    'is destroyed by a handler that throws in %s',
    (method) => {
      const { delivery, a, b, atA } = manualPair({ highWaterMarkBytes: 0 });
      const thrown = new RangeError(method);
      const atB = new RecordingHandler();
      b.setHandler(Object.assign(atB, { [method]: () => { throw thrown; } })); // prettier-ignore
      if (method === 'onDrain') b.write(bytes(1));
      a.write(bytes(1));
      a.end();
      delivery.run();
      expect(atB.events.at(-1)).toBe('close');
      expect(atB.closeError).toBe(thrown);
      expect(atA.closeError).toMatchObject({ code: 'ERR_CONNECTION_RESET' });
    },
  );

  it('survives a handler that throws in onClose', () => {
    const { delivery, a, b, atA } = manualPair();
    b.setHandler({ onData() {}, onEnd() {}, onDrain() {}, onClose() { throw new RangeError(); } }); // prettier-ignore
    b.destroy();
    delivery.run();
    expect(atA.events).toEqual(['end', 'close']);
    expect(a.closed).toBe(true);
  });

  it('refuses a high-water mark that is no size', () => {
    expect(() => createMemorySocketPair({ highWaterMarkBytes: Number.NaN })).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_OPTION' }),
    );
  });

  it('carries a megabyte in small pieces through a slow reader', async () => {
    const [a, b] = createMemorySocketPair({ highWaterMarkBytes: 1000 });
    const reader = new SocketReader(b, { highWaterBytes: 100 });
    let sent = 0;
    const pump = () => {
      while (sent < 1_000_000) if (!a.write(new Uint8Array(50).fill((sent += 50) & 0xff))) return;
      a.end();
    };
    a.setHandler({ onData() {}, onEnd() {}, onDrain: pump, onClose() {} });
    pump();
    let got = 0;
    for (let part = await reader.read(77); part !== undefined; part = await reader.read(77)) {
      got += part.length;
      expect(a.queuedBytes).toBeLessThanOrEqual(1050);
    }
    expect(got).toBe(1_000_000);
  });
});
