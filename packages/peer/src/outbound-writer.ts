import type { Socket } from '@diemnet/types';
import type { OutboundScheduler } from './outbound-scheduler.js';
import { WriteBatch } from './write-batch.js';
import type { WriteSlab } from './write-slab.js';

/** Told by an {@link OutboundWriter}. */
export interface WriterListener {
  /** Something was given to the socket, or could not be: time to look at room, idleness and stalls. */
  onFlushed(): void;
  /** The socket refuses to be written. */
  onWriteFailed(error: unknown): void;
}

/**
 * Feeds the socket from the scheduler. What is queued during one turn of the event loop goes out together; when
 * the socket pushes back the rest stays in the lanes, where something more urgent can still overtake it.
 */
export class OutboundWriter {
  readonly #socket: Socket;
  readonly #scheduler: OutboundScheduler;
  readonly #listener: WriterListener;
  readonly #batch: WriteBatch;
  readonly #flushTask = () => {
    this.#scheduled = false;
    this.flush();
  };
  #scheduled = false;
  #flushing = false;
  #blocked = false;
  #stopped = false;
  #drains = 0;

  constructor(
    socket: Socket,
    scheduler: OutboundScheduler,
    listener: WriterListener,
    { batchBytes, slab }: { readonly batchBytes: number; readonly slab?: WriteSlab | undefined },
  ) {
    this.#socket = socket;
    this.#scheduler = scheduler;
    this.#listener = listener;
    this.#batch = new WriteBatch(batchBytes, slab);
  }

  /** The socket wants no more until it has drained. */
  get blocked(): boolean {
    return this.#blocked;
  }

  /** Everything that was accepted is with the socket. */
  get idle(): boolean {
    return this.#scheduler.messages === 0 && this.#batch.restBytes === 0;
  }

  /** Bytes of a begun message that wait for the socket. */
  get restBytes(): number {
    return this.#batch.restBytes;
  }

  /** Writes at the end of this turn. One callback for all messages of the turn. */
  schedule(): void {
    if (this.#scheduled || this.#blocked || this.#stopped) return;
    this.#scheduled = true;
    queueMicrotask(this.#flushTask);
  }

  /** Writes now, as much as the socket takes. */
  flush(): void {
    if (this.#flushing || this.#stopped) return;
    this.#flushing = true;
    try {
      while (!this.#blocked && !this.#stopped && this.#fillBatch()) this.#writeBatch();
    } catch (error) {
      this.#stopped = true;
      this.#listener.onWriteFailed(error);
    } finally {
      this.#flushing = false;
    }
    if (!this.#stopped) this.#listener.onFlushed();
  }

  onDrain(): void {
    this.#drains++;
    this.#blocked = false;
    this.flush();
  }

  /** Writes nothing any more. */
  stop(): void {
    this.#stopped = true;
  }

  #fillBatch(): boolean {
    const batch = this.#batch;
    batch.addRest();
    while (!batch.full) {
      const message = this.#scheduler.next();
      if (message === undefined) break;
      batch.add(message);
    }
    return !batch.isEmpty;
  }

  #writeBatch(): void {
    const drains = this.#drains;
    const writable = this.#socket.writeMany(this.#batch.take());
    // A socket that drains inside the call has room whatever it then says.
    this.#blocked = !writable && drains === this.#drains;
  }
}
