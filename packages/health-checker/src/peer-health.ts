/** A ping that waits for its answer. */
export interface Ping {
  /** Ascending per connection. */
  readonly sequence: number;
  /** Tick in which it was sent, for logs. */
  readonly round: number;
  readonly nonce: number;
  readonly sentAtMs: number;
  readonly controller: AbortController;
}

/** What is to be done about a peer at its turn. */
export type Turn = 'wait' | 'ping' | 'count-silence' | 'count-silence-and-ping' | 'time-out';

/** What an accounting depends on. */
export interface PeerHealthOptions {
  readonly pingIntervalMs: number;
  readonly pingTimeoutMs: number;
  readonly roundTripSampleMs: number;
}

/**
 * The health of one connection: at most one ping under way, and failures since the last sign of life.
 *
 * ```
 *            quiet at its turn                 no answer in time
 *   ALIVE ---------------------> PINGED -----------------------------> SILENT: at every turn one more failure,
 *     ^  ^------ answer ----------'                                      |     and a ping if none is under way
 *     '------------------------- answer, or other traffic --------------'
 * ```
 *
 * With one ping at a time, waiting for each to time out would take six times as long to notice a dead peer as the
 * reference, whose pings overlap. Counting turns once the first ping has timed out keeps its pace (D-24).
 */
export class PeerHealth {
  readonly #options: PeerHealthOptions;
  ping: Ping | undefined;
  /** Round-trip time of the last answered ping, in milliseconds. */
  roundTripMs: number | undefined;
  /** True while a request to disconnect is unanswered. */
  disconnecting = false;
  #failures = 0;
  #silent = false;
  #sequence = 0;
  #aliveSequence = 0;
  #lastFailureAtMs = Number.NEGATIVE_INFINITY;
  #lastPingAtMs = Number.NEGATIVE_INFINITY;
  #activitySeenMs: number;

  /** `nowMs`: when the connection began. What was heard until then was heard on another one. */
  constructor(options: PeerHealthOptions, nowMs: number) {
    this.#options = options;
    this.#activitySeenMs = nowMs;
  }

  /** Failures in a row. */
  get failures(): number {
    return this.#failures;
  }

  /** What to do now, given when the peer was last heard of (`undefined`: not known). */
  takeTurn(nowMs: number, activityMs: number | undefined): Turn {
    const { ping } = this;
    if (activityMs !== undefined && activityMs > this.#activitySeenMs) {
      // Any traffic counts as alive (D-13). A ping under way need not be answered any more.
      this.#activitySeenMs = activityMs;
      this.#alive(this.#sequence);
      const sample = nowMs - this.#lastPingAtMs >= this.#options.roundTripSampleMs;
      return sample && ping === undefined ? 'ping' : 'wait';
    }
    // What traffic has forgiven says nothing about the quiet since then: that takes a new ping.
    if (ping === undefined || ping.sequence <= this.#aliveSequence) {
      return this.#silent && this.#isFailureDue(nowMs) ? 'count-silence-and-ping' : 'ping';
    }
    const overdue = nowMs - ping.sentAtMs >= this.#options.pingTimeoutMs;
    if (!this.#silent) return overdue ? 'time-out' : 'wait';
    if (!this.#isFailureDue(nowMs)) return 'wait';
    return overdue ? 'count-silence-and-ping' : 'count-silence';
  }

  /** A ping goes out. */
  begin(round: number, nonce: number, nowMs: number): Ping {
    this.ping?.controller.abort();
    const sequence = ++this.#sequence;
    this.#lastPingAtMs = nowMs;
    this.ping = { sequence, round, nonce, sentAtMs: nowMs, controller: new AbortController() };
    return this.ping;
  }

  /** A ping was answered rightly. One that was overtaken by a later sign of life changes nothing. */
  succeed(ping: Ping, nowMs: number): void {
    this.#settled(ping, nowMs);
    this.roundTripMs = nowMs - ping.sentAtMs;
    if (ping.sequence > this.#aliveSequence) this.#alive(ping.sequence);
  }

  /**
   * A ping failed. True if that counts; false if a later sign of life has overtaken it, or if the peer is silent,
   * where turns count and not pings.
   */
  fail(ping: Ping, nowMs: number): boolean {
    this.#settled(ping, nowMs);
    if (ping.sequence <= this.#aliveSequence || this.#silent) return false;
    this.#silent = nowMs - ping.sentAtMs >= this.#options.pingTimeoutMs;
    this.countFailure(nowMs);
    return true;
  }

  countFailure(nowMs: number): void {
    this.#failures++;
    this.#lastFailureAtMs = nowMs;
  }

  /** The connection is gone: no answer is waited for. */
  end(): void {
    this.ping?.controller.abort();
    this.ping = undefined;
  }

  /** One failure per interval: a turn that follows a failure closely counts nothing. */
  #isFailureDue(nowMs: number): boolean {
    return nowMs - this.#lastFailureAtMs >= this.#options.pingIntervalMs / 2;
  }

  /**
   * The answer itself is traffic, which must not count as a further sign of life: it may be a wrong answer. Hence
   * only what is heard from now on counts, also where the source of activities reports them with a delay.
   */
  #settled(ping: Ping, nowMs: number): void {
    if (this.ping === ping) this.ping = undefined;
    this.#activitySeenMs = nowMs;
  }

  #alive(sequence: number): void {
    this.#aliveSequence = sequence;
    this.#failures = 0;
    this.#silent = false;
  }
}
