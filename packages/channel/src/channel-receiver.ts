import { abortReason, throwIfAborted, type WaitOptions } from '@diemnet/types';
import { ChannelError } from './errors.js';

interface Waiter<T> {
  resolve(item: T | undefined): void;
  reject(error: Error): void;
}

/**
 * The receiving end that all channels share: one consumer, which polls with `pop`, awaits `receive`, iterates, or
 * is told synchronously by {@link onReadable} and then pops without a promise per message.
 */
export abstract class ChannelReceiver<T> implements AsyncIterable<T> {
  #waiter: Waiter<T> | undefined;
  #onReadable: (() => void) | undefined;
  #terminated = false;

  /** Takes the next item; undefined if nothing is ready, or at the end. */
  pop(): T | undefined {
    const item = this.takeNext();
    if (item === undefined && this.exhausted) this.#terminated = true;
    return item;
  }

  /** True once the receiver has seen the end: nothing is left and nobody can send. */
  get terminated(): boolean {
    return this.#terminated;
  }

  /**
   * The next item, waiting for it if need be; undefined at the end, every time. Aborting loses no item.
   * @throws ChannelError `ERR_CHANNEL_RECEIVER_BUSY` while another `receive` waits
   */
  async receive({ signal }: WaitOptions = {}): Promise<T | undefined> {
    throwIfAborted(signal);
    if (this.#waiter !== undefined) {
      throw new ChannelError('ERR_CHANNEL_RECEIVER_BUSY', 'a channel has one receiver at a time');
    }
    const item = this.pop();
    if (item !== undefined || this.#terminated) return item;
    return new Promise<T | undefined>((resolve, reject) => {
      const done = () => {
        this.#waiter = undefined;
        signal?.removeEventListener('abort', onAbort);
      };
      const onAbort = () => this.#waiter?.reject(abortReason(signal as AbortSignal));
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#waiter = {
        resolve: (next) => (done(), resolve(next)),
        reject: (error) => (done(), reject(error)),
      };
    });
  }

  /** Every item until the end. Leaving the loop leaves the channel as it is. */
  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    for (let item = await this.receive(); item !== undefined; item = await this.receive()) yield item;
  }

  /**
   * Called, from within the push, when an empty channel gets an item, and at the end; and at once when set while
   * items wait. Pop until undefined: there is no further call before the channel has been empty. It must not throw.
   */
  set onReadable(handler: (() => void) | undefined) {
    this.#onReadable = handler;
    if (this.length > 0 || (this.exhausted && !this.#terminated)) handler?.();
  }

  get onReadable(): (() => void) | undefined {
    return this.#onReadable;
  }

  /** Items that wait. */
  abstract get length(): number;

  /** Nothing is left and nobody can send. */
  protected abstract get exhausted(): boolean;

  /** Takes the next item without a look at the end. */
  protected abstract takeNext(): T | undefined;

  /** Tells the consumer that an empty channel got an item, or ended. */
  protected wakeReceiver(): void {
    const waiter = this.#waiter;
    if (waiter === undefined) {
      this.#onReadable?.();
      return;
    }
    const item = this.pop();
    if (item !== undefined || this.#terminated) waiter.resolve(item);
  }
}
