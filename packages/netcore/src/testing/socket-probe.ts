import type { Socket, SocketHandler } from '@diemnet/types';

/** What a {@link SocketProbe} heard. */
export type SocketEvent = 'data' | 'end' | 'drain' | 'close';

interface Waiter {
  readonly holds: () => boolean;
  readonly resolve: () => void;
}

/** A handler that keeps what it hears, and can be waited for without a clock. */
export class SocketProbe implements SocketHandler {
  /** In order; successive data count once. */
  readonly events: SocketEvent[] = [];
  closeError: Error | undefined;
  #parts: Uint8Array[] = [];
  #byteLength = 0;
  #waiters: Waiter[] = [];

  /** Becomes the handler of `socket` if there is one. */
  constructor(socket?: Socket) {
    socket?.setHandler(this);
  }

  /** Number of bytes received. */
  get byteLength(): number {
    return this.#byteLength;
  }

  /** All bytes received. */
  get bytes(): Uint8Array {
    const all = new Uint8Array(this.#byteLength);
    let at = 0;
    for (const part of this.#parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }

  /** Resolves when `holds` is true; asks after every event. */
  until(holds: () => boolean): Promise<void> {
    if (holds()) return Promise.resolve();
    return new Promise((resolve) => this.#waiters.push({ holds, resolve }));
  }

  /** Resolves when `count` bytes were received, in all. */
  untilBytes(count: number): Promise<void> {
    return this.until(() => this.#byteLength >= count);
  }

  /** Resolves when `event` was heard. */
  untilEvent(event: SocketEvent): Promise<void> {
    return this.until(() => this.events.includes(event));
  }

  onData(chunk: Uint8Array): void {
    this.#parts.push(Uint8Array.from(chunk));
    this.#byteLength += chunk.length;
    if (this.events.at(-1) !== 'data') this.events.push('data');
    this.#notify();
  }

  onEnd(): void {
    this.#note('end');
  }

  onDrain(): void {
    this.#note('drain');
  }

  onClose(error: Error | undefined): void {
    this.closeError = error;
    this.#note('close');
  }

  #note(event: SocketEvent): void {
    this.events.push(event);
    this.#notify();
  }

  #notify(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const waiter of waiters) {
      if (waiter.holds()) waiter.resolve();
      else this.#waiters.push(waiter);
    }
  }
}
