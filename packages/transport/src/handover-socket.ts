import type { Socket, SocketHandler, SocketReader } from '@diemnet/types';

/**
 * A socket from which something was read with a {@link SocketReader}: the first handler gets what the reader had read
 * too far, then the stream goes on below without this object in its way.
 *
 * Until a handler is set the reader keeps listening, so that neither bytes nor an end are lost between two owners.
 */
export class HandoverSocket implements Socket {
  readonly #socket: Socket;
  readonly #remoteIp: string | undefined;
  #reader: SocketReader | undefined;
  #prefix: Uint8Array | undefined;
  /** The handler that waits for its turn. */
  #next: SocketHandler | undefined;
  #paused = false;
  #scheduled = false;

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
    this.#prefix = options.prefix;
    this.#remoteIp = options.remoteIp;
  }

  setHandler(handler: SocketHandler): void {
    if (this.#reader === undefined) return this.#socket.setHandler(handler);
    this.#next = handler;
    this.#scheduleRelease();
  }

  write(chunk: Uint8Array): boolean {
    return this.#socket.write(chunk);
  }

  writeMany(chunks: readonly Uint8Array[]): boolean {
    return this.#socket.writeMany(chunks);
  }

  get queuedBytes(): number {
    return this.#socket.queuedBytes;
  }

  end(): void {
    this.#socket.end();
  }

  destroy(error?: Error): void {
    this.#socket.destroy(error);
  }

  pause(): void {
    this.#paused = true;
    if (this.#reader === undefined) this.#socket.pause();
  }

  resume(): void {
    this.#paused = false;
    if (this.#reader === undefined) this.#socket.resume();
    else this.#scheduleRelease();
  }

  get stableChunks(): boolean {
    return this.#socket.stableChunks;
  }

  get closed(): boolean {
    return this.#socket.closed;
  }

  get remoteIp(): string | undefined {
    return this.#remoteIp ?? this.#socket.remoteIp;
  }

  /** Not at once: a socket never calls a handler before `setHandler` has returned. */
  #scheduleRelease(): void {
    if (this.#scheduled || this.#next === undefined || this.#paused) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      const reader = this.#reader;
      if (reader === undefined || this.#paused || this.#next === undefined) return;
      const handler = this.#next;
      const prefix = this.#prefix;
      this.#reader = undefined;
      this.#next = undefined;
      this.#prefix = undefined;
      if (prefix !== undefined && prefix.length > 0) handler.onData(prefix);
      reader.release(handler);
      // The handler may have paused while it was given what was read too far; release resumes the socket.
      if (this.#paused) this.#socket.pause();
    });
  }
}
