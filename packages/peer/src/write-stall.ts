import type { DeadlineHandle, DeadlineTarget, DeadlineWheel } from './deadline-wheel.js';

/** What a {@link WriteStallMonitor} watches. */
export interface WriteProgress {
  /** Something waits to be written, here or in the socket. */
  readonly writePending: boolean;
  /** Changes whenever bytes get out: any number that does. */
  readonly writeMark: number;
}

/**
 * Notices that a remote has stopped reading: something waits and nothing has moved for the whole timeout (D-04).
 * Looks only when its deadline comes, not at every write.
 */
export class WriteStallMonitor implements DeadlineTarget {
  readonly #deadlines: DeadlineWheel;
  readonly #timeoutMs: number;
  readonly #progress: WriteProgress;
  readonly #onStalled: () => void;
  #handle: DeadlineHandle | undefined;
  #mark = 0;

  constructor(deadlines: DeadlineWheel, timeoutMs: number, progress: WriteProgress, onStalled: () => void) {
    this.#deadlines = deadlines;
    this.#timeoutMs = timeoutMs;
    this.#progress = progress;
    this.#onStalled = onStalled;
  }

  /** Call when the writer has done what it can, and when the socket has drained. */
  check(): void {
    if (!this.#progress.writePending) return this.stop();
    if (this.#handle !== undefined && this.#mark === this.#progress.writeMark) return;
    this.stop();
    this.#watch();
  }

  stop(): void {
    if (this.#handle !== undefined) this.#deadlines.remove(this.#handle);
    this.#handle = undefined;
  }

  onDeadline(): void {
    this.#handle = undefined;
    if (!this.#progress.writePending) return;
    if (this.#mark === this.#progress.writeMark) this.#onStalled();
    else this.#watch();
  }

  #watch(): void {
    this.#mark = this.#progress.writeMark;
    this.#handle = this.#deadlines.add(this.#timeoutMs, this);
  }
}
