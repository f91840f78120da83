import { DiemNetError } from '@diemnet/types';

/** Codes of the errors that this package throws. */
export type PeerManagerErrorCode =
  /** The peer to dial is connected; `details.address` says where. */
  | 'ERR_ALREADY_CONNECTED'
  /** The peer is not connected, or is being disconnected. */
  | 'ERR_NOT_CONNECTED'
  /** `cause` is the transport's error, or one of ours below. */
  | 'ERR_DIAL_FAILED'
  /** A connection came out under another PeerId than was dialed. */
  | 'ERR_PEER_ID_MISMATCH'
  /** The remote is ourselves. */
  | 'ERR_SELF_DIAL'
  /** By the limit on unknown inbound peers. */
  | 'ERR_CONNECTION_REFUSED'
  /** The peer misbehaved a short while ago (D-12). */
  | 'ERR_COOLING_DOWN'
  /** The protocol has a handler of this kind already. */
  | 'ERR_PROTOCOL_REGISTERED'
  /** Not an integer from 0 to 255. */
  | 'ERR_INVALID_PROTOCOL_ID'
  /** Registering or starting after the start. */
  | 'ERR_ALREADY_STARTED'
  /** A request before the start. */
  | 'ERR_NOT_STARTED'
  /** A request during or after `stop`. */
  | 'ERR_SHUTTING_DOWN'
  /** The listen address is taken or cannot be listened on (D-02). */
  | 'ERR_LISTEN_FAILED'
  /** An option makes no sense. */
  | 'ERR_INVALID_OPTIONS';

/** An error of `@diemnet/peer-manager`. */
export class PeerManagerError extends DiemNetError<PeerManagerErrorCode> {}
