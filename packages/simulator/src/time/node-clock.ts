import type { Timer, TimeService } from '@diemnet/types';
import type { VirtualEvent } from './event-heap.js';
import type { Incarnation } from './incarnation.js';
import type { VirtualTime } from './virtual-time.js';

/**
 * The clock of one life of a node: monotonic time is that of the simulation, the wall clock is off by as much as one
 * likes and can be set at any moment. Counts timers, so that one can see what a stopped node has left behind.
 */
export class NodeClock implements TimeService {
  readonly #time: VirtualTime;
  readonly #incarnation: Incarnation;
  #offsetMs: number;
  #timers = 0;

  constructor(
    time: VirtualTime,
    incarnation: Incarnation,
    { offsetMs = 0 }: { readonly offsetMs?: number } = {},
  ) {
    this.#time = time;
    this.#incarnation = incarnation;
    this.#offsetMs = offsetMs;
  }

  now(): number {
    return this.#time.now();
  }

  unixTimeMs(): number {
    return Math.floor(this.#time.unixTimeMs() + this.#offsetMs);
  }

  /** How far the wall clock is ahead of the simulation's, in milliseconds. */
  get offsetMs(): number {
    return this.#offsetMs;
  }

  /** Sets the wall clock, forward or back, as an operator or NTP would. */
  step(byMs: number): void {
    this.#offsetMs += byMs;
  }

  /** Timers that wait. */
  get pendingTimers(): number {
    return this.#timers;
  }

  schedule(delayMs: number, callback: () => void): Timer {
    let event: VirtualEvent | undefined;
    const finish = () => {
      if (event === undefined) return false;
      event = undefined;
      this.#timers--;
      return true;
    };
    // Cancelled while the node was paused: the moment came, the callback has not, and must not.
    const fire = () => {
      if (finish()) callback();
    };
    this.#timers++;
    event = this.#time.at(this.#time.now() + (delayMs > 0 ? delayMs : 0), () =>
      this.#incarnation.enter(fire),
    );
    return {
      cancel: () => {
        const pending = event;
        if (finish()) this.#time.cancel(pending as VirtualEvent);
      },
    };
  }
}
