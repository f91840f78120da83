import { TypesError, abortReason, type Timer, type TimeService, type WaitOptions } from '@diemnet/types';
import { SimulatorError } from '../errors.js';
import { EventHeap, type VirtualEvent } from './event-heap.js';
import { runTurns } from './turns.js';

/** How {@link VirtualTime} begins. */
export interface VirtualTimeOptions {
  /** The wall clock at the start. @default 1626888387000, July 2021 */
  readonly unixTimeMs?: number;
}

interface Runner {
  readonly until: number;
  readonly done: (() => boolean) | undefined;
  /** Waits for events from outside when there are none: the promise of a test, say. */
  readonly patient: boolean;
  readonly settle: (outcome: RunOutcome, error?: unknown) => void;
}

/** Why a run ended: its condition came true, its time was up, or nothing was left to happen. */
export type RunOutcome = 'done' | 'elapsed' | 'idle';

/**
 * Time that passes only while somebody runs it, and then as fast as the events in it can be handled (behaviour 3).
 *
 * Events happen one by one, in order of time and then of registration, and all promises settle in between. Several
 * runs may be under way at once: time passes while there is one, and never beyond the earliest end of them all.
 */
export class VirtualTime implements TimeService {
  readonly #heap = new EventHeap();
  readonly #unixOffsetMs: number;
  readonly #runners = new Set<Runner>();
  #now = 0;
  #order = 0;
  #events = 0;
  #looping = false;
  /** An event happened, and its consequences are not looked at yet. */
  #happened = false;
  #observer: (() => void) | undefined;

  constructor({ unixTimeMs = 1_626_888_387_000 }: VirtualTimeOptions = {}) {
    this.#unixOffsetMs = unixTimeMs;
  }

  now(): number {
    return this.#now;
  }

  unixTimeMs(): number {
    return Math.floor(this.#unixOffsetMs + this.#now);
  }

  schedule(delayMs: number, callback: () => void): Timer {
    const event = this.at(this.#now + (delayMs > 0 ? delayMs : 0), callback);
    return { cancel: () => this.#heap.cancel(event) };
  }

  /** Runs `callback` at a moment, or now if that is past. Cheaper than `schedule`: to be cancelled with {@link cancel}. */
  at(momentMs: number, callback: () => void): VirtualEvent {
    const event = { at: momentMs > this.#now ? momentMs : this.#now, order: this.#order++, run: callback };
    this.#heap.push(event);
    return event;
  }

  /** The event will not happen, if it has not yet. */
  cancel(event: VirtualEvent): void {
    this.#heap.cancel(event);
  }

  /** Events that have happened. */
  get eventCount(): number {
    return this.#events;
  }

  /** Events that wait. */
  get pendingEvents(): number {
    return this.#heap.size;
  }

  /** Is called after every event, when all that it caused is done. What it throws ends all runs. */
  observe(observer: (() => void) | undefined): void {
    this.#observer = observer;
  }

  /** Lets `durationMs` pass. */
  async runFor(durationMs: number, options: WaitOptions = {}): Promise<void> {
    await this.#run({ until: this.#now + durationMs, done: undefined, patient: false }, options);
  }

  /**
   * Runs until `done`, which is asked after every event, for at most `withinMs`.
   * `'idle'`: nothing is left to happen, so that it cannot come true any more.
   */
  runUntil(
    done: () => boolean,
    { withinMs = Number.POSITIVE_INFINITY, ...options }: WaitOptions & { readonly withinMs?: number } = {},
  ): Promise<RunOutcome> {
    return this.#run({ until: this.#now + withinMs, done, patient: false }, options);
  }

  /**
   * Runs until `promise` has settled, and returns what it did.
   * @throws SimulatorError `ERR_SIMULATOR_CONDITION`, `ERR_SIMULATOR_IDLE`
   */
  async settled<T>(
    promise: Promise<T>,
    options: WaitOptions & { readonly withinMs?: number } = {},
  ): Promise<T> {
    let over = false;
    const finish = () => (over = true);
    promise.then(finish, finish);
    const outcome = await this.runUntil(() => over, options);
    if (outcome === 'done') return promise;
    throw outcome === 'idle'
      ? new SimulatorError('ERR_SIMULATOR_IDLE', 'nothing is left to happen, and a promise still waits')
      : new SimulatorError('ERR_SIMULATOR_CONDITION', `a promise did not settle in ${options.withinMs} ms`);
  }

  /**
   * Lets time pass as fast as it can until `signal` aborts, and waits for events from outside when there are none. For
   * tests that await something of a simulation without driving it.
   */
  async drive(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    await this.#run({ until: Number.POSITIVE_INFINITY, done: () => signal.aborted, patient: true }, {});
  }

  #run(run: Omit<Runner, 'settle'>, { signal }: WaitOptions): Promise<RunOutcome> {
    if (Number.isNaN(run.until)) {
      return Promise.reject(new TypesError('ERR_INVALID_PERIOD', 'time passes by a number of milliseconds'));
    }
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(abortReason(signal));
      const onAbort = () => runner.settle('done', abortReason(signal as AbortSignal));
      const runner: Runner = {
        ...run,
        settle: (outcome, error) => {
          this.#runners.delete(runner);
          signal?.removeEventListener('abort', onAbort);
          if (error === undefined) resolve(outcome);
          else reject(error as Error);
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#runners.add(runner);
      if (this.#looping) return;
      this.#looping = true;
      runTurns(() => this.#turn());
    });
  }

  /** Finishes the runs that are over, or else lets the next event happen. False when no run is left. */
  #turn(): boolean {
    if (this.#runners.size === 0) return (this.#looping = false);
    try {
      if (this.#happened) this.#observer?.();
      this.#happened = false;
      if (!this.#finishSome()) this.#advance();
    } catch (error) {
      for (const runner of [...this.#runners]) runner.settle('done', error);
    }
    // Also when no run is left: whoever waited for the last may begin another before the next turn.
    return true;
  }

  #finishSome(): boolean {
    let finished = false;
    for (const runner of this.#runners) {
      if (runner.done?.() !== true) continue;
      runner.settle('done');
      finished = true;
    }
    return finished;
  }

  #advance(): void {
    const event = this.#heap.peek();
    let until = Number.POSITIVE_INFINITY;
    for (const runner of this.#runners) if (runner.until < until) until = runner.until;
    if (event !== undefined && event.at <= until) {
      this.#heap.pop();
      this.#now = event.at;
      this.#events++;
      this.#happened = true;
      const { run } = event;
      event.run = undefined;
      run?.();
      return;
    }
    if (until < Number.POSITIVE_INFINITY) this.#now = Math.max(this.#now, until);
    for (const runner of this.#runners) {
      if (runner.until <= this.#now) runner.settle('elapsed');
      else if (until === Number.POSITIVE_INFINITY && !runner.patient) runner.settle('idle');
    }
  }
}
