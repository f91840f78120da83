import { abortReason, throwIfAborted, type Gauge, type WaitOptions } from '@diemnet/types';
import { ChannelReceiver } from './channel-receiver.js';
import { ChannelError } from './errors.js';
import { checkCapacity } from './options.js';
import { Ring } from './ring.js';

/** Options of a {@link GaugedChannel}. */
export interface GaugedChannelOptions {
  /** Messages that may wait, at least 1. */
  readonly capacity: number;
  /** Goes up by one for a message queued and down by one for a message taken. @default none */
  readonly gauge?: Gauge | undefined;
}

interface WaitingSender<M> {
  readonly message: M;
  admit(): void;
  refuse(error: Error): void;
}

/**
 * A bounded FIFO queue with back-pressure: `send` waits while it is full (DiemNet behaviour, section 2).
 *
 * The gauge is only ever moved by this channel's own messages. Several channels may share one, and creating another
 * does not reset what it shows.
 *
 * Messages must not be undefined.
 */
export class GaugedChannel<M> extends ChannelReceiver<M> {
  readonly #capacity: number;
  readonly #gauge: Gauge | undefined;
  readonly #queue = new Ring<M>();
  /** In order of arrival; a set, so that giving up takes constant time. */
  readonly #waiting = new Set<WaitingSender<M>>();
  #closed = false;
  #receiverGone = false;

  /** @throws ChannelError `ERR_CHANNEL_INVALID_OPTION` */
  constructor({ capacity, gauge }: GaugedChannelOptions) {
    super();
    checkCapacity(capacity);
    this.#capacity = capacity;
    this.#gauge = gauge;
  }

  get length(): number {
    return this.#queue.length;
  }

  /** Senders that wait for room. */
  get waitingSenders(): number {
    return this.#waiting.size;
  }

  /** True once nobody can send any more. */
  get closed(): boolean {
    return this.#closed;
  }

  /**
   * Queues a message as soon as there is room; those who wait go first come, first served.
   * @throws ChannelError `ERR_CHANNEL_RECEIVER_GONE`, `ERR_CHANNEL_CLOSED`; the reason of `signal`
   */
  async send(message: M, { signal }: WaitOptions = {}): Promise<void> {
    throwIfAborted(signal);
    if (this.trySend(message)) return;
    await new Promise<void>((resolve, reject) => {
      const done = () => {
        this.#waiting.delete(sender);
        signal?.removeEventListener('abort', onAbort);
      };
      const sender: WaitingSender<M> = {
        message,
        admit: () => (done(), resolve()),
        refuse: (error) => (done(), reject(error)),
      };
      const onAbort = () => {
        sender.refuse(abortReason(signal as AbortSignal));
        this.#wakeAtEnd();
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#waiting.add(sender);
    });
  }

  /**
   * Queues a message if there is room. False if not.
   * @throws ChannelError `ERR_CHANNEL_RECEIVER_GONE`, `ERR_CHANNEL_CLOSED`
   */
  trySend(message: M): boolean {
    if (this.#receiverGone) {
      throw new ChannelError('ERR_CHANNEL_RECEIVER_GONE', 'nobody receives from this channel any more');
    }
    if (this.#closed) throw new ChannelError('ERR_CHANNEL_CLOSED', 'the channel is closed for sending');
    if (this.#queue.length >= this.#capacity) return false;
    this.#enqueue(message);
    if (this.#queue.length === 1) this.wakeReceiver();
    return true;
  }

  /** Ends sending. The receiver still gets everything queued, and from those who wait, then the end. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#wakeAtEnd();
  }

  /** The receiver goes: everything queued is dropped, who waits is refused, and sending is an error from now on. */
  closeReceiver(): void {
    if (this.#receiverGone) return;
    this.#receiverGone = true;
    this.#closed = true;
    while (this.#queue.popFront() !== undefined) this.#gauge?.dec();
    for (const sender of [...this.#waiting]) {
      sender.refuse(
        new ChannelError('ERR_CHANNEL_RECEIVER_GONE', 'nobody receives from this channel any more'),
      );
    }
    this.#wakeAtEnd();
  }

  protected get exhausted(): boolean {
    return this.#closed && this.#queue.length === 0 && this.#waiting.size === 0;
  }

  protected takeNext(): M | undefined {
    const message = this.#queue.popFront();
    if (message === undefined) return undefined;
    this.#gauge?.dec();
    const next: WaitingSender<M> | undefined = this.#waiting.values().next().value;
    if (next !== undefined) {
      this.#enqueue(next.message);
      next.admit();
    }
    return message;
  }

  #enqueue(message: M): void {
    this.#queue.pushBack(message);
    this.#gauge?.inc();
  }

  #wakeAtEnd(): void {
    if (this.exhausted && !this.terminated) this.wakeReceiver();
  }
}
