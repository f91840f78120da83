import type { Socket, SocketHandler } from '@diemnet/types';

/** A socket without a network: a test plays the remote, and sees what was written. */
export class FakeSocket implements Socket {
  stableChunks = true;
  closed = false;
  remoteIp: string | undefined;
  queuedBytes = 0;
  paused = false;
  ended = false;
  destroyedWith: { error: Error | undefined } | undefined;
  /** What `write` answers. */
  hasRoom = true;
  readonly written: number[] = [];
  readonly writes: number[] = [];
  handler: SocketHandler | undefined;

  setHandler(handler: SocketHandler): void {
    this.handler = handler;
  }

  write(chunk: Uint8Array): boolean {
    return this.writeMany([chunk]);
  }

  writeMany(chunks: readonly Uint8Array[]): boolean {
    this.writes.push(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
    for (const chunk of chunks) this.written.push(...chunk);
    return this.hasRoom;
  }

  end(): void {
    this.ended = true;
  }

  destroy(error?: Error): void {
    if (this.closed) return;
    this.destroyedWith = { error };
    this.closed = true;
    queueMicrotask(() => this.handler?.onClose(error));
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
  }

  /** The remote ends in good order, after we did. */
  close(error?: Error): void {
    this.closed = true;
    this.handler?.onClose(error);
  }
}

/** Plays a remote that sends `bytes` in chunks, whenever the socket is not paused, and then ends. */
export function feed(socket: FakeSocket, bytes: Uint8Array, chunkSize: number): () => void {
  let at = 0;
  let ended = false;
  return () => {
    while (!socket.paused && at < bytes.length) {
      const chunk = bytes.slice(at, at + chunkSize);
      at += chunk.length;
      socket.handler?.onData(chunk);
      // Without stableChunks the socket uses its memory again.
      if (!socket.stableChunks) chunk.fill(0xee);
    }
    if (!socket.paused && at === bytes.length && !ended) {
      ended = true;
      socket.handler?.onEnd();
    }
  };
}

/** A handler that keeps what it was told. */
export class Recorder implements SocketHandler {
  readonly received: number[] = [];
  readonly events: string[] = [];
  drains = 0;
  onChunk: ((chunk: Uint8Array) => void) | undefined;

  onData(chunk: Uint8Array): void {
    this.received.push(...chunk);
    this.onChunk?.(chunk);
  }

  onEnd(): void {
    this.events.push(`end after ${this.received.length}`);
  }

  onDrain(): void {
    this.drains++;
  }

  onClose(error: Error | undefined): void {
    this.events.push(`close ${error?.message ?? 'in order'}`);
  }
}

/** Bytes 0, 1, 2, ... (mod 256). */
export function counting(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => i & 0xff);
}
