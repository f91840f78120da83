import { TestSocket } from './test-socket.js';

/** One half of a linked pair: what it writes arrives at the other half, in order, on a microtask. */
class LinkedSocket extends TestSocket {
  readonly #highWaterBytes: number;
  readonly #inbox: Uint8Array[] = [];
  #other: LinkedSocket = this;
  #turnDue = false;
  #owesDrain = false;
  #endDelivered = false;

  constructor(highWaterBytes: number) {
    super();
    this.#highWaterBytes = highWaterBytes;
  }

  link(other: LinkedSocket): void {
    this.#other = other;
  }

  override writeMany(chunks: readonly Uint8Array[]): boolean {
    super.writeMany(chunks);
    this.written.length = 0;
    this.#other.#inbox.push(...chunks);
    for (const chunk of chunks) this.queuedBytes += chunk.length;
    this.#other.#wake();
    this.#owesDrain = this.queuedBytes > this.#highWaterBytes;
    return !this.#owesDrain;
  }

  override end(): void {
    super.end();
    this.#other.#wake();
  }

  override destroy(error?: Error): void {
    if (this.closed || this.destroyed) return;
    super.destroy(error);
    this.#other.#wake();
  }

  override resume(): void {
    super.resume();
    this.#wake();
  }

  #wake(): void {
    if (this.#turnDue) return;
    this.#turnDue = true;
    queueMicrotask(() => this.#turn());
  }

  #turn(): void {
    this.#turnDue = false;
    const other = this.#other;
    while (!this.paused && this.#inbox.length > 0) {
      const chunk = this.#inbox.shift() as Uint8Array;
      other.queuedBytes -= chunk.length;
      this.receive(chunk);
    }
    if (other.#owesDrain && 2 * other.queuedBytes <= this.#highWaterBytes && !other.closed) {
      other.#owesDrain = false;
      other.drain();
    }
    if (this.#inbox.length > 0) return;
    if ((other.ended || other.destroyed) && !this.#endDelivered && !this.closed) {
      this.#endDelivered = true;
      this.remoteEnd();
    }
  }
}

/**
 * Two linked sockets with back-pressure and half-close. `highWaterBytes`: what one direction holds before write
 * answers false. Pausing one half makes it a remote that does not read.
 */
export function createTestSocketPair({ highWaterBytes = 64 * 1024 }: { highWaterBytes?: number } = {}): [
  TestSocket,
  TestSocket,
] {
  const a = new LinkedSocket(highWaterBytes);
  const b = new LinkedSocket(highWaterBytes);
  a.link(b);
  b.link(a);
  return [a, b];
}
