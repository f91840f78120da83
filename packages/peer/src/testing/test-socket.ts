import { DiemNetError, type Socket, type SocketHandler } from '@diemnet/types';

/**
 * A socket double that a test drives by hand: it records what was written, and everything a handler hears comes
 * from `receive`, `remoteEnd`, `drain` and `fail`, synchronously. Linked by {@link createTestSocketPair} it forwards
 * to its other half instead, on microtasks.
 */
export class TestSocket implements Socket {
  stableChunks = true;
  readonly remoteIp: string | undefined = undefined;
  readonly written: Uint8Array[] = [];
  /** Chunks of each call of write and writeMany. */
  readonly writes: number[] = [];
  /** What write answers. A test that sets it to false calls {@link drain} later. */
  writable = true;
  /** Thrown by the next write. */
  writeError: Error | undefined;
  queuedBytes = 0;
  ended = false;
  destroyed = false;
  closed = false;
  /** `onClose` follows `destroy`, and the end of both directions, on a microtask. Off: the test says when. */
  autoClose = true;
  #handler: SocketHandler | undefined;
  #remoteEnded = false;
  #paused = false;

  get started(): boolean {
    return this.#handler !== undefined;
  }

  setHandler(handler: SocketHandler): void {
    this.#handler = handler;
  }

  write(chunk: Uint8Array): boolean {
    return this.writeMany([chunk]);
  }

  writeMany(chunks: readonly Uint8Array[]): boolean {
    if (this.ended || this.closed || this.destroyed) throw brokenPipe();
    if (this.writeError !== undefined) throw this.writeError;
    this.written.push(...chunks);
    this.writes.push(chunks.length);
    return this.writable;
  }

  end(): void {
    this.ended = true;
    if (this.#remoteEnded && this.autoClose) queueMicrotask(() => this.fail());
  }

  destroy(error?: Error): void {
    if (this.destroyed || this.closed) return;
    this.destroyed = true;
    if (this.autoClose) queueMicrotask(() => this.fail(error));
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
  }

  get paused(): boolean {
    return this.#paused;
  }

  /** Bytes arrive. */
  receive(chunk: Uint8Array): void {
    if (!this.closed && !this.destroyed) this.#handler?.onData(chunk);
  }

  /** The remote ends its direction. */
  remoteEnd(): void {
    this.#remoteEnded = true;
    this.#handler?.onEnd();
    if (this.ended && this.autoClose) queueMicrotask(() => this.fail());
  }

  /** There is room again, for one write or (`writable`) for all that follow. */
  drain(writable = true): void {
    this.writable = writable;
    this.#handler?.onDrain();
  }

  /** The socket closes, with an error or without. */
  fail(error?: Error): void {
    if (this.closed) return;
    this.closed = true;
    this.#handler?.onClose(error);
  }

  /** Everything written so far, joined. Forgets it. */
  takeWritten(): Uint8Array {
    const bytes = new Uint8Array(this.written.reduce((sum, chunk) => sum + chunk.length, 0));
    let at = 0;
    for (const chunk of this.written) {
      bytes.set(chunk, at);
      at += chunk.length;
    }
    this.written.length = 0;
    return bytes;
  }
}

function brokenPipe(): DiemNetError {
  return new DiemNetError('ERR_BROKEN_PIPE', 'the test socket was ended');
}
