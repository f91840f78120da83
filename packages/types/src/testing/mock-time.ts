import type { Timer, TimeService } from '../time-service.js';

interface Sleeper {
  readonly at: number;
  readonly order: number;
  readonly callback: () => void;
}

/**
 * Simulated time that moves only when told to (behaviour 3). Waiters wake in order of deadline,
 * ties in order of registration.
 */
export class MockTime implements TimeService {
  #now = 0;
  #order = 0;
  #unixOffsetMs: number;
  #sleepers: Sleeper[] = [];
  #autoAdvanceUntil = Number.NEGATIVE_INFINITY;

  constructor({ unixTimeMs = 1_626_888_387_000 }: { readonly unixTimeMs?: number } = {}) {
    this.#unixOffsetMs = unixTimeMs;
  }

  now(): number {
    return this.#now;
  }

  unixTimeMs(): number {
    return Math.floor(this.#unixOffsetMs + this.#now);
  }

  /** Sets the wall clock, as an operator or NTP would; monotonic time does not move. */
  setUnixTimeMs(unixTimeMs: number): void {
    this.#unixOffsetMs = unixTimeMs - this.#now;
  }

  schedule(delayMs: number, callback: () => void): Timer {
    const sleeper = { at: this.#now + (delayMs > 0 ? delayMs : 0), order: this.#order++, callback };
    if (sleeper.at <= this.#autoAdvanceUntil) {
      this.#now = Math.max(this.#now, sleeper.at);
      this.#fireSoon(sleeper);
    }
    const before = this.#sleepers.findIndex((other) => other.at > sleeper.at);
    this.#sleepers.splice(before < 0 ? this.#sleepers.length : before, 0, sleeper);
    return { cancel: () => this.#remove(sleeper) };
  }

  /** Callbacks that wait. */
  get pendingTimers(): number {
    return this.#sleepers.length;
  }

  /** Moves time by `ms` and runs what falls due, one after the other, without letting promises settle in between. */
  advance(ms: number): void {
    const target = this.#now + ms;
    for (let next = this.#sleepers[0]; next !== undefined && next.at <= target; next = this.#sleepers[0]) {
      this.#now = Math.max(this.#now, next.at);
      this.#fire(next);
    }
    this.#now = target;
  }

  /** Like {@link advance}, but lets promises settle before it starts and after every callback. */
  async advanceAsync(ms: number): Promise<void> {
    const target = this.#now + ms;
    await settle();
    for (let next = this.#sleepers[0]; next !== undefined && next.at <= target; next = this.#sleepers[0]) {
      this.#now = Math.max(this.#now, next.at);
      this.#fire(next);
      await settle();
    }
    this.#now = target;
    await settle();
  }

  /** Jumps to the earliest waiter and runs it. False if there is none. */
  advanceNext(): boolean {
    const next = this.#sleepers[0];
    if (next === undefined) return false;
    this.#now = Math.max(this.#now, next.at);
    this.#fire(next);
    return true;
  }

  /** Like {@link advanceNext}, and lets promises settle before and after. */
  async advanceNextAsync(): Promise<boolean> {
    await settle();
    const advanced = this.advanceNext();
    await settle();
    return advanced;
  }

  /** From now on every wait that ends within `ms` ends at once, and moves time; also those that wait already. */
  autoAdvance(ms: number): void {
    this.#autoAdvanceUntil = this.#now + ms;
    for (const sleeper of this.#sleepers) {
      if (sleeper.at <= this.#autoAdvanceUntil) this.#fireSoon(sleeper);
    }
  }

  /** Fires it unless it is cancelled first; never before `schedule` has returned. */
  #fireSoon(sleeper: Sleeper): void {
    queueMicrotask(() => {
      if (!this.#sleepers.includes(sleeper)) return;
      this.#now = Math.max(this.#now, sleeper.at);
      this.#fire(sleeper);
    });
  }

  #fire(sleeper: Sleeper): void {
    this.#remove(sleeper);
    sleeper.callback();
  }

  #remove(sleeper: Sleeper): void {
    const at = this.#sleepers.indexOf(sleeper);
    if (at >= 0) this.#sleepers.splice(at, 1);
  }
}

/** Lets promise reactions and microtasks that are due, and those they cause, run. */
export async function settle(turns = 32): Promise<void> {
  for (let i = 0; i < turns; i++) await Promise.resolve();
}
