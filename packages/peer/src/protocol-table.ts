import { isProtocolId, protocolIdSet, type ProtocolId, type ProtocolIdSet } from '@diemnet/wire';
import { Lane } from './lane.js';
import { lanePriorityRank } from './lane-priority.js';
import type { ResolvedPeerOptions } from './options.js';

/** Messages and payload bytes of one protocol on one connection: DirectSends, requests and responses together. */
export interface ProtocolTraffic {
  readonly messagesIn: number;
  readonly bytesIn: number;
  readonly messagesOut: number;
  readonly bytesOut: number;
}

/** Everything that a connection knows about one protocol. */
export class ProtocolState implements ProtocolTraffic {
  readonly protocolId: ProtocolId;
  /** DirectSends and requests. */
  readonly lane: Lane;
  /** Answers to the remote's requests: they hold a handler's work and go first. */
  readonly responses: Lane;
  /** Negotiated, or used by the remote itself, which then evidently speaks it (D-46). */
  spoken: boolean;
  messagesIn = 0;
  bytesIn = 0;
  messagesOut = 0;
  bytesOut = 0;

  constructor(protocolId: ProtocolId, negotiated: boolean, options: ResolvedPeerOptions) {
    const { laneMessages: maxMessages, laneBytes: maxBytes, lanePriorities } = options;
    const rank = lanePriorityRank(lanePriorities.get(protocolId) ?? 'normal');
    const urgent = lanePriorityRank('urgent');
    this.protocolId = protocolId;
    this.spoken = negotiated;
    this.lane = new Lane({ rank, maxMessages, maxBytes });
    this.responses = new Lane({ rank: Math.min(rank, urgent), maxMessages, maxBytes });
  }

  countIn(payloadBytes: number): void {
    this.messagesIn++;
    this.bytesIn += payloadBytes;
  }

  countOut(payloadBytes: number): void {
    this.messagesOut++;
    this.bytesOut += payloadBytes;
  }
}

/** The protocols of one connection, each made on first use. */
export class ProtocolTable {
  readonly #states: (ProtocolState | undefined)[] = [];
  readonly #negotiated: ProtocolIdSet;
  readonly #options: ResolvedPeerOptions;

  constructor(negotiated: ProtocolIdSet, options: ResolvedPeerOptions) {
    // A set of our own: lookups must not depend on what an object from elsewhere does.
    this.#negotiated = protocolIdSet(negotiated.toIds());
    this.#options = options;
  }

  /** Only for ids from 0 to 255. */
  get(protocolId: ProtocolId): ProtocolState {
    return (this.#states[protocolId] ??= new ProtocolState(
      protocolId,
      this.#negotiated.has(protocolId),
      this.#options,
    ));
  }

  /** The state of a protocol that may be sent to this remote. */
  spoken(protocolId: ProtocolId): ProtocolState | undefined {
    const state = this.#states[protocolId];
    if (state !== undefined) return state.spoken ? state : undefined;
    return isProtocolId(protocolId) && this.#negotiated.has(protocolId) ? this.get(protocolId) : undefined;
  }

  /** A snapshot of the protocols used so far. */
  traffic(): Map<ProtocolId, ProtocolTraffic> {
    const used = this.#states.filter((state) => state !== undefined);
    return new Map(
      used.map(({ protocolId, messagesIn, bytesIn, messagesOut, bytesOut }) => [
        protocolId,
        { messagesIn, bytesIn, messagesOut, bytesOut },
      ]),
    );
  }
}
