import { createMemorySocketPair } from '@diemnet/memsocket';
import { SocketReader } from '@diemnet/types';
import { settle } from '@diemnet/types/testing';
import fc from 'fast-check';
import { HandoverSocket } from '../src/handover-socket.js';
import { RecordingHandler } from './support/recording-handler.js';

function setup() {
  const [near, far] = createMemorySocketPair();
  const reader = new SocketReader(near);
  return { near, far, reader };
}

describe('HandoverSocket', () => {
  it('delivers what was read too far, and then the rest, to the first handler', async () => {
    const { near, far, reader } = setup();
    far.write(Uint8Array.of(1, 2, 3, 4));
    await reader.readExactly(2);
    const socket = new HandoverSocket(near, reader);
    const handler = new RecordingHandler();
    socket.setHandler(handler);
    expect(handler.events).toEqual([]); // never before setHandler has returned
    far.write(Uint8Array.of(5));
    await settle();
    expect(handler.bytes).toEqual([3, 4, 5]);
  });

  it('passes on what it is told about room to write', async () => {
    const { near, far, reader } = setup();
    const socket = new HandoverSocket(near, reader);
    const handler = new RecordingHandler();
    socket.setHandler(handler);
    expect(socket.write(new Uint8Array(200_000))).toBe(false);
    far.setHandler(new RecordingHandler());
    await settle();
    expect(handler.events).toEqual(['drain']);
  });

  it('passes on whether memory may be given back, in both directions', () => {
    const { near, reader } = setup();
    const socket = new HandoverSocket(near, reader);
    expect(socket.ownChunks).toBe(false);
    const written = jest.spyOn(near, 'writeMany');
    expect(socket.writeAndRelease([Uint8Array.of(1)])).toBe(true);
    expect(written).toHaveBeenCalledTimes(1);
    const released: unknown[] = [];
    const able = Object.assign(Object.create(near) as typeof near, {
      ownChunks: true,
      writeAndRelease: (chunks: readonly Uint8Array[]) => (released.push(chunks), false),
    });
    const over = new HandoverSocket(able, reader);
    expect(over.ownChunks).toBe(true);
    expect(over.writeAndRelease([Uint8Array.of(1)])).toBe(false);
    expect(released).toEqual([[Uint8Array.of(1)]]);
    expect(written).toHaveBeenCalledTimes(1);
  });

  it('loses nothing that arrives, and no end, before there is a handler', async () => {
    const { near, far, reader } = setup();
    const socket = new HandoverSocket(near, reader);
    far.write(Uint8Array.of(1));
    await settle();
    far.write(Uint8Array.of(2));
    far.end();
    await settle();
    const handler = new RecordingHandler();
    socket.setHandler(handler);
    await settle();
    expect(handler.bytes).toEqual([1, 2]);
    expect(handler.events.at(-1)).toBe('end');
  });

  it('tells a handler about a close that came before it', async () => {
    const { near, far, reader } = setup();
    const socket = new HandoverSocket(near, reader);
    far.destroy();
    await settle();
    expect(socket.closed).toBe(true);
    const handler = new RecordingHandler();
    socket.setHandler(handler);
    await settle();
    expect(handler.events.at(-1)).toMatch(/^close/);
  });

  it('delivers a prefix in front of everything', async () => {
    const { near, far, reader } = setup();
    far.write(Uint8Array.of(1, 2));
    const prefix = await reader.readExactly(1);
    const socket = new HandoverSocket(near, reader, { prefix });
    const handler = new RecordingHandler();
    socket.setHandler(handler);
    await settle();
    expect(handler.bytes).toEqual([1, 2]);
  });

  it('keeps everything back while paused', async () => {
    const { near, far, reader } = setup();
    const socket = new HandoverSocket(near, reader);
    far.write(Uint8Array.of(1));
    await settle();
    const handler = new RecordingHandler();
    socket.setHandler(handler);
    socket.pause();
    await settle();
    expect(handler.events).toEqual([]);
    socket.resume();
    await settle();
    expect(handler.bytes).toEqual([1]);
  });

  it('stays paused when the handler pauses while it gets what was read too far', async () => {
    const { near, far, reader } = setup();
    const socket = new HandoverSocket(near, reader);
    far.write(Uint8Array.of(1));
    await settle();
    const handler = new RecordingHandler();
    handler.onFirstData = () => socket.pause();
    socket.setHandler(handler);
    await settle();
    far.write(Uint8Array.of(2));
    await settle();
    expect(handler.bytes).toEqual([1]);
    socket.resume();
    await settle();
    expect(handler.bytes).toEqual([1, 2]);
  });

  it('gives the stream to the handler that was set last', async () => {
    const { near, far, reader } = setup();
    const socket = new HandoverSocket(near, reader);
    const [first, second, third] = [new RecordingHandler(), new RecordingHandler(), new RecordingHandler()];
    far.write(Uint8Array.of(1));
    await settle();
    socket.setHandler(first);
    socket.setHandler(second);
    await settle();
    socket.setHandler(third);
    far.write(Uint8Array.of(2));
    await settle();
    expect([first.bytes, second.bytes, third.bytes]).toEqual([[], [1], [2]]);
  });

  it('writes, ends and reports as the socket below, except for the address that it was told', async () => {
    const { near, far, reader } = setup();
    const socket = new HandoverSocket(near, reader, { remoteIp: '192.0.2.1' });
    const handler = new RecordingHandler();
    far.setHandler(handler);
    expect(socket.write(Uint8Array.of(1))).toBe(true);
    expect(socket.writeMany([Uint8Array.of(2), Uint8Array.of(3)])).toBe(true);
    expect(socket.queuedBytes).toBe(3);
    socket.end();
    await settle();
    expect(handler.bytes).toEqual([1, 2, 3]);
    expect(handler.events).toContain('end');
    expect(socket.stableChunks).toBe(near.stableChunks);
    expect(socket.remoteIp).toBe('192.0.2.1');
    socket.destroy();
    expect(near.closed).toBe(true);
  });

  it('stops between a prefix and the rest when the handler pauses', async () => {
    const { near, far, reader } = setup();
    far.write(Uint8Array.of(1, 2, 3));
    const prefix = await reader.readExactly(1);
    const socket = new HandoverSocket(near, reader, { prefix });
    const handler = new RecordingHandler();
    handler.onFirstData = () => socket.pause();
    socket.setHandler(handler);
    await settle();
    expect(handler.bytes).toEqual([1]);
    socket.resume();
    await settle();
    expect(handler.bytes).toEqual([1, 2, 3]);
  });

  it('hands over to another handler between a prefix and the rest', async () => {
    const { near, far, reader } = setup();
    far.write(Uint8Array.of(1, 2, 3));
    const prefix = await reader.readExactly(1);
    const socket = new HandoverSocket(near, reader, { prefix });
    const [first, second] = [new RecordingHandler(), new RecordingHandler()];
    first.onFirstData = () => socket.setHandler(second);
    socket.setHandler(first);
    await settle();
    far.write(Uint8Array.of(4));
    await settle();
    expect([first.bytes, second.bytes]).toEqual([[1], [2, 3, 4]]);
  });

  it('is destroyed by a handler that throws at what was read too far', async () => {
    const { near, far, reader } = setup();
    far.write(Uint8Array.of(1, 2));
    const prefix = await reader.readExactly(1);
    const socket = new HandoverSocket(near, reader, { prefix });
    const handler = new RecordingHandler();
    handler.onFirstData = () => {
      throw new RangeError('a defect');
    };
    socket.setHandler(handler);
    await settle();
    expect(handler.events).toEqual(['data [1]', 'close a defect']);
  });

  it('delivers nothing of what was read too far once it is destroyed, only the close', async () => {
    const { near, far, reader } = setup();
    far.write(Uint8Array.of(1, 2));
    await reader.readExactly(1);
    const socket = new HandoverSocket(near, reader);
    const handler = new RecordingHandler();
    socket.setHandler(handler);
    socket.destroy();
    await settle();
    expect(handler.events).toEqual(['close']);
  });

  it('tells a paused handler about a failure at once, and about an orderly end after the data', async () => {
    for (const fails of [true, false]) {
      const { near, far, reader } = setup();
      far.write(Uint8Array.of(1, 2));
      await reader.readExactly(1);
      const socket = new HandoverSocket(near, reader);
      const handler = new RecordingHandler();
      socket.setHandler(handler);
      socket.pause();
      if (fails) far.destroy(new RangeError('lost'));
      else {
        far.end();
        near.end();
      }
      await settle();
      expect(handler.events).toEqual(fails ? [expect.stringMatching(/^close ./)] : []);
      socket.resume();
      await settle();
      if (!fails) expect(handler.events.slice(0, 2)).toEqual(['data [2]', 'end']);
    }
  });

  it('keeps every byte in order for any cutting of the stream and any point of handing over', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 6 }),
        fc.nat(10),
        fc.nat(6),
        async (chunks, readAhead, before) => {
          const all = chunks.flatMap((chunk) => Array.from(chunk));
          const { near, far, reader } = setup();
          for (const chunk of chunks.slice(0, before)) far.write(chunk.slice());
          const sent = chunks.slice(0, before).reduce((sum, { length }) => sum + length, 0);
          const taken = Math.min(readAhead, sent);
          const head = Array.from(await reader.readExactly(taken));
          const handler = new RecordingHandler();
          new HandoverSocket(near, reader).setHandler(handler);
          for (const chunk of chunks.slice(before)) far.write(chunk.slice());
          await settle(64);
          expect([...head, ...handler.bytes]).toEqual(all);
        },
      ),
      { numRuns: 50 },
    );
  });
});
