import { ChunkQueue, type Socket, type SocketHandler } from '@diemnet/types';
import { MemsocketError } from './errors.js';
import {
  resolveMemorySocketOptions,
  type MemorySocketOptions,
  type ResolvedMemorySocketOptions,
} from './options.js';

/** How a socket ends: `afterEnd` if the handler is still to hear of the end of data first. */
interface Closing {
  readonly error: Error | undefined;
  readonly afterEnd: boolean;
}

/**
 * One end of an in-memory duplex stream (behaviour 4). Made in pairs: see {@link createMemorySocketPair}.
 *
 * What is written waits in the other end's inbox until its handler takes it; nothing is copied. Every handler call
 * comes from a turn that `deliver` runs, never from inside a call of either end.
 */
export class MemorySocket implements Socket {
  readonly stableChunks = true;
  readonly remoteIp: undefined = undefined;
  readonly #options: ResolvedMemorySocketOptions;
  readonly #inbox = new ChunkQueue();
  readonly #runTurn = () => this.#turn();
  #remote: MemorySocket;
  #handler: SocketHandler | undefined;
  #turnDue = false;
  #paused = false;
  /** `write` answered false and nobody was told yet that there is room again. */
  #owesDrain = false;
  /** We ended our direction. */
  #ended = false;
  /** Our handler heard that the remote ended its direction. */
  #endDelivered = false;
  #closing: Closing | undefined;
  #closeDelivered = false;

  private constructor(options: ResolvedMemorySocketOptions) {
    this.#options = options;
    this.#remote = this;
  }

  /** Two sockets, each the other's remote. */
  static pair(options: ResolvedMemorySocketOptions): [MemorySocket, MemorySocket] {
    const a = new MemorySocket(options);
    const b = new MemorySocket(options);
    a.#remote = b;
    b.#remote = a;
    return [a, b];
  }

  get queuedBytes(): number {
    return this.#closing === undefined ? this.#remote.#inbox.bytes : 0;
  }

  get closed(): boolean {
    return this.#closing !== undefined;
  }

  setHandler(handler: SocketHandler): void {
    this.#handler = handler;
    this.#wake();
  }

  write(chunk: Uint8Array): boolean {
    this.#assertWritable();
    this.#enqueue(chunk);
    return this.#hasRoom();
  }

  writeMany(chunks: readonly Uint8Array[]): boolean {
    this.#assertWritable();
    for (const chunk of chunks) this.#enqueue(chunk);
    return this.#hasRoom();
  }

  end(): void {
    if (this.#ended || this.#closing !== undefined) return;
    this.#ended = true;
    this.#owesDrain = false;
    this.#remote.#wake();
    this.#closeIfDone();
  }

  destroy(error?: Error): void {
    if (this.#closing !== undefined) return;
    const remote = this.#remote;
    const lossless = error === undefined && this.#inbox.bytes === 0 && remote.#inbox.bytes === 0;
    this.#close({ error, afterEnd: false });
    if (remote.#closing !== undefined) return;
    remote.#close({
      error: lossless
        ? undefined
        : new MemsocketError('ERR_CONNECTION_RESET', 'the other end of the memory socket was destroyed'),
      afterEnd: lossless,
    });
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#wake();
  }

  #assertWritable(): void {
    if (this.#ended || this.#closing !== undefined) {
      throw new MemsocketError(
        'ERR_BROKEN_PIPE',
        this.#ended ? 'this end of the memory socket was ended' : 'the memory socket is closed',
      );
    }
  }

  #enqueue(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    this.#remote.#inbox.push(chunk);
    this.#remote.#wake();
  }

  #hasRoom(): boolean {
    if (this.#remote.#inbox.bytes <= this.#options.highWaterMarkBytes) return true;
    this.#owesDrain = true;
    return false;
  }

  #close(closing: Closing): void {
    this.#closing = closing;
    this.#inbox.clear();
    this.#wake();
  }

  /** An orderly close: both directions ended, and both were taken to their end. */
  #closeIfDone(): void {
    if (
      this.#closing === undefined &&
      this.#ended &&
      this.#endDelivered &&
      this.#remote.#inbox.length === 0
    ) {
      this.#close({ error: undefined, afterEnd: false });
    }
  }

  #wake(): void {
    if (this.#turnDue || this.#handler === undefined || this.#closeDelivered) return;
    this.#turnDue = true;
    this.#options.deliver(this.#runTurn);
  }

  #turn(): void {
    this.#turnDue = false;
    try {
      this.#deliverDrain();
      this.#deliverData();
      this.#deliverEnd();
    } catch (error) {
      // A handler that throws is defective, and nobody knows what it missed: no more of this stream.
      this.destroy(error instanceof Error ? error : undefined);
    }
    if (this.#closing !== undefined) this.#deliverClose(this.#closing);
  }

  #deliverDrain(): void {
    if (!this.#owesDrain || this.#closing !== undefined || !this.#isDrained()) return;
    this.#owesDrain = false;
    this.#handler?.onDrain();
  }

  #isDrained(): boolean {
    return this.#remote.#inbox.bytes * 2 <= this.#options.highWaterMarkBytes;
  }

  #deliverData(): void {
    // Only what is there now: a handler that provokes more gets it in another turn.
    for (let due = this.#inbox.length; due > 0 && !this.#paused; due--) {
      const chunk = this.#inbox.take();
      if (chunk === undefined) break;
      if (this.#remote.#owesDrain && this.#remote.#isDrained()) this.#remote.#wake();
      this.#handler?.onData(chunk);
    }
    if (this.#inbox.length > 0 && !this.#paused) this.#wake();
    this.#remote.#closeIfDone();
  }

  #deliverEnd(): void {
    if (this.#endDelivered || this.#paused) return;
    const endReached =
      this.#closing === undefined ? this.#remote.#ended && this.#inbox.length === 0 : this.#closing.afterEnd;
    if (!endReached) return;
    this.#endDelivered = true;
    this.#handler?.onEnd();
    this.#closeIfDone();
  }

  #deliverClose({ error }: Closing): void {
    if (this.#closeDelivered) return;
    this.#closeDelivered = true;
    try {
      this.#handler?.onClose(error);
    } catch {
      // The socket is gone already; there is nothing left to take away from a defective handler.
    }
  }
}

/**
 * Two connected in-memory sockets.
 * @throws MemsocketError `ERR_INVALID_OPTION`
 * @example
 * const [client, server] = createMemorySocketPair();
 * server.setHandler(handler);
 * client.write(new TextEncoder().encode('hello'));
 */
export function createMemorySocketPair(options?: MemorySocketOptions): [MemorySocket, MemorySocket] {
  return MemorySocket.pair(resolveMemorySocketOptions(options));
}
