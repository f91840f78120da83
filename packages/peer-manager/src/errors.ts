import { DiemNetError } from '@diemnet/types';

/** Codes of the errors that this package throws. */
export type PeerManagerErrorCode =
  | 'ERR_ALREADY_CONNECTED'
  | 'ERR_NOT_CONNECTED'
  /** `cause` is the transport's error, or one of ours below. */
  | 'ERR_DIAL_FAILED'
  /** A connection came out under another PeerId than was dialed. */
  | 'ERR_PEER_ID_MISMATCH'
  | 'ERR_SELF_DIAL'
  /** By the limit on unknown inbound peers. */
  | 'ERR_CONNECTION_REFUSED'
  | 'ERR_PROTOCOL_REGISTERED'
  | 'ERR_INVALID_PROTOCOL_ID'
  | 'ERR_ALREADY_STARTED'
  | 'ERR_NOT_STARTED'
  | 'ERR_SHUTTING_DOWN'
  /** The listen address is taken or cannot be listened on (D-02). */
  | 'ERR_LISTEN_FAILED'
  | 'ERR_INVALID_OPTIONS';

/** An error of `@diemnet/peer-manager`. */
export class PeerManagerError extends DiemNetError<PeerManagerErrorCode> {}
