import type { VirtualTime } from './virtual-time.js';

/** Whether the code of a node can run. */
export type IncarnationState = 'running' | 'paused' | 'dead';

/**
 * One life of a node's process. Everything that calls into the node comes through {@link enter}, so that a paused node
 * does nothing until it is resumed, and a dead one nothing at all.
 */
export class Incarnation {
  readonly #time: VirtualTime;
  #state: IncarnationState = 'running';
  #missed: (() => void)[] = [];

  constructor(time: VirtualTime) {
    this.#time = time;
  }

  get state(): IncarnationState {
    return this.#state;
  }

  /** Runs `callback` now, or after the pause, or never. */
  enter(callback: () => void): void {
    if (this.#state === 'running') callback();
    else if (this.#state === 'paused') this.#missed.push(callback);
  }

  /** As SIGSTOP does. */
  pause(): void {
    if (this.#state === 'running') this.#state = 'paused';
  }

  /** As SIGCONT does: what was missed happens now, in order. */
  resume(): void {
    if (this.#state !== 'paused') return;
    this.#state = 'running';
    for (const callback of this.#missed.splice(0)) {
      this.#time.at(this.#time.now(), () => this.enter(callback));
    }
  }

  /** As SIGKILL does. */
  kill(): void {
    this.#state = 'dead';
    this.#missed = [];
  }
}
