import type { Counter } from '@diemnet/types';
import { ChannelReceiver } from './channel-receiver.js';
import { ChannelError } from './errors.js';
import { KeyQueue, QueuedMessage, type Feedback, type KeyedMessage } from './key-queue.js';
import { KeyedSender } from './keyed-sender.js';
import { resolveKeyedChannelOptions, type KeyedChannelOptions } from './options.js';
import { Ring } from './ring.js';

/** Successful pops between two rounds of forgetting empty keys. */
const POPS_PER_COLLECTION = 50;

interface StateCounters {
  readonly enqueued: Counter;
  readonly dequeued: Counter;
  readonly dropped: Counter;
}

/**
 * A bounded queue per key, with the keys taking turns (DiemNet behaviour, section 2). Pushing never waits: a full
 * queue drops a message, which one depends on the style. Push and pop take constant time.
 *
 * ```
 *   queues (Map)                        turns (Ring): keys that have messages, next first
 *     A -> [a1 a2 a3]                     A  C
 *     B -> []        <- idle, forgotten   |
 *     C -> [c1]         after 50 pops     pop() takes a1; A still has messages: turns C A
 * ```
 *
 * Keys are compared as those of a Map. Messages must not be undefined.
 *
 * @example
 * const channel = new KeyedChannel<PeerId, Message>({ style: 'klast', capacity: 1024 });
 * channel.push(peerId, message);
 * for await (const { key, message } of channel) handle(key, message);
 */
export class KeyedChannel<K, M> extends ChannelReceiver<KeyedMessage<K, M>> {
  readonly #options: ReturnType<typeof resolveKeyedChannelOptions<K, M>>;
  readonly #counters: StateCounters | undefined;
  readonly #queues = new Map<K, KeyQueue<K, M>>();
  #turns = new Ring<KeyQueue<K, M>>();
  #idle: KeyQueue<K, M>[] = [];
  #length = 0;
  #popsUntilCollection = POPS_PER_COLLECTION;
  #senders = 0;
  #closed = false;
  #receiverGone = false;

