/** How misbehaviour is remembered. Milliseconds and points. */
export interface CoolDownOptions {
  /** First cool-down; every further offence doubles it. 0: none. */
  readonly coolDownMs: number;
  /** Longest cool-down, and how long after the last offence all is forgotten. */
  readonly maxCoolDownMs: number;
  /** Points from which on there is a cool-down. */
  readonly threshold: number;
  /** Offenders that are remembered; one more makes the one with the oldest offence forgotten. */
  readonly maxEntries: number;
}

interface Entry {
  points: number;
  offences: number;
  /** Monotonic. */
  until: number;
  forgetAt: number;
}

/**
 * Short-lived penalties by PeerId or address (D-12). Bounded, so that offenders with ever new names cost no memory,
 * and forgetful, so that an address that changed hands is not blamed for long.
 */
export class CoolDowns<Key> {
  readonly #options: CoolDownOptions;
  /** In order of the last offence. */
  readonly #entries = new Map<Key, Entry>();

  constructor(options: CoolDownOptions) {
    this.#options = options;
  }

  /** Offenders remembered. */
  get size(): number {
    return this.#entries.size;
  }

  /** Counts an offence of so many points. True if the offender cools down from now on. */
  offend(key: Key, points: number, nowMs: number): boolean {
    const { coolDownMs, maxCoolDownMs, threshold, maxEntries } = this.#options;
    if (coolDownMs === 0 || maxEntries === 0) return false;
    this.#forget(nowMs);
    const entry = this.#entries.get(key) ?? { points: 0, offences: 0, until: nowMs, forgetAt: nowMs };
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    entry.points += points;
    const cools = entry.points >= threshold;
    if (cools) {
      // Half of the way there is not made twice.
      entry.points = threshold / 2;
      entry.until = nowMs + Math.min(maxCoolDownMs, coolDownMs * 2 ** Math.min(entry.offences++, 30));
    }
    entry.forgetAt = Math.max(entry.until, nowMs) + maxCoolDownMs;
    if (this.#entries.size > maxEntries) this.#entries.delete(this.#entries.keys().next().value as Key);
    return cools;
  }

  /** Milliseconds until `key` has cooled down; 0 if nothing is held against it. */
  remaining(key: Key, nowMs: number): number {
    const entry = this.#entries.get(key);
    return entry === undefined ? 0 : Math.max(0, entry.until - nowMs);
  }

  /** Of those whose last offence is oldest; the others are looked at when their turn comes. */
  #forget(nowMs: number): void {
    for (const [key, { forgetAt }] of this.#entries) {
      if (forgetAt > nowMs) return;
      this.#entries.delete(key);
    }
  }
}
