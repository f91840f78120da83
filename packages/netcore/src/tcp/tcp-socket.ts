import type { Socket as NodeSocket } from 'node:net';
import { releaseMemory, type Socket, type SocketHandler } from '@diemnet/types';
import { NetcoreError } from '../errors.js';
import { parseIp } from '../ip-networks.js';
import { fromSystemError } from '../system-error.js';

/** What a {@link TcpSocket} is told about the connection it wraps. */
export interface TcpSocketInit {
  /** Whether each chunk has memory of its own. */
  readonly stableChunks: boolean;
}

/**
 * A TCP connection. Wraps a connected `net.Socket` that is paused, allows half-open, and has no other listeners;
 * whoever creates it calls {@link receive} with the data.
 */
export class TcpSocket implements Socket {
  readonly stableChunks: boolean;
  readonly remoteIp: string | undefined;
  readonly #raw: NodeSocket;
  #handler: SocketHandler | undefined;
  #paused = false;
  #ended = false;
  #error: Error | undefined;
  #gone = false;
  #closeDelivered = false;
  /** Written by `writeAndRelease`, and perhaps not sent. */
  #spent: Uint8Array[] = [];
  readonly #drained = () => {
    this.#releaseSpent();
    if (!this.#raw.destroyed) this.#guard(() => this.#handler?.onDrain());
  };
  /** Read, but meant for the next handler. */
  #unread: Uint8Array | undefined;

  constructor(raw: NodeSocket, { stableChunks }: TcpSocketInit) {
    this.#raw = raw;
    this.stableChunks = stableChunks;
    // Kept, since the system forgets it once the connection is gone.
    this.remoteIp = parseIp(raw.remoteAddress ?? '')?.ip;
    // Node resumes a little later, and then starts to read even if the socket was paused in between.
    raw.on('resume', () => {
      if (this.#paused || this.#handler === undefined) raw.pause();
    });
    raw.on('end', () => this.#guard(() => this.#handler?.onEnd()));
    // A remote that reads fast enough would otherwise keep us writing, and the timers and other sockets of the node waiting.
    // eslint-disable-next-line no-restricted-globals -- a turn of the event loop, no time
    raw.on('drain', () => setImmediate(this.#drained));
    raw.on('error', (error) => (this.#error ??= fromSystemError('TCP connection lost', error)));
    raw.on('close', () => this.#onGone());
  }

  get queuedBytes(): number {
    return this.#raw.destroyed ? 0 : this.#raw.writableLength;
  }

  get closed(): boolean {
    return this.#raw.destroyed;
  }

  setHandler(handler: SocketHandler): void {
    this.#handler = handler;
    if (this.#gone) queueMicrotask(() => this.#deliverClose());
    else this.#flow();
  }

  write(chunk: Uint8Array): boolean {
    this.#assertWritable();
    return chunk.length === 0 ? !this.#raw.writableNeedDrain : this.#raw.write(chunk);
  }

  /** One `writev`. */
  writeMany(chunks: readonly Uint8Array[]): boolean {
    const [first] = chunks;
    if (first !== undefined && chunks.length === 1) return this.write(first);
    this.#assertWritable();
    this.#raw.cork();
    for (const chunk of chunks) if (chunk.length > 0) this.#raw.write(chunk);
    this.#raw.uncork();
    return !this.#raw.writableNeedDrain;
  }

  /** The system has copied what it took, so that a queue that is empty holds nobody's memory. */
  writeAndRelease(chunks: readonly Uint8Array[]): boolean {
    const writable = this.writeMany(chunks);
    if (this.#spent.length === 0 && this.#raw.writableLength === 0) {
      releaseMemory(chunks);
      return writable;
    }
    for (let i = 0; i < chunks.length; i++) this.#spent.push(chunks[i] as Uint8Array);
    this.#releaseSpent();
    return writable;
  }

  end(): void {
    if (this.#ended || this.#raw.destroyed) return;
    this.#ended = true;
    this.#raw.end();
  }

  destroy(error?: Error): void {
    if (this.#raw.destroyed) return;
    this.#error = error;
    this.#unread = undefined;
    // Without the error: Node would only emit it back to us.
    this.#raw.destroy();
  }

  pause(): void {
    this.#paused = true;
    this.#raw.pause();
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#flow();
  }

  /** Takes data that arrived. Valid during the call only, unless `stableChunks`. */
  receive(chunk: Uint8Array): void {
    // Not through #guard, which would cost a closure for every chunk.
    try {
      this.#handler?.onData(chunk);
    } catch (error) {
      this.#blame(error);
    }
  }

  /** Takes the handler off and gives `surplus`, which it had received and did not need, to the next one. */
  unread(surplus: Uint8Array): void {
    this.#handler = undefined;
    this.#paused = false;
    this.#raw.pause();
    if (surplus.length > 0) this.#unread = surplus;
  }

  #releaseSpent(): void {
    // Of a socket that is gone the system may still hold what was under way: that is for the garbage collector.
    if (this.#spent.length === 0 || this.#raw.destroyed || this.#raw.writableLength > 0) return;
    releaseMemory(this.#spent);
    this.#spent = [];
  }

  #flow(): void {
    if (this.#handler === undefined || this.#paused || this.#raw.destroyed) return;
    if (this.#unread === undefined) this.#raw.resume();
    else queueMicrotask(() => this.#deliverUnread());
  }

  #deliverUnread(): void {
    const surplus = this.#unread;
    if (surplus === undefined || this.#paused || this.#handler === undefined || this.#raw.destroyed) return;
    this.#unread = undefined;
    this.receive(surplus);
    this.#flow();
  }

  #guard(call: () => void): void {
    try {
      call();
    } catch (error) {
      this.#blame(error);
    }
  }

  /** A handler that throws is defective, and nobody knows what it missed: no more of this stream. */
  #blame(thrown: unknown): void {
    this.destroy(thrown instanceof Error ? thrown : fromSystemError('a socket handler threw', thrown));
  }

  #assertWritable(): void {
    if (this.#ended || this.#raw.destroyed) {
      throw new NetcoreError(
        'ERR_BROKEN_PIPE',
        this.#ended ? 'this end of the TCP connection was ended' : 'the TCP connection is closed',
      );
    }
  }

  #onGone(): void {
    this.#gone = true;
    this.#spent = [];
    this.#raw.removeAllListeners();
    this.#deliverClose();
  }

  #deliverClose(): void {
    if (this.#closeDelivered || this.#handler === undefined) return;
    this.#closeDelivered = true;
    try {
      this.#handler.onClose(this.#error);
    } catch {
      // The socket is gone already; there is nothing left to take away from a defective handler.
    }
  }
}
