import type { Prng } from '../random/prng.js';
import type { VirtualTime } from '../time/virtual-time.js';
import type { LinkShape } from './link-shape.js';

/** Something that could not be delivered and is tried again when that may have changed. */
export interface Held {
  /** Tries again. */
  retry(): void;
}

/** Where a link leads. */
export interface LinkEnd {
  readonly name: string;
  /** Its power is on. */
  readonly up: boolean;
}

/**
 * The way from one host to another. What it does not let through is not lost: as with TCP, it arrives once the way is
 * free again.
 */
export class Link {
  shape: LinkShape;
  readonly #time: VirtualTime;
  readonly #rng: Prng;
  readonly #to: LinkEnd;
  readonly #held = new Set<Held>();
  #blocked = false;
  #stalled = false;
  #accepting = true;

  constructor(components: {
    readonly time: VirtualTime;
    readonly rng: Prng;
    readonly to: LinkEnd;
    readonly shape: LinkShape;
  }) {
    this.#time = components.time;
    this.#rng = components.rng;
    this.#to = components.to;
    this.shape = components.shape;
  }

  /** Nothing arrives: a partition, a stall, or a host without power. */
  get closed(): boolean {
    return this.#blocked || this.#stalled || !this.#to.up;
  }

  /** Nothing passes at all, acknowledgements included. */
  get blocked(): boolean {
    return this.#blocked;
  }

  set blocked(blocked: boolean) {
    this.#blocked = blocked;
    this.release();
  }

  /** Delivers nothing of what it is given, although it acknowledges what comes the other way. */
  get stalled(): boolean {
    return this.#stalled;
  }

  set stalled(stalled: boolean) {
    this.#stalled = stalled;
    this.release();
  }

  /** Takes bytes from senders; if not, they stay in their queues. */
  get accepting(): boolean {
    return this.#accepting;
  }

  set accepting(accepting: boolean) {
    this.#accepting = accepting;
    this.release();
  }

  /** Latency of one segment. */
  delay(): number {
    const { latencyMs, jitterMs } = this.shape;
    return jitterMs === 0 ? latencyMs : latencyMs + jitterMs * this.#rng.unit();
  }

  /** Length of the next segment. */
  segmentBytes(): number {
    const { chunkBytes, randomChunks } = this.shape;
    return randomChunks ? 1 + this.#rng.below(chunkBytes) : chunkBytes;
  }

  /** Runs `arrived` at the other end, at a moment or after the latency, and once the way is free. */
  carry(arrived: () => void, atMs = this.#time.now() + this.delay()): void {
    this.#time.at(atMs, () => {
      if (this.closed) this.hold({ retry: () => this.carry(arrived) });
      else arrived();
    });
  }

  /** To be told when something has changed. */
  hold(held: Held): void {
    this.#held.add(held);
  }

  /** Looks again at everything that is held. */
  release(): void {
    if (this.#held.size === 0) return;
    const held = [...this.#held];
    this.#held.clear();
    for (const one of held) one.retry();
  }
}
