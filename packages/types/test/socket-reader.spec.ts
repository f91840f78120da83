import fc from 'fast-check';
import { SocketReader, type Socket, type SocketHandler } from '../src/index.js';
import { settle } from '../src/testing/index.js';

/** The remote, played by a test: delivers only when not paused, and uses one buffer again and again. */
class FakeSocket implements Socket {
  readonly stableChunks = false;
  readonly queuedBytes = 0;
  readonly remoteIp = undefined;
  closed = false;
  paused = false;
  handler: SocketHandler | undefined;
  #inbox: (Uint8Array | 'end')[] = [];

  setHandler(handler: SocketHandler): void {
    this.handler = handler;
  }
  write(): boolean {
    return true;
  }
  writeMany(): boolean {
    return true;
  }
  end(): void {}
  destroy(error?: Error): void {
    if (this.closed) return;
    this.closed = true;
    this.handler?.onClose(error);
  }
  pause(): void {
    this.paused = true;
  }
  resume(): void {
    this.paused = false;
    this.#deliver();
  }

  get undelivered(): number {
    return this.#inbox.length;
  }

  send(...bytes: number[]): void {
    this.#inbox.push(Uint8Array.from(bytes));
    this.#deliver();
  }

  sendEnd(): void {
    this.#inbox.push('end');
    this.#deliver();
  }

  #deliver(): void {
    while (!this.paused && this.#inbox.length > 0) {
      const next = this.#inbox.shift();
      if (next === 'end' || next === undefined) this.handler?.onEnd();
      else {
        this.handler?.onData(next);
        next.fill(0xee);
      }
    }
  }
}

class Recorder implements SocketHandler {
  readonly events: string[] = [];
  onChunk: (() => void) | undefined;
  onData(chunk: Uint8Array): void {
    this.events.push(`data ${[...chunk].join(' ')}`);
    this.onChunk?.();
  }
  onEnd(): void {
    this.events.push('end');
  }
  onDrain(): void {}
  onClose(error: Error | undefined): void {
    this.events.push(`close ${error?.message ?? 'in order'}`);
  }
}

function setup(options?: { highWaterBytes?: number }) {
  const socket = new FakeSocket();
  return { socket, reader: new SocketReader(socket, options) };
}

const bytes = (...values: number[]) => Uint8Array.from(values);

describe('exact reads', () => {
  it('gives exactly as many bytes as asked for, across chunks and within one', async () => {
    const { socket, reader } = setup();
    const first = reader.readExactly(3);
    socket.send(1, 2);
    await settle();
    socket.send(3, 4, 5, 6);
    expect(await first).toEqual(bytes(1, 2, 3));
    expect(reader.bufferedBytes).toBe(3);
    expect(await reader.readExactly(1)).toEqual(bytes(4));
    expect(await reader.readExactly(2)).toEqual(bytes(5, 6));
    expect(await reader.readExactly(0)).toEqual(bytes());
  });

  it('copies what the socket uses again', async () => {
    const { socket, reader } = setup();
    socket.send(1, 2);
    expect(await reader.readExactly(2)).toEqual(bytes(1, 2));
  });

  it('gives the same bytes for any chunking, one byte at a time too', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 1, maxLength: 60 }),
        fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
        fc
          .array(fc.integer({ min: 0, max: 9 }), { minLength: 1 })
          .filter((reads) => reads.some((n) => n > 0)),
        async (all, chunkSizes, readSizes) => {
          const { socket, reader } = setup({ highWaterBytes: 8 });
          for (let at = 0, i = 0; at < all.length; i++) {
            const size = chunkSizes[i % chunkSizes.length] as number;
            socket.send(...all.subarray(at, at + size));
            at += size;
          }
          socket.sendEnd();
          const read: number[] = [];
          for (let i = 0; read.length < all.length; i++) {
            const wanted = Math.min(readSizes[i % readSizes.length] as number, all.length - read.length);
            read.push(...(await reader.readExactly(wanted)));
          }
          expect(read).toEqual([...all]);
          expect(await reader.read()).toBeUndefined();
        },
      ),
      { numRuns: 50 },
    );
  });

  it('fails when the stream ends first, in the middle or at the start', async () => {
    const { socket, reader } = setup();
    const cut = reader.readExactly(3);
    socket.send(1, 2);
    socket.sendEnd();
    await expect(cut).rejects.toMatchObject({ code: 'ERR_UNEXPECTED_EOF' });
    expect(await reader.readExactly(2)).toEqual(bytes(1, 2));
    await expect(reader.readExactly(1)).rejects.toMatchObject({ code: 'ERR_UNEXPECTED_EOF' });
  });

  it('fails with the error of the socket', async () => {
    const { socket, reader } = setup();
    const waiting = reader.readExactly(1);
    socket.destroy(new RangeError('reset'));
    await expect(waiting).rejects.toThrow('reset');
    await expect(reader.readExactly(1)).rejects.toThrow('reset');
    await expect(reader.read()).rejects.toThrow('reset');
  });

  it('takes a close without an error for an early end', async () => {
    const { socket, reader } = setup();
    socket.destroy();
    await expect(reader.readExactly(1)).rejects.toMatchObject({ code: 'ERR_UNEXPECTED_EOF' });
    expect(await reader.read()).toBeUndefined();
  });
});

