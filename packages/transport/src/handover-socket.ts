import type { Socket, SocketHandler, SocketReader } from '@diemnet/types';

/** What waits for the first handler. */
type Pending =
  | { readonly type: 'data'; readonly chunk: Uint8Array }
  | { readonly type: 'end' }
  | { readonly type: 'close'; readonly error: Error | undefined };

/**
 * A socket from which something was read with a {@link SocketReader}: its first handler gets what the reader had read
 * too far, then the stream goes on below without this object in its way.
 *
 *   reader listens --setHandler--> what it held is delivered --empty--> the handler listens below
 *
 * Until then the reader keeps listening, so that neither bytes nor an end are lost between two owners.
 */
export class HandoverSocket implements Socket, SocketHandler {
  readonly #socket: Socket;
  readonly #remoteIp: string | undefined;
  #reader: SocketReader | undefined;
  #handler: SocketHandler | undefined;
  #pending: Pending[] = [];
  #paused = false;
  #destroyed = false;
  #turnDue = false;
  /** The handler listens to the socket below. */
  #done = false;

  constructor(
    socket: Socket,
    reader: SocketReader,
    options: {
      /** Comes before everything else: bytes that were taken from the reader to look at them. */
      readonly prefix?: Uint8Array | undefined;
      /** Instead of the socket's own, for connections through a proxy. */
      readonly remoteIp?: string | undefined;
    } = {},
  ) {
    this.#socket = socket;
    this.#reader = reader;
    this.#remoteIp = options.remoteIp;
    if (options.prefix !== undefined) this.onData(options.prefix);
  }

  setHandler(handler: SocketHandler): void {
    this.#handler = handler;
    if (this.#done) this.#socket.setHandler(handler);
    else this.#wake();
  }

  write(chunk: Uint8Array): boolean {
    return this.#socket.write(chunk);
  }

  writeMany(chunks: readonly Uint8Array[]): boolean {
    return this.#socket.writeMany(chunks);
  }

  writeAndRelease(chunks: readonly Uint8Array[]): boolean {
    return this.#socket.writeAndRelease?.(chunks) ?? this.#socket.writeMany(chunks);
  }

  get queuedBytes(): number {
    return this.#socket.queuedBytes;
  }

  end(): void {
    this.#socket.end();
  }

  destroy(error?: Error): void {
    this.#destroyed = true;
    this.#pending = [];
    this.#socket.destroy(error);
  }

  pause(): void {
    this.#paused = true;
    this.#socket.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#socket.resume();
    if (!this.#done) this.#wake();
  }

  get stableChunks(): boolean {
    return this.#socket.stableChunks;
  }

  get ownChunks(): boolean {
    return this.#socket.ownChunks === true;
  }

  get closed(): boolean {
    return this.#socket.closed;
  }

  get remoteIp(): string | undefined {
    return this.#remoteIp ?? this.#socket.remoteIp;
  }

  /** From the reader, or from the socket below while something older waits. */
  onData(chunk: Uint8Array): void {
    if (this.#destroyed) return;
    // The reader's chunks and the prefix are copies already; those from below may not outlive this call.
    const kept = this.#reader !== undefined || this.#socket.stableChunks ? chunk : Uint8Array.from(chunk);
    this.#pending.push({ type: 'data', chunk: kept });
    this.#wake();
  }

  onEnd(): void {
    if (this.#destroyed) return;
    this.#pending.push({ type: 'end' });
    this.#wake();
  }

  onDrain(): void {
    this.#handler?.onDrain();
  }

  onClose(error: Error | undefined): void {
    // A failure is told at once, also to a handler that has paused; after an orderly end nothing is left out.
    if (error !== undefined && this.#paused) this.#pending = [];
    this.#pending.push({ type: 'close', error });
    this.#wake();
  }

  /** Not at once: a socket never calls a handler before `setHandler` has returned. */
  #wake(): void {
    if (this.#turnDue || this.#handler === undefined) return;
    this.#turnDue = true;
    queueMicrotask(() => {
      this.#turnDue = false;
      this.#turn();
    });
  }

  #turn(): void {
    const reader = this.#reader;
    if (reader !== undefined) {
      this.#reader = undefined;
      reader.release(this);
      if (this.#paused) this.#socket.pause(); // which release ended
    }
    for (let next = this.#pending[0]; next !== undefined; next = this.#pending[0]) {
      if (this.#paused && !(next.type === 'close' && next.error !== undefined)) return;
      this.#pending.shift();
      this.#deliver(next);
    }
    // A socket that is gone has one more thing to tell, and tells it to whom it listens now: us.
    if (this.#done || this.#socket.closed) return;
    this.#done = true;
    this.#socket.setHandler(this.#handler as SocketHandler);
  }

  #deliver(pending: Pending): void {
    const handler = this.#handler as SocketHandler;
    try {
      if (pending.type === 'data') handler.onData(pending.chunk);
      else if (pending.type === 'end') handler.onEnd();
      else handler.onClose(pending.error);
    } catch (error) {
      this.destroy(error instanceof Error ? error : undefined);
    }
  }
}
