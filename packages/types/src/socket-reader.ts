import { TypesError } from './errors.js';
import type { Socket, SocketHandler } from './socket.js';
import { abortReason, throwIfAborted, type WaitOptions } from './waiting.js';

/** Bytes held before the reader stops the socket, if nobody asks for more. */
const DEFAULT_HIGH_WATER_BYTES = 64 * 1024;

interface Waiter {
  /** Bytes needed to wake it. */
  readonly need: number;
  wake(): void;
  fail(error: Error): void;
}

/**
 * Pull adapter over a push {@link Socket}, for handshakes and tests: exact reads in order, one at a time.
 * {@link release} hands the socket, with what was read too far, to the handler that takes over.
 */
export class SocketReader implements SocketHandler {
  readonly #socket: Socket;
  readonly #highWaterBytes: number;
  #chunks: Uint8Array[] = [];
  #held = 0;
  #ended = false;
  #closed: { readonly error: Error | undefined } | undefined;
  #waiter: Waiter | undefined;
  #reading = false;
  #released = false;

  constructor(
    socket: Socket,
    { highWaterBytes = DEFAULT_HIGH_WATER_BYTES }: { highWaterBytes?: number } = {},
  ) {
    this.#socket = socket;
    this.#highWaterBytes = highWaterBytes;
    socket.setHandler(this);
  }

  /** Bytes read from the socket and not yet asked for. */
  get bufferedBytes(): number {
    return this.#held;
  }

  /**
   * Exactly `length` bytes, freshly allocated.
   * @throws TypesError `ERR_UNEXPECTED_EOF` if the stream ends first; the socket's error if it fails first;
   * `ERR_READER_BUSY` during another read; `ERR_READER_RELEASED` after {@link release}
   */
  async readExactly(length: number, options: WaitOptions = {}): Promise<Uint8Array> {
    this.#begin();
    try {
      if (this.#held < length) await this.#wait(length, options);
      if (this.#held < length) throw this.#endError(length);
      return this.#take(length);
    } finally {
      this.#reading = false;
    }
  }

  /**
   * At least one byte and at most `maxBytes`, or undefined at the end of the stream, every time it is asked.
   * @throws the socket's error if it failed.
   */
  async read(
    maxBytes = Number.POSITIVE_INFINITY,
    options: WaitOptions = {},
  ): Promise<Uint8Array | undefined> {
    this.#begin();
    try {
      if (maxBytes <= 0) return new Uint8Array(0);
      if (this.#held === 0) await this.#wait(1, options);
      if (this.#held > 0) return this.#take(Math.min(maxBytes, this.#held));
      if (this.#closed?.error !== undefined) throw this.#closed.error;
      return undefined;
    } finally {
      this.#reading = false;
    }
  }

  /** Everything until the end of the stream. @throws TypesError `ERR_READ_LIMIT` above `limitBytes` */
  async readToEnd(limitBytes: number, options: WaitOptions = {}): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    let total = 0;
    for (let part = await this.read(undefined, options); part; part = await this.read(undefined, options)) {
      parts.push(part);
      total += part.length;
      if (total > limitBytes)
        throw new TypesError('ERR_READ_LIMIT', `more than ${limitBytes} bytes before the end`);
    }
    return concat(parts, total);
  }

  /**
   * Gives the socket to `handler`, which gets what was read too far before this returns, and then what follows. If it
   * pauses meanwhile the socket stays paused; an end that was already seen is told nevertheless. The reader is done.
   * @throws TypesError `ERR_READER_BUSY` during a read; `ERR_READER_RELEASED` the second time
   */
  release(handler: SocketHandler): void {
    this.#checkUsable();
    this.#released = true;
    // Resumed while the reader still listens: the new handler may pause in its very first call.
    if (this.#closed === undefined) this.#socket.resume();
    const rest = this.#take(this.#held);
    const closed = this.#closed;
    if (closed !== undefined) {
      // The socket has told its end already and will not tell it again.
      queueMicrotask(() => {
        if (rest.length > 0) handler.onData(rest);
        if (this.#ended) handler.onEnd();
        handler.onClose(closed.error);
      });
      return;
    }
    this.#socket.setHandler(handler);
    const wasClosed = this.#socket.closed;
    if (rest.length > 0) handler.onData(rest);
    const destroyedMeanwhile = !wasClosed && this.#socket.closed;
    if (this.#ended && !destroyedMeanwhile) handler.onEnd();
  }

  onData(chunk: Uint8Array): void {
    this.#chunks.push(new Uint8Array(chunk));
    this.#held += chunk.length;
    const waiter = this.#waiter;
    if (waiter !== undefined && this.#held >= waiter.need) waiter.wake();
    const wanted = this.#waiter !== undefined || this.#released;
    if (this.#held >= this.#highWaterBytes && !wanted) this.#socket.pause();
  }

  onEnd(): void {
    this.#ended = true;
    this.#waiter?.wake();
  }

  onDrain(): void {}

  onClose(error: Error | undefined): void {
    this.#closed = { error };
    this.#waiter?.wake();
  }

  #wait(need: number, { signal }: WaitOptions): Promise<void> {
    throwIfAborted(signal);
    if (this.#ended || this.#closed !== undefined) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const done = () => {
        this.#waiter = undefined;
        signal?.removeEventListener('abort', onAbort);
      };
      const onAbort = () => this.#waiter?.fail(abortReason(signal as AbortSignal));
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#waiter = {
        need,
        wake: () => (done(), resolve()),
        fail: (error) => (done(), reject(error)),
      };
      // Last, as a socket may deliver from within.
      this.#socket.resume();
    });
  }

  #begin(): void {
    this.#checkUsable();
    this.#reading = true;
  }

  #checkUsable(): void {
    if (this.#reading) throw new TypesError('ERR_READER_BUSY', 'another read is under way');
    if (this.#released)
      throw new TypesError('ERR_READER_RELEASED', 'the socket was given to another handler');
  }

  #endError(length: number): Error {
    return (
      this.#closed?.error ??
      new TypesError('ERR_UNEXPECTED_EOF', `the stream ended after ${this.#held} of ${length} bytes`)
    );
  }

  #take(length: number): Uint8Array {
    const first = this.#chunks[0];
    let taken: Uint8Array;
    if (first !== undefined && first.length === length) {
      taken = first;
      this.#chunks.shift();
    } else {
      taken = new Uint8Array(length);
      for (let at = 0; at < length;) {
        const chunk = this.#chunks[0] as Uint8Array;
        const part = chunk.subarray(0, length - at);
        taken.set(part, at);
        at += part.length;
        if (part.length === chunk.length) this.#chunks.shift();
        else this.#chunks[0] = chunk.subarray(part.length);
      }
    }
    this.#held -= length;
    return taken;
  }
}

function concat(parts: readonly Uint8Array[], total: number): Uint8Array {
  const all = new Uint8Array(total);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
