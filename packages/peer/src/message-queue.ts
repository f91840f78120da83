import type { OutboundMessage } from './outbound-message.js';

const FIRST_CAPACITY = 16;
/** Where nothing was pushed yet: most lanes of an idle connection. */
const NO_RING: (OutboundMessage | undefined)[] = [];

/**
 * A first-in first-out ring that doubles when full.
 *
 *   [ . . m3 m4 m5 . . . ]     head = 2, length = 3, capacity a power of two
 */
export class MessageQueue {
  #ring = NO_RING;
  #head = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(message: OutboundMessage): void {
    if (this.#length === this.#ring.length) this.#grow();
    this.#ring[(this.#head + this.#length) & (this.#ring.length - 1)] = message;
    this.#length++;
  }

  shift(): OutboundMessage | undefined {
    if (this.#length === 0) return undefined;
    const message = this.#ring[this.#head];
    this.#ring[this.#head] = undefined;
    this.#head = (this.#head + 1) & (this.#ring.length - 1);
    this.#length--;
    return message;
  }

  clear(): void {
    this.#ring = NO_RING;
    this.#head = 0;
    this.#length = 0;
  }

  #grow(): void {
    const ring = new Array<OutboundMessage | undefined>(Math.max(FIRST_CAPACITY, 2 * this.#ring.length));
    for (let i = 0; i < this.#length; i++) {
      ring[i] = this.#ring[(this.#head + i) & (this.#ring.length - 1)];
    }
    this.#ring = ring;
    this.#head = 0;
  }
}
