import { ChannelError } from './errors.js';
import type { Feedback } from './key-queue.js';

interface PushTarget<K, M> {
  push(key: K, message: M, feedback?: Feedback<M>): boolean;
  createSender(): KeyedSender<K, M>;
  readonly closed: boolean;
}

/** One of the sending ends of a KeyedChannel. The channel ends when the last of them is closed. */
export class KeyedSender<K, M> {
  readonly #channel: PushTarget<K, M>;
  readonly #onClose: () => void;
  #closed = false;

  /** @internal Use `channel.createSender()`. */
  constructor(channel: PushTarget<K, M>, onClose: () => void) {
    this.#channel = channel;
    this.#onClose = onClose;
  }

  /** True after `close`, or when the channel is closed as a whole. */
  get closed(): boolean {
    return this.#closed || this.#channel.closed;
  }

  /**
   * As `channel.push`.
   * @throws ChannelError `ERR_CHANNEL_CLOSED` after `close`; `ERR_CHANNEL_RECEIVER_GONE`
   */
  push(key: K, message: M, feedback?: Feedback<M>): boolean {
    this.#checkOpen();
    return this.#channel.push(key, message, feedback);
  }

  /** Another sender of the same channel. @throws ChannelError `ERR_CHANNEL_CLOSED` */
  clone(): KeyedSender<K, M> {
    this.#checkOpen();
    return this.#channel.createSender();
  }

  /** Lets go. May be called twice. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#onClose();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #checkOpen(): void {
    if (this.#closed) throw new ChannelError('ERR_CHANNEL_CLOSED', 'this sender is closed');
  }
}
