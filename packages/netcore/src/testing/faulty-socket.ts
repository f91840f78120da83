import { systemTime, type Socket, type SocketHandler, type TimeService } from '@diemnet/types';
import { NetcoreError } from '../errors.js';

/** What is wrong with a {@link FaultySocket}. Inbound means towards its handler. */
export interface Faults {
  /** Inbound data come in pieces of at most this many bytes. @default as they arrive */
  readonly chunkSize?: number;
  /** Inbound data, end and drain come this much later, in milliseconds. @default 0 */
  readonly latencyMs?: number;
  /** After this many inbound bytes the connection is lost. @default never */
  readonly dropAfterBytes?: number;
  /** The inbound byte with this index arrives with its lowest bit changed. @default none */
  readonly corruptAt?: number;
  /** Writes are held, and answered false, until `releaseWrites`. @default false */
  readonly stallWrites?: boolean;
  /** Each chunk is overwritten as soon as its handler returns, as sockets may do (`stableChunks`). @default false */
  readonly reuseChunks?: boolean;
  /** Clock of the latency. @default systemTime */
  readonly time?: TimeService;
}

/** `inner` with faults. @example faultySocket(socket, { chunkSize: 1 }) */
export function faultySocket(inner: Socket, faults: Faults = {}): FaultySocket {
  return new FaultySocket(inner, faults);
}

/** A socket that treats another one badly, for tests of whatever reads from sockets. */
export class FaultySocket implements Socket, SocketHandler {
  readonly #inner: Socket;
  readonly #faults: Faults;
  #handler: SocketHandler | undefined;
  #paused = false;
  #delivering = false;
  #arrived: Uint8Array[] = [];
  #endArrived = false;
  #closeArrived = false;
  #delivered = 0;
  #stalled: boolean;
  #held: Uint8Array[] = [];
  #heldBytes = 0;
  #endHeld = false;
  #stopped = false;

  constructor(inner: Socket, faults: Faults) {
    this.#inner = inner;
    this.#faults = faults;
    this.#stalled = faults.stallWrites ?? false;
  }

  get stableChunks(): boolean {
    return this.#faults.reuseChunks !== true;
  }

  get closed(): boolean {
    return this.#inner.closed;
  }

  get remoteIp(): string | undefined {
    return this.#inner.remoteIp;
  }

  get queuedBytes(): number {
    return this.#heldBytes + this.#inner.queuedBytes;
  }

  setHandler(handler: SocketHandler): void {
    const first = this.#handler === undefined;
    this.#handler = handler;
    if (first) this.#inner.setHandler(this);
    else queueMicrotask(() => this.#deliver());
  }

  write(chunk: Uint8Array): boolean {
    return this.writeMany([chunk]);
  }

  writeMany(chunks: readonly Uint8Array[]): boolean {
    if (this.#endHeld) throw new NetcoreError('ERR_BROKEN_PIPE', 'this end of the socket was ended');
    if (!this.#stalled || this.#inner.closed) return this.#inner.writeMany(chunks);
    for (const chunk of chunks) this.#heldBytes += chunk.length;
    this.#held.push(...chunks);
    return false;
  }

  /** Sends what `stallWrites` held; from now on writes pass. */
  releaseWrites(): void {
    if (!this.#stalled) return;
    this.#stalled = false;
    const held = this.#held;
    this.#held = [];
    this.#heldBytes = 0;
    if (this.#inner.closed) return;
    const hasRoom = held.length === 0 || this.#inner.writeMany(held);
    if (this.#endHeld) this.#inner.end();
    else if (held.length > 0 && hasRoom) queueMicrotask(() => this.#handler?.onDrain());
  }

  end(): void {
    this.#endHeld = true;
    if (!this.#stalled) this.#inner.end();
  }

  destroy(error?: Error): void {
    this.#stop();
    this.#inner.destroy(error);
  }

  pause(): void {
    this.#paused = true;
    this.#inner.pause();
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#inner.resume();
    queueMicrotask(() => this.#deliver());
  }

  onData(chunk: Uint8Array): void {
    const copy = Uint8Array.from(chunk);
    this.#later(() => {
      this.#arrived.push(copy);
      this.#deliver();
    });
  }

  onEnd(): void {
    this.#later(() => {
      this.#endArrived = true;
      this.#deliver();
    });
  }

  onDrain(): void {
    this.#later(() => this.#handler?.onDrain());
  }

  /** An orderly close comes after what came before it; a failure drops that, and is not late either. */
  onClose(error: Error | undefined): void {
    if (error === undefined && !this.#stopped) {
      this.#later(() => {
        this.#closeArrived = true;
        this.#deliver();
      });
      return;
    }
    this.#stop();
    this.#handler?.onClose(error);
  }

  #later(action: () => void): void {
    const { latencyMs = 0, time = systemTime } = this.#faults;
    if (this.#stopped) return;
    if (latencyMs === 0) return action();
    time.schedule(latencyMs, () => {
      if (!this.#stopped) action();
    });
  }

  #deliver(): void {
    if (this.#delivering || this.#paused || this.#stopped) return;
    this.#delivering = true;
    try {
      while (this.#arrived.length > 0 && !this.#paused && !this.#stopped) this.#deliverPiece();
      if (this.#endArrived && !this.#paused && !this.#stopped) {
        this.#endArrived = false;
        this.#handler?.onEnd();
      }
    } catch (error) {
      this.destroy(error instanceof Error ? error : undefined);
    } finally {
      this.#delivering = false;
    }
    if (this.#closeArrived && this.#arrived.length === 0 && !this.#endArrived && !this.#stopped) {
      this.#stop();
      this.#handler?.onClose(undefined);
    }
  }

  #deliverPiece(): void {
    const {
      chunkSize = Infinity,
      dropAfterBytes = Infinity,
      corruptAt = -1,
      reuseChunks = false,
    } = this.#faults;
    const first = this.#arrived[0] as Uint8Array;
    const size = Math.min(chunkSize, dropAfterBytes - this.#delivered, first.length);
    const piece = first.slice(0, size);
    if (size === first.length) this.#arrived.shift();
    else this.#arrived[0] = first.subarray(size);

    const corrupted = corruptAt - this.#delivered;
    if (corrupted >= 0 && corrupted < size) piece[corrupted] = (piece[corrupted] as number) ^ 1;
    this.#delivered += size;
    if (size > 0) {
      this.#handler?.onData(piece);
      if (reuseChunks) piece.fill(0xa5);
    }
    if (this.#delivered >= dropAfterBytes) {
      this.destroy(
        new NetcoreError('ERR_CONNECTION_RESET', `the connection was lost after ${dropAfterBytes} bytes`),
      );
    }
  }

  #stop(): void {
    this.#stopped = true;
    this.#arrived = [];
    this.#endArrived = false;
  }
}
