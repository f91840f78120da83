import type { NetworkAddress, PeerId } from '@diemnet/types';

interface Entry {
  readonly addresses: readonly NetworkAddress[];
  /** When what is remembered stops to count; undefined while the latest list is readable. */
  until: number | undefined;
}

/**
 * What was last readable of each validator, so that a broken publication does not cut it off at once (D-26).
 * The grace period runs from the first unreadable list, since lists come only with reconfigurations.
 */
export class LastGoodAddresses {
  readonly #graceMs: number;
  readonly #entries = new Map<PeerId, Entry>();

  constructor(graceMs: number) {
    this.#graceMs = graceMs;
  }

  /** `addresses` are readable now. */
  remember(account: PeerId, addresses: readonly NetworkAddress[]): void {
    this.#entries.set(account, { addresses, until: undefined });
  }

  /** Nothing is readable at `now`: the last good addresses while the grace period lasts, or none. */
  recall(account: PeerId, now: number): readonly NetworkAddress[] {
    const entry = this.#entries.get(account);
    if (entry === undefined) return [];
    entry.until ??= now + this.#graceMs;
    if (now < entry.until) return entry.addresses;
    this.#entries.delete(account);
    return [];
  }

  /** Forgets everyone who is not among `accounts`. */
  retainOnly(accounts: ReadonlyMap<PeerId, unknown>): void {
    for (const account of this.#entries.keys()) if (!accounts.has(account)) this.#entries.delete(account);
  }

  /** When the next grace period ends, or Infinity. */
  get nextExpiry(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const { until = Number.POSITIVE_INFINITY } of this.#entries.values()) next = Math.min(next, until);
    return next;
  }
}
