import type { ProtocolId } from '@diemnet/wire';
import type { ProtocolTraffic } from './protocol-table.js';

/** Bytes that one connection holds in memory now, by what holds them. The formula for their bounds: docs/memory.md. */
export interface PeerLedger {
  /** Of a message whose end has not come. */
  readonly receiving: number;
  /** Requests of the remote that wait for an answer. */
  readonly pendingRequests: number;
  /** Messages in the lanes, and the rest of the one being written. */
  readonly sending: number;
  /** With the socket, not with the system yet. */
  readonly socket: number;
}

/** A snapshot of one connection, for health checks and inspection. */
export interface PeerStats {
  /** Stream bytes, frame headers included. */
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** When the last bytes came and went, on the monotonic clock; undefined if there were none. */
  readonly lastReceivedAt: number | undefined;
  readonly lastSentAt: number | undefined;
  readonly queuedMessages: number;
  /** Bytes accepted for sending that are not with the socket yet. */
  readonly queuedBytes: number;
  readonly held: PeerLedger;
  /** Messages that found no room in the queues. */
  readonly refusedMessages: number;
  /** Received messages that no handler took. */
  readonly unhandledMessages: number;
  readonly pendingOutboundRpcs: number;
  readonly pendingInboundRpcs: number;
  readonly protocols: ReadonlyMap<ProtocolId, ProtocolTraffic>;
}
