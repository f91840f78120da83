import type { PeerId, TrustedPeersView, X25519PublicKey } from '@diemnet/types';
import type { DialerIdentity } from './authentication.js';
import { NoiseHandshakeError } from './errors.js';

/** The payload of message 1: a u64, little endian. */
export const TIMESTAMP_BYTES = 8;

/** Milliseconds since the Unix epoch as the payload of message 1 (wire format 4.1). */
export function encodeTimestamp(timestampMs: bigint): Uint8Array {
  const payload = new Uint8Array(TIMESTAMP_BYTES);
  new DataView(payload.buffer).setBigUint64(0, timestampMs, true);
  return payload;
}

/** The inverse of {@link encodeTimestamp}; `payload` has 8 bytes. */
export function decodeTimestamp(payload: Uint8Array): bigint {
  return new DataView(payload.buffer, payload.byteOffset, payload.length).getBigUint64(0, true);
}

interface Seen {
  readonly peerId: PeerId;
  readonly timestampMs: bigint;
}

/**
 * What a listener in mutual mode remembers to recognize a replayed message 1 (wire format 4.4): the last timestamp of
 * each static key. Only keys that are trusted now are remembered, which bounds it (D-38).
 */
export class AntiReplay {
  readonly #futureToleranceMs: bigint;
  readonly #seen = new Map<X25519PublicKey, Seen>();

  constructor({ futureToleranceMs }: { readonly futureToleranceMs: number }) {
    this.#futureToleranceMs = BigInt(Math.floor(futureToleranceMs));
  }

  /** Number of keys remembered. */
  get size(): number {
    return this.#seen.size;
  }

  /**
   * Refuses a timestamp that is not above the last of this key, or so far ahead of our clock that it would lock
   * the peer out until then.
   * @throws NoiseHandshakeError `ERR_NOISE_SERVER_REPLAY_DETECTED`, `ERR_NOISE_TIMESTAMP_IN_FUTURE`
   */
  check({ peerId: remotePeerId, publicKey }: DialerIdentity, timestampMs: bigint, nowMs: number): void {
    const last = this.#seen.get(publicKey);
    if (last !== undefined && timestampMs <= last.timestampMs) {
      throw new NoiseHandshakeError(
        'ERR_NOISE_SERVER_REPLAY_DETECTED',
        `peer ${remotePeerId} sent timestamp ${timestampMs}, its last one was ${last.timestampMs}`,
        { details: { remotePeerId } },
      );
    }
    if (timestampMs > BigInt(nowMs) + this.#futureToleranceMs) {
      throw new NoiseHandshakeError(
        'ERR_NOISE_TIMESTAMP_IN_FUTURE',
        `peer ${remotePeerId} sent timestamp ${timestampMs}, far ahead of our clock (${nowMs})`,
        { details: { remotePeerId } },
      );
    }
  }

  /** Remembers a checked timestamp. A new key makes it forget those that are trusted no more. */
  store({ peerId, publicKey }: DialerIdentity, timestampMs: bigint, trustedPeers: TrustedPeersView): void {
    if (!this.#seen.has(publicKey)) this.#forgetUntrusted(trustedPeers);
    this.#seen.set(publicKey, { peerId, timestampMs });
  }

  #forgetUntrusted(trustedPeers: TrustedPeersView): void {
    for (const [key, { peerId }] of this.#seen) {
      if (!trustedPeers.get(peerId)?.keys.has(key)) this.#seen.delete(key);
    }
  }
}
