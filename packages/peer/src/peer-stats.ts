import type { ProtocolId } from '@diemnet/wire';
import type { ProtocolTraffic } from './protocol-table.js';

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
  /** Messages that found no room in the queues. */
  readonly refusedMessages: number;
  /** Received messages that no handler took. */
  readonly unhandledMessages: number;
  readonly pendingOutboundRpcs: number;
  readonly pendingInboundRpcs: number;
  readonly protocols: ReadonlyMap<ProtocolId, ProtocolTraffic>;
}
