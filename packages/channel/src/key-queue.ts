import { Ring } from './ring.js';

/** What became of a message: taken by the receiver, or displaced, refused or discarded. */
export type DeliveryStatus = 'dequeued' | 'dropped';

/** Told once what became of a message. Must not throw. */
export type Feedback<M> = (status: DeliveryStatus, message: M) => void;

/** A message under its key: what a KeyedChannel delivers. */
export interface KeyedMessage<K, M> {
  readonly key: K;
  readonly message: M;
}

/** A {@link KeyedMessage} with what only the channel needs: one object per message, from push to pop. */
export class QueuedMessage<K, M> implements KeyedMessage<K, M> {
  readonly key: K;
  readonly message: M;
  readonly #feedback: Feedback<M> | undefined;
  readonly #bytes: number;

  constructor(key: K, message: M, bytes: number, feedback: Feedback<M> | undefined) {
    this.key = key;
    this.message = message;
    this.#bytes = bytes;
    this.#feedback = feedback;
  }

  /** Size by the channel's `sizeOf`; 0 without one. */
  get bytes(): number {
    return this.#bytes;
  }

  tell(status: DeliveryStatus): void {
    this.#feedback?.(status, this.message);
  }
}

/** The messages of one key. */
export class KeyQueue<K, M> {
  readonly key: K;
  readonly #entries = new Ring<QueuedMessage<K, M>>();
  #bytes = 0;
  /** True while the key is on the list of those to be forgotten if they stay empty. */
  markedIdle = false;

  constructor(key: K) {
    this.key = key;
  }

  get length(): number {
    return this.#entries.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  push(entry: QueuedMessage<K, M>): void {
    this.#entries.pushBack(entry);
    this.#bytes += entry.bytes;
  }

  takeOldest(): QueuedMessage<K, M> | undefined {
    return this.#taken(this.#entries.popFront());
  }

  takeNewest(): QueuedMessage<K, M> | undefined {
    return this.#taken(this.#entries.popBack());
  }

  #taken(entry: QueuedMessage<K, M> | undefined): QueuedMessage<K, M> | undefined {
    if (entry !== undefined) this.#bytes -= entry.bytes;
    return entry;
  }
}
