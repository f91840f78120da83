import type { Socket as NodeSocket } from 'node:net';
import { DiemNetError, type Socket, type SocketHandler } from '@diemnet/types';

/** A connected Unix socket, given paused and with `allowHalfOpen`. */
export class UnixSocket implements Socket {
  /** Node gives each chunk memory that it does not use again. */
  readonly stableChunks = true;
  readonly remoteIp = undefined;
  readonly #raw: NodeSocket;
  #handler: SocketHandler | undefined;
  #paused = false;
  #ended = false;
  #error: Error | undefined;
  #gone = false;
  #told = false;

  constructor(raw: NodeSocket) {
    this.#raw = raw;
    raw.pause();
    raw.on('data', (chunk: Uint8Array) => this.#tell((handler) => handler.onData(chunk)));
    raw.on('end', () => this.#tell((handler) => handler.onEnd()));
    raw.on('drain', () => this.#tell((handler) => handler.onDrain()));
    raw.on('error', (error) => (this.#error ??= error));
    raw.on('close', () => {
      this.#gone = true;
      this.#tellClose();
    });
    // Node resumes a turn later, and would read although we paused in between.
    raw.on('resume', () => this.#paused && raw.pause());
  }

  get queuedBytes(): number {
    return this.#raw.destroyed ? 0 : this.#raw.writableLength;
  }

  get closed(): boolean {
    return this.#raw.destroyed;
  }

  setHandler(handler: SocketHandler): void {
    this.#handler = handler;
    // Never from within: whoever sets a handler has not returned yet.
    if (this.#gone) queueMicrotask(() => this.#tellClose());
    else if (!this.#paused) this.#raw.resume();
  }

  write(chunk: Uint8Array): boolean {
    return this.writeMany([chunk]);
  }

  writeMany(chunks: readonly Uint8Array[]): boolean {
    if (this.#ended || this.#raw.destroyed)
      throw new DiemNetError('ERR_BROKEN_PIPE', 'the Unix socket takes no more');
    this.#raw.cork();
    for (const chunk of chunks) if (chunk.length > 0) this.#raw.write(chunk);
    this.#raw.uncork();
    return !this.#raw.writableNeedDrain;
  }

  end(): void {
    if (this.#ended || this.#raw.destroyed) return;
    this.#ended = true;
    this.#raw.end();
  }

  destroy(error?: Error): void {
    if (this.#raw.destroyed) return;
    this.#error = error;
    this.#raw.destroy();
  }

  pause(): void {
    this.#paused = true;
    this.#raw.pause();
  }

  resume(): void {
    this.#paused = false;
    if (this.#handler !== undefined) this.#raw.resume();
  }

  /** A handler that throws is defective: nobody knows what it missed, so the stream ends. */
  #tell(call: (handler: SocketHandler) => void): void {
    try {
      if (this.#handler !== undefined) call(this.#handler);
    } catch (error) {
      this.destroy(error instanceof Error ? error : new DiemNetError('ERR_HANDLER', 'a handler threw'));
    }
  }

  #tellClose(): void {
    if (this.#told || this.#handler === undefined) return;
    this.#told = true;
    this.#tell((handler) => handler.onClose(this.#error));
  }
}