  /** @throws ChannelError `ERR_CHANNEL_INVALID_OPTION` */
  constructor(options: KeyedChannelOptions<K, M>) {
    super();
    this.#options = resolveKeyedChannelOptions(options);
    const { counters } = this.#options;
    this.#counters = counters && {
      enqueued: counters.labels({ state: 'enqueued' }),
      dequeued: counters.labels({ state: 'dequeued' }),
      dropped: counters.labels({ state: 'dropped' }),
    };
  }

  get length(): number {
    return this.#length;
  }

  /** Keys that occupy memory: those with messages, and those that became empty a short while ago. */
  get keyCount(): number {
    return this.#queues.size;
  }

  /** True once nobody can push any more. */
  get closed(): boolean {
    return this.#closed;
  }

  /**
   * Queues a message. False if it was dropped itself: the queue is full and the style is FIFO, or it is larger than
   * all that a key may hold.
   * @throws ChannelError `ERR_CHANNEL_RECEIVER_GONE`, `ERR_CHANNEL_CLOSED`
   */
  push(key: K, message: M, feedback?: Feedback<M>): boolean {
    if (this.#receiverGone) {
      throw new ChannelError('ERR_CHANNEL_RECEIVER_GONE', 'nobody receives from this channel any more');
    }
    if (this.#closed) throw new ChannelError('ERR_CHANNEL_CLOSED', 'the channel is closed for sending');
    const { sizeOf, maxBytesPerKey, style } = this.#options;
    const bytes = sizeOf === undefined ? 0 : sizeOf(message);
    const entry = new QueuedMessage(key, message, bytes, feedback);
    this.#counters?.enqueued.inc();

    const known = this.#queues.get(key);
    const full = known !== undefined && this.#isFull(known, bytes);
    if (!(bytes <= maxBytesPerKey) || (full && style === 'fifo')) {
      this.#drop(entry);
      return false;
    }
    const queue = known ?? this.#addKey(key);
    if (queue.length === 0) this.#turns.pushBack(queue);
    const displaced = full ? this.#makeRoom(queue, bytes) : undefined;
    queue.push(entry);
    this.#length++;
    // Only now that all is in order: what is told here may call back into the channel.
    if (displaced !== undefined) for (const old of displaced) this.#drop(old);
    else if (this.#length === 1) this.wakeReceiver();
    return true;
  }

  /** Discards all messages and all keys; their feedback says `dropped`. Later pushes work. */
  clear(): void {
    const dropped: QueuedMessage<K, M>[] = [];
    for (const queue of this.#queues.values()) {
      for (let entry = queue.takeOldest(); entry; entry = queue.takeOldest()) dropped.push(entry);
    }
    this.#queues.clear();
    this.#turns = new Ring();
    this.#idle = [];
    this.#length = 0;
    for (const entry of dropped) this.#drop(entry);
    if (this.exhausted && !this.terminated) this.wakeReceiver();
  }

  /** A handle to push with. Once handles exist, closing the last of them closes the channel. */
  createSender(): KeyedSender<K, M> {
    if (this.#closed) throw new ChannelError('ERR_CHANNEL_CLOSED', 'the channel is closed for sending');
    this.#senders++;
    return new KeyedSender(this, () => {
      this.#senders--;
      if (this.#senders === 0) this.close();
    });
  }

  /** Ends sending, whatever handles exist. The receiver still gets everything queued, then the end. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#length === 0) this.wakeReceiver();
  }

  /** The receiver goes: everything queued is dropped, and pushing is an error from now on. */
  closeReceiver(): void {
    this.#receiverGone = true;
    this.#closed = true;
    this.clear();
  }

  protected get exhausted(): boolean {
    return this.#closed && this.#length === 0;
  }

  protected takeNext(): KeyedMessage<K, M> | undefined {
    const queue = this.#turns.popFront();
    if (queue === undefined) return undefined;
    const entry = this.#options.style === 'lifo' ? queue.takeNewest() : queue.takeOldest();
    if (entry === undefined) return undefined;
    this.#length--;
    if (queue.length > 0) this.#turns.pushBack(queue);
    else this.#markIdle(queue);
    if (--this.#popsUntilCollection === 0) this.#forgetIdleKeys();
    this.#counters?.dequeued.inc();
    entry.tell('dequeued');
    return entry;
  }

  #isFull(queue: KeyQueue<K, M>, newBytes: number): boolean {
    const { capacity, maxBytesPerKey } = this.#options;
    return queue.length >= capacity || queue.bytes + newBytes > maxBytesPerKey;
  }

  #makeRoom(queue: KeyQueue<K, M>, newBytes: number): QueuedMessage<K, M>[] {
    const displaced: QueuedMessage<K, M>[] = [];
    while (this.#isFull(queue, newBytes)) {
      const oldest = queue.takeOldest();
      if (oldest === undefined) break;
      this.#length--;
      displaced.push(oldest);
    }
    return displaced;
  }

  #drop(entry: QueuedMessage<K, M>): void {
    this.#counters?.dropped.inc();
    entry.tell('dropped');
    this.#options.onDropped?.(entry.key, entry.message);
  }

  #addKey(key: K): KeyQueue<K, M> {
    const queue = new KeyQueue<K, M>(key);
    this.#queues.set(key, queue);
    return queue;
  }

  #markIdle(queue: KeyQueue<K, M>): void {
    if (queue.markedIdle) return;
    queue.markedIdle = true;
    this.#idle.push(queue);
  }

  /** Looks only at keys that became empty since the last round: the cost does not grow with the number of keys. */
  #forgetIdleKeys(): void {
    this.#popsUntilCollection = POPS_PER_COLLECTION;
    for (const queue of this.#idle) {
      queue.markedIdle = false;
      if (queue.length === 0) this.#queues.delete(queue.key);
    }
    this.#idle = [];
  }
}
