/** Why a connection ended, as the reference tells it. */
export type DisconnectReason = 'Requested' | 'ConnectionLost';

/**
 * Why a connection ended, precisely: one taxonomy for events, logs and metrics.
 * The first group we decided (Requested), the second happened to us (ConnectionLost).
 */
export type DisconnectCause =
  | 'requested' // an application or operator asked
  | 'shutdown' // our network stops
  | 'replaced' // a newer connection to the same peer won the tie
  | 'tie-lost' // this new connection lost the tie
  | 'inbound-limit'
  | 'evicted' // made room for another unknown peer
  | 'self-dial'
  | 'not-trusted' // the peer is no longer eligible
  | 'stale-key' // the peer is eligible under another key
  | 'unhealthy' // pings failed
  | 'misbehaviour' // too many protocol violations
  | 'write-stalled' // no progress in sending
  | 'remote-closed'
  | 'truncated' // the stream ended inside a frame
  | 'frame-too-large'
  | 'decryption-failed'
  | 'io-error';

const LOST: ReadonlySet<DisconnectCause> = new Set<DisconnectCause>([
  'remote-closed',
  'truncated',
  'frame-too-large',
  'decryption-failed',
  'io-error',
  'write-stalled',
]);

const HANDS_UP: ReadonlySet<DisconnectCause> = new Set<DisconnectCause>([
  'requested',
  'shutdown',
  'replaced',
  'tie-lost',
]);

/** The reference's reason for a cause. */
export function disconnectReasonOf(cause: DisconnectCause): DisconnectReason {
  return LOST.has(cause) ? 'ConnectionLost' : 'Requested';
}

/** Is what the remote sent before it knew of this end still worth handing up? */
export function handsUpWhileClosing(cause: DisconnectCause): boolean {
  return HANDS_UP.has(cause);
}
