import type { ConnectionEvent } from '@diemnet/peer-manager';
import type { ConnectionMetadata } from '@diemnet/transport';
import type { PeerId } from '@diemnet/types';
import type { ProtocolId } from '@diemnet/wire';
import type { Protocol } from './application.js';

/** The queue of one peer and protocol: the key in the channel of messages. */
export interface QueueKey<T> {
  readonly lane: PeerLane<T>;
  readonly protocol: Protocol<T>;
}

/** What waits for the reader from one peer. Messages themselves wait in the channel. */
export interface PeerLane<T> {
  readonly peerId: PeerId;
  readonly keys: Map<ProtocolId, QueueKey<T>>;
  /** Messages in the channel, and their payload bytes. */
  queued: number;
  queuedBytes: number;
  /** The connection that the reader was told of last, if it believes the peer connected. */
  announced: ConnectionMetadata | undefined;
  /** Unread news that the peer is connected: to be read before its messages. */
  opening: ConnectionEvent | undefined;
  /** Unread news that the peer is gone: to be read after its messages. */
  closing: ConnectionEvent | undefined;
}

/**
 * Connection events until the reader takes them, at most one of each kind per peer.
 *
 * ```
 *   opening  ->  messages of the peer (in the channel)  ->  closing
 * ```
 *
 * Newer news replace older ones, so that a slow reader learns the last state and not the history. Events of a peer
 * without messages in between merge to the last one; with messages, both ends stay, so that messages never come
 * from a peer that the reader has not heard of, nor after the news that it is gone (D-11).
 */
export class PeerLanes<T> {
  readonly #lanes = new Map<PeerId, PeerLane<T>>();
  /** Lanes with an event that may be read now, in the order in which they got it. */
  readonly #ready = new Set<PeerLane<T>>();

  /** Peers that have something waiting, or that the reader believes connected. */
  get size(): number {
    return this.#lanes.size;
  }

  /** True if {@link take} has something. */
  get readable(): boolean {
    return this.#ready.size > 0;
  }

  /** Takes up an event. */
  push(event: ConnectionEvent): void {
    const lane = this.#lane(event.metadata.remotePeerId);
    if (event.type === 'lost-peer') {
      if (lane.queued === 0) lane.opening = undefined;
      lane.closing = event;
      if (lane.queued === 0) this.#ready.add(lane);
    } else {
      lane.closing = undefined;
      lane.opening = asSeenByReader(event, lane.announced);
      this.#ready.add(lane);
    }
  }

  /** The next event that may be read now. */
  take(): ConnectionEvent | undefined {
    for (const lane of this.#ready) {
      const { opening, closing } = lane;
      this.#ready.delete(lane);
      if (opening !== undefined) {
        lane.opening = undefined;
        lane.announced = opening.metadata;
        if (closing !== undefined && lane.queued === 0) this.#ready.add(lane);
        return opening;
      }
      lane.closing = undefined;
      lane.announced = undefined;
      this.#forgetIfIdle(lane);
      return closing;
    }
    return undefined;
  }

  /** The queue for a message of this peer, which is about to enter it. */
  enter(peerId: PeerId, protocol: Protocol<T>, bytes: number): QueueKey<T> {
    const lane = this.#lane(peerId);
    lane.queued++;
    lane.queuedBytes += bytes;
    let key = lane.keys.get(protocol.id);
    if (key === undefined) {
      key = { lane, protocol };
      lane.keys.set(protocol.id, key);
    }
    return key;
  }

  /** A message has left its queue. */
  leave({ lane }: QueueKey<T>, bytes: number): void {
    lane.queued--;
    lane.queuedBytes -= bytes;
    if (lane.queued > 0) return;
    if (lane.closing !== undefined) this.#ready.add(lane);
    this.#forgetIfIdle(lane);
  }

  /** Payload bytes of a peer that wait. */
  heldBytes(peerId: PeerId): number {
    return this.#lanes.get(peerId)?.queuedBytes ?? 0;
  }

  #lane(peerId: PeerId): PeerLane<T> {
    let lane = this.#lanes.get(peerId);
    if (lane === undefined) {
      lane = {
        peerId,
        keys: new Map(),
        queued: 0,
        queuedBytes: 0,
        announced: undefined,
        opening: undefined,
        closing: undefined,
      };
      this.#lanes.set(peerId, lane);
    }
    return lane;
  }

  #forgetIfIdle(lane: PeerLane<T>): void {
    const { queued, announced, opening, closing } = lane;
    if (queued === 0 && announced === undefined && opening === undefined && closing === undefined) {
      this.#lanes.delete(lane.peerId);
    }
  }
}

/**
 * What is new for a reader that believes `announced`: with events merged away, a peer that was lost and came back
 * is an update, and an update of a peer never heard of is a new peer.
 */
function asSeenByReader(
  event: Exclude<ConnectionEvent, { type: 'lost-peer' }>,
  announced: ConnectionMetadata | undefined,
): ConnectionEvent {
  const { metadata } = event;
  if (announced === undefined) return event.type === 'new-peer' ? event : { type: 'new-peer', metadata };
  if (event.type === 'updated-peer' && event.previous === announced) return event;
  return { type: 'updated-peer', metadata, previous: announced };
}
