import { systemTime, type Timer, type TimeService } from '@diemnet/types';
import type { BucketMeter } from './bucket-meter.js';
import { resolveTokenBucketOptions, type TokenBucketOptions } from './options.js';
import type { TokenSource, TokenWaiter } from './token-source.js';

/**
 * Share of a second whose tokens a waiter gets at least, if it wants that many: who waits is not woken for every
 * single byte.
 */
const QUANTUM_PER_SECOND = 1 / 100;
/** Makes up for rounding: a token that lacks a millionth is there. It does not add up, see below. */
const TOLERANCE = 1e-6;

/**
 * A bucket that fills at a steady rate, token by token, on the given clock (D-31).
 *
 * What it holds is computed from one anchor in the past and never added up in steps, so that no rounding error
 * accumulates:
 *
 * ```
 *   tokens = min(size, balance + floor((now - anchor) * rate))      balance: at the anchor, minus taken since
 * ```
 *
 * The anchor moves only when the bucket is full, where the past no longer matters.
 */
export class TokenBucket implements TokenSource {
  readonly #size: number;
  readonly #ratePerMs: number;
  readonly #quantum: number;
  readonly #time: TimeService;
  #meter: BucketMeter | undefined;
  #anchorMs: number;
  #balance: number;
  /** Who waits, in order, with the tokens they still want. */
  readonly #waiting = new Map<TokenWaiter, number>();
  #timer: Timer | undefined;
  #serving = false;

  /** @throws RateLimiterError `ERR_RATE_LIMIT_INVALID_OPTION` */
  constructor(
    options: TokenBucketOptions,
    { time = systemTime, meter }: { readonly time?: TimeService; readonly meter?: BucketMeter } = {},
  ) {
    const { size, rate, initialFillPercentage } = resolveTokenBucketOptions(options);
    this.#size = size;
    this.#ratePerMs = rate / 1000;
    this.#quantum = Math.max(1, Math.floor(rate * QUANTUM_PER_SECOND));
    this.#time = time;
    this.#meter = meter;
    this.#anchorMs = time.now();
    this.#balance = Math.floor((size * initialFillPercentage) / 100);
  }

  /** Tokens it holds when full. */
  get size(): number {
    return this.#size;
  }

  /** Tokens it holds now. */
  get tokens(): number {
    const now = this.#time.now();
    const refilled = Math.floor((now - this.#anchorMs) * this.#ratePerMs + TOLERANCE);
    const tokens = this.#balance + refilled;
    if (tokens < this.#size) return tokens;
    this.#anchorMs = now;
    this.#balance = this.#size;
    return this.#size;
  }

  /** Those who wait for tokens. */
  get waiters(): number {
    return this.#waiting.size;
  }

  acquire(tokens: number): number {
    const granted = this.#takeUpTo(tokens);
    if (granted === 0 && tokens > 0) this.#meter?.throttled(tokens);
    return granted;
  }

  acquireAll(tokens: number): boolean {
    if (tokens <= 0) return true;
    if (this.#waiting.size > 0 || this.tokens < tokens) {
      this.#meter?.throttled(tokens);
      return false;
    }
    this.#take(tokens);
    return true;
  }

  acquireOrWait(tokens: number, waiter: TokenWaiter): number {
    const granted = this.#takeUpTo(tokens);
    const rest = tokens - granted;
    if (rest > 0) {
      this.#meter?.throttled(rest);
      const alone = this.#waiting.size === 0;
      this.#waiting.set(waiter, (this.#waiting.get(waiter) ?? 0) + rest);
      if (alone) this.#arm();
    }
    return granted;
  }

  cancel(waiter: TokenWaiter): void {
    // The line may start with someone else now, who needs less.
    if (this.#waiting.delete(waiter)) this.#arm();
  }

  return(tokens: number): void {
    if (!(tokens > 0)) return;
    this.#balance += Math.min(tokens, this.#size - this.tokens);
    this.#meter?.allowed(-tokens);
    if (this.#waiting.size > 0) this.#serve();
  }

  timeNeeded(tokens: number): number {
    if (tokens > this.#size) return Number.POSITIVE_INFINITY;
    if (this.tokens >= tokens) return 0;
    const elapsed = this.#time.now() - this.#anchorMs;
    // At least 1: a rest too small for the clock must not make a waiter spin.
    return Math.max(1, Math.ceil((tokens - this.#balance - TOLERANCE) / this.#ratePerMs - elapsed));
  }

  /** When the bucket will hold at least one token more, on the clock's `now()`; if it is full, now. */
  timeOfNextRefill(): number {
    const tokens = this.tokens;
    const wait = tokens === this.#size ? 0 : this.timeNeeded(tokens + 1);
    return this.#time.now() + wait;
  }

  /** Forgets who waits and reports what was summed up: no timer is left. */
  dispose(): void {
    this.#waiting.clear();
    this.#arm();
    this.#meter?.flush();
    // Whoever is still about to give back must not start a new period.
    this.#meter = undefined;
  }

  #takeUpTo(tokens: number): number {
    // Nobody overtakes those who wait.
    if (tokens <= 0 || this.#waiting.size > 0) return 0;
    const granted = Math.min(tokens, this.tokens);
    if (granted > 0) this.#take(granted);
    return granted;
  }

  #take(tokens: number): void {
    this.#balance -= tokens;
    this.#meter?.allowed(tokens);
  }

  /** Grants in turn what there is. A waiter that is put back at the end comes up again in the same loop. */
  #serve(): void {
    if (this.#serving) return;
    this.#serving = true;
    try {
      for (const [waiter, wanted] of this.#waiting) {
        const tokens = this.tokens;
        if (tokens < Math.min(wanted, this.#quantum)) break;
        const granted = Math.min(wanted, tokens);
        this.#take(granted);
        this.#waiting.delete(waiter);
        if (granted < wanted) this.#waiting.set(waiter, wanted - granted);
        waiter.onTokens(granted);
      }
    } finally {
      this.#serving = false;
      this.#arm();
    }
  }

  /** One timer per bucket, for the first in line. */
  #arm(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.#serving) return;
    for (const wanted of this.#waiting.values()) {
      const wait = this.timeNeeded(Math.min(wanted, this.#quantum));
      this.#timer = this.#time.schedule(wait, () => {
        this.#timer = undefined;
        this.#serve();
      });
      return;
    }
  }
}