describe('reads of what there is', () => {
  it('gives at least one byte and at most the limit, then the end every time', async () => {
    const { socket, reader } = setup();
    socket.send(1, 2, 3);
    expect(await reader.read(2)).toEqual(bytes(1, 2));
    expect(await reader.read()).toEqual(bytes(3));
    expect(await reader.read(0)).toEqual(bytes());
    const waiting = reader.read();
    socket.sendEnd();
    expect(await waiting).toBeUndefined();
    expect(await reader.read()).toBeUndefined();
  });

  it('reads to the end, up to a limit', async () => {
    const { socket, reader } = setup();
    const all = reader.readToEnd(4);
    socket.send(1, 2);
    await settle();
    socket.send(3, 4);
    socket.sendEnd();
    expect(await all).toEqual(bytes(1, 2, 3, 4));
    const other = setup();
    const tooMuch = other.reader.readToEnd(1);
    other.socket.send(1, 2);
    await expect(tooMuch).rejects.toMatchObject({ code: 'ERR_READ_LIMIT' });
  });
});

describe('waiting', () => {
  it('stops when aborted and loses nothing', async () => {
    const { socket, reader } = setup();
    const controller = new AbortController();
    const waiting = reader.readExactly(2, { signal: controller.signal });
    socket.send(1);
    controller.abort(new RangeError('enough'));
    await expect(waiting).rejects.toThrow('enough');
    await expect(reader.readExactly(2, { signal: controller.signal })).rejects.toThrow('enough');
    socket.send(2);
    expect(await reader.readExactly(2)).toEqual(bytes(1, 2));
  });

  it('removes its listener', async () => {
    const { socket, reader } = setup();
    const { signal } = new AbortController();
    const remove = jest.spyOn(signal, 'removeEventListener');
    const waiting = reader.readExactly(1, { signal });
    socket.send(1);
    await waiting;
    expect(remove).toHaveBeenCalledTimes(1);
  });

  it('refuses a second read meanwhile, whether or not that could be served', async () => {
    const { socket, reader } = setup();
    socket.send(1);
    const first = reader.readExactly(2);
    await expect(reader.readExactly(1)).rejects.toMatchObject({ code: 'ERR_READER_BUSY' });
    await expect(reader.read()).rejects.toMatchObject({ code: 'ERR_READER_BUSY' });
    socket.send(2);
    // Served already, but not yet taken by its caller: still not free for another.
    await expect(reader.read()).rejects.toMatchObject({ code: 'ERR_READER_BUSY' });
    expect(await first).toEqual(bytes(1, 2));
  });

  it('stops the socket when enough is held, and goes on when asked for more', async () => {
    const { socket, reader } = setup({ highWaterBytes: 4 });
    socket.send(1, 2, 3);
    expect(socket.paused).toBe(false);
    socket.send(4, 5);
    expect(socket.paused).toBe(true);
    socket.send(6, 7, 8);
    expect(socket.undelivered).toBe(1);
    expect(await reader.readExactly(5)).toEqual(bytes(1, 2, 3, 4, 5));
    expect(await reader.readExactly(2)).toEqual(bytes(6, 7));
  });

  it('reads more than it would hold by itself', async () => {
    const { socket, reader } = setup({ highWaterBytes: 2 });
    const large = reader.readExactly(6);
    for (let i = 1; i <= 6; i++) socket.send(i);
    expect(await large).toEqual(bytes(1, 2, 3, 4, 5, 6));
  });
});

describe('release', () => {
  it('hands over what was read too far, then what follows', async () => {
    const { socket, reader } = setup();
    socket.send(1, 2, 3);
    await reader.readExactly(1);
    const next = new Recorder();
    reader.release(next);
    expect(next.events).toEqual(['data 2 3']);
    socket.send(4);
    socket.sendEnd();
    expect(next.events).toEqual(['data 2 3', 'data 4', 'end']);
  });

  it('starts a socket that was stopped for holding enough, in the right order', () => {
    const { socket, reader } = setup({ highWaterBytes: 2 });
    socket.send(1, 2);
    socket.send(3);
    const next = new Recorder();
    reader.release(next);
    expect(next.events.join(' ').match(/\d/g)).toEqual(['1', '2', '3']);
    expect(socket.paused).toBe(false);
  });

  it('leaves the socket paused if the new handler pauses in its first call', () => {
    const { socket, reader } = setup();
    socket.send(1);
    const next = new Recorder();
    next.onChunk = () => socket.pause();
    reader.release(next);
    expect(socket.paused).toBe(true);
    socket.send(2);
    expect(next.events).toEqual(['data 1']);
  });

  it('tells an end that was already seen', () => {
    const { socket, reader } = setup();
    socket.send(1);
    socket.sendEnd();
    const next = new Recorder();
    reader.release(next);
    expect(next.events).toEqual(['data 1', 'end']);
  });

  it('tells no end to a handler that destroys the socket before', () => {
    const { socket, reader } = setup();
    socket.send(1);
    socket.sendEnd();
    const next = new Recorder();
    next.onChunk = () => socket.destroy();
    reader.release(next);
    expect(next.events).toEqual(['data 1', 'close in order']);
  });

  it('tells a close that was already seen, after the data and never before it returns', async () => {
    const { socket, reader } = setup();
    socket.send(1);
    socket.sendEnd();
    socket.destroy(new RangeError('reset'));
    const next = new Recorder();
    reader.release(next);
    expect(next.events).toEqual([]);
    await settle();
    expect(next.events).toEqual(['data 1', 'end', 'close reset']);
  });

  it('refuses during a read and to do anything twice', async () => {
    const { socket, reader } = setup();
    const waiting = reader.readExactly(1);
    expect(() => reader.release(new Recorder())).toThrow(
      expect.objectContaining({ code: 'ERR_READER_BUSY' }),
    );
    socket.send(1);
    await waiting;
    reader.release(new Recorder());
    expect(() => reader.release(new Recorder())).toThrow(
      expect.objectContaining({ code: 'ERR_READER_RELEASED' }),
    );
    await expect(reader.read()).rejects.toMatchObject({ code: 'ERR_READER_RELEASED' });
    reader.onDrain();
  });
});
