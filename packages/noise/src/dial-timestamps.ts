import type { PeerId, X25519PublicKey } from '@diemnet/types';

/** Keys and PeerIds of listeners remembered; beyond that the one dialed longest ago is forgotten. */
const MAX_NAMES = 4096;

/**
 * The timestamps a dialer sends, strictly increasing per listener even if two dials fall into one millisecond or
 * the clock steps back: max(now, last + 1) (D-38). A listener is known by its PeerId too, where the dialer has one:
 * one that has changed its key remembers what we sent to the old one.
 */
export class DialTimestamps {
  /** In order of the last dial. */
  readonly #last = new Map<X25519PublicKey | PeerId, bigint>();

  next(listener: X25519PublicKey, nowMs: number, peerId?: PeerId): bigint {
    let timestamp = BigInt(Math.max(0, Math.floor(nowMs)));
    const names = peerId === undefined ? [listener] : [listener, peerId];
    for (const name of names) {
      const last = this.#last.get(name);
      if (last !== undefined && last >= timestamp) timestamp = last + 1n;
    }
    for (const name of names) this.#remember(name, timestamp);
    return timestamp;
  }

  #remember(name: X25519PublicKey | PeerId, timestamp: bigint): void {
    this.#last.delete(name);
    this.#last.set(name, timestamp);
    if (this.#last.size > MAX_NAMES) this.#last.delete(this.#last.keys().next().value as PeerId);
  }
}
