import type { ConnectionMetadata, ConnectionOrigin } from '@diemnet/transport';
import type { PeerId } from '@diemnet/types';

/** What the table needs of its entries. */
export interface ActiveEntry {
  readonly metadata: ConnectionMetadata;
}

/** One connection per PeerId, and how many there are per direction. */
export class ActivePeers<Entry extends ActiveEntry> {
  readonly #entries = new Map<PeerId, Entry>();
  readonly #count: Record<ConnectionOrigin, number> = { inbound: 0, outbound: 0 };

  get size(): number {
    return this.#entries.size;
  }

  /** Connections of one direction: a counter, not a scan (D-37). */
  count(origin: ConnectionOrigin): number {
    return this.#count[origin];
  }

  get(peerId: PeerId): Entry | undefined {
    return this.#entries.get(peerId);
  }

  values(): IterableIterator<Entry> {
    return this.#entries.values();
  }

  /** Makes `entry` the peer's connection. Returns the one that it replaces. */
  set(entry: Entry): Entry | undefined {
    const { remotePeerId, origin } = entry.metadata;
    const previous = this.#entries.get(remotePeerId);
    if (previous !== undefined) this.#count[previous.metadata.origin]--;
    this.#entries.set(remotePeerId, entry);
    this.#count[origin]++;
    return previous;
  }

  /** Removes `entry`, unless another connection has taken its place by now. True if it was removed. */
  delete(entry: Entry): boolean {
    const { remotePeerId, origin } = entry.metadata;
    if (this.#entries.get(remotePeerId) !== entry) return false;
    this.#entries.delete(remotePeerId);
    this.#count[origin]--;
    return true;
  }
}
