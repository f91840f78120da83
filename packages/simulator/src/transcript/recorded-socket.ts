import type { Socket, SocketHandler, TimeService } from '@diemnet/types';
import type { Transcript, TranscriptSide } from './transcript.js';

/**
 * `socket`, with all that passes it written to a transcript.
 * @example
 * const transcript = new Transcript();
 * const socket = recordSocket(await tcp.dial(address), transcript, { side: 'dialer', time: systemTime });
 */
export function recordSocket(
  socket: Socket,
  transcript: Transcript,
  { side, time }: { readonly side: TranscriptSide; readonly time: TimeService },
): Socket {
  return new RecordedSocket(socket, transcript, side, time);
}

class RecordedSocket implements Socket {
  readonly #inner: Socket;
  readonly #transcript: Transcript;
  readonly #side: TranscriptSide;
  readonly #time: TimeService;

  constructor(inner: Socket, transcript: Transcript, side: TranscriptSide, time: TimeService) {
    this.#inner = inner;
    this.#transcript = transcript;
    this.#side = side;
    this.#time = time;
  }

  get stableChunks(): boolean {
    return this.#inner.stableChunks;
  }

  get closed(): boolean {
    return this.#inner.closed;
  }

  get remoteIp(): string | undefined {
    return this.#inner.remoteIp;
  }

  get queuedBytes(): number {
    return this.#inner.queuedBytes;
  }

  setHandler(handler: SocketHandler): void {
    const remote = this.#side === 'dialer' ? 'listener' : 'dialer';
    this.#inner.setHandler({
      onData: (chunk) => {
        this.#transcript.add(this.#time.now(), remote, chunk);
        handler.onData(chunk);
      },
      onEnd: () => handler.onEnd(),
      onDrain: () => handler.onDrain(),
      onClose: (error) => handler.onClose(error),
    });
  }

  write(chunk: Uint8Array): boolean {
    const hasRoom = this.#inner.write(chunk);
    this.#transcript.add(this.#time.now(), this.#side, chunk);
    return hasRoom;
  }

  writeMany(chunks: readonly Uint8Array[]): boolean {
    const hasRoom = this.#inner.writeMany(chunks);
    for (const chunk of chunks) this.#transcript.add(this.#time.now(), this.#side, chunk);
    return hasRoom;
  }

  end(): void {
    this.#inner.end();
  }

  destroy(error?: Error): void {
    this.#inner.destroy(error);
  }

  pause(): void {
    this.#inner.pause();
  }

  resume(): void {
    this.#inner.resume();
  }
}
