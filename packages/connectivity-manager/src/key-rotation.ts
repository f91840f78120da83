import type { ConnectionMetadata } from '@diemnet/transport';
import type { PeerId, TimeService, Timer } from '@diemnet/types';

interface Rotation {
  readonly connectionId: number;
  readonly timer: Timer;
  expired: boolean;
}

/**
 * Connections under a key that their peer has given up, while we dial the peer under its new key.
 *
 * Make before break: where the peer is ours to dial we call it first and close the old connection when the new one
 * stands, so that a rotation does not interrupt traffic. The old key is out of trust already, hence the deadline:
 * the old connection ends after at most one connectivity interval, whatever became of the dial.
 */
export class KeyRotations {
  readonly #time: TimeService;
  readonly #graceMs: number;
  readonly #onExpired: () => void;
  readonly #rotations = new Map<PeerId, Rotation>();

  constructor({
    time,
    graceMs,
    onExpired,
  }: {
    readonly time: TimeService;
    readonly graceMs: number;
    readonly onExpired: () => void;
  }) {
    this.#time = time;
    this.#graceMs = graceMs;
    this.#onExpired = onExpired;
  }

  /** Where the replacement of this connection stands; undefined if it has not begun. */
  stateOf({ remotePeerId, connectionId }: ConnectionMetadata): 'under-way' | 'expired' | undefined {
    const rotation = this.#rotations.get(remotePeerId);
    if (rotation?.connectionId !== connectionId) return undefined;
    return rotation.expired ? 'expired' : 'under-way';
  }

  /** From now on this connection has its grace. */
  begin({ remotePeerId, connectionId }: ConnectionMetadata): void {
    this.end(remotePeerId);
    const timer = this.#time.schedule(this.#graceMs, () => this.expire(remotePeerId));
    this.#rotations.set(remotePeerId, { connectionId, timer, expired: false });
  }

  /** The old connection has no reason to stay any longer. */
  expire(peerId: PeerId): void {
    const rotation = this.#rotations.get(peerId);
    if (rotation === undefined || rotation.expired) return;
    rotation.timer.cancel();
    rotation.expired = true;
    this.#onExpired();
  }

  /** The old connection is gone, or its key is in order after all. */
  end(peerId: PeerId): void {
    this.#rotations.get(peerId)?.timer.cancel();
    this.#rotations.delete(peerId);
  }

  clear(): void {
    for (const peerId of [...this.#rotations.keys()]) this.end(peerId);
  }
}
