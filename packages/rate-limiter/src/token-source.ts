/** Someone who waits for tokens. One object can wait at one place in one bucket. */
export interface TokenWaiter {
  /**
   * Some of the tokens waited for were granted, at least one; called until all are. Tokens that are not needed after
   * all go back by `return`. Must not throw.
   */
  onTokens(granted: number): void;
}

/** Where tokens come from: a bucket, or a source without limit. */
export interface TokenSource {
  /** Takes up to `tokens`, as many as there are. 0: there is none, or others wait for them. */
  acquire(tokens: number): number;
  /** Takes all of `tokens` or none. */
  acquireAll(tokens: number): boolean;
  /**
   * Takes up to `tokens` now and returns how many. For the rest `waiter` stands in line, first come, first served;
   * who is served in part goes to the end of the line. If it stands there already, it waits for that much more.
   */
  acquireOrWait(tokens: number, waiter: TokenWaiter): number;
  /** `waiter` waits for nothing any more. */
  cancel(waiter: TokenWaiter): void;
  /** Gives back tokens that were not used. */
  return(tokens: number): void;
  /** Milliseconds until `tokens` are there if nobody else takes any, in whole ones; Infinity for never. */
  timeNeeded(tokens: number): number;
}

/** A source that one holds, and lets go of when done. */
export interface BucketHold {
  readonly bucket: TokenSource;
  /** Lets go. May be called twice. */
  release(): void;
}

/** Hands out sources per key. */
export interface RateLimiter<K> {
  /** The source of `key`, shared by all who hold it at the same time; without a key, one of its own. */
  hold(key: K | undefined): BucketHold;
}
