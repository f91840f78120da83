import { MessageQueue } from './message-queue.js';
import type { OutboundMessage } from './outbound-message.js';

/** What waits for the same protocol: sent in order, bounded in messages and bytes. */
export class Lane {
  readonly rank: number;
  readonly #queue = new MessageQueue();
  readonly #maxMessages: number;
  readonly #maxBytes: number;
  #bytes = 0;

  constructor({
    rank,
    maxMessages,
    maxBytes,
  }: {
    readonly rank: number;
    readonly maxMessages: number;
    readonly maxBytes: number;
  }) {
    this.rank = rank;
    this.#maxMessages = maxMessages;
    this.#maxBytes = maxBytes;
  }

  get messages(): number {
    return this.#queue.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Would a message of so many bytes be accepted? An empty lane accepts any. */
  accepts(frameBytes: number): boolean {
    const messages = this.#queue.length;
    return messages === 0 || (messages < this.#maxMessages && this.#bytes + frameBytes <= this.#maxBytes);
  }

  /** Less than half full: senders that were told to wait may go on. */
  get hasRoom(): boolean {
    return 2 * this.#queue.length < this.#maxMessages && 2 * this.#bytes < this.#maxBytes;
  }

  push(message: OutboundMessage): void {
    this.#queue.push(message);
    this.#bytes += message.frameBytes;
  }

  shift(): OutboundMessage | undefined {
    const message = this.#queue.shift();
    if (message !== undefined) this.#bytes -= message.frameBytes;
    return message;
  }

  /** Lets go of a message's payload; its place stays until its turn comes. */
  discard(message: OutboundMessage): void {
    this.#bytes -= message.frameBytes;
    message.discard();
  }

  clear(): void {
    this.#queue.clear();
    this.#bytes = 0;
  }
}
