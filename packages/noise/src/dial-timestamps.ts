import type { X25519PublicKey } from '@diemnet/types';

/** Listeners remembered; beyond that the one dialed longest ago is forgotten. */
const MAX_LISTENERS = 4096;

/**
 * The timestamps a dialer sends, strictly increasing per listener even if two dials fall into one millisecond or
 * the clock steps back: max(now, last + 1) (D-38).
 */
export class DialTimestamps {
  /** In order of the last dial. */
  readonly #last = new Map<X25519PublicKey, bigint>();

  next(listener: X25519PublicKey, nowMs: number): bigint {
    const now = BigInt(Math.max(0, Math.floor(nowMs)));
    const last = this.#last.get(listener);
    const timestamp = last === undefined || now > last ? now : last + 1n;
    this.#last.delete(listener);
    this.#last.set(listener, timestamp);
    if (this.#last.size > MAX_LISTENERS) {
      this.#last.delete(this.#last.keys().next().value as X25519PublicKey);
    }
    return timestamp;
  }
}
