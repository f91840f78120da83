import { DiemNetError, type PeerId } from '@diemnet/types';

/** Codes of failures of handshake messages, sessions, keys and streams (behaviour.md 20). */
export type NoiseErrorCode =
  /** A handshake or transport message is shorter than any valid one. */
  | 'ERR_NOISE_MSG_TOO_SHORT'
  /** A public key of low order: the shared secret would be all zeros. */
  | 'ERR_NOISE_WRONG_PUBLIC_KEY_RECEIVED'
  /** A tag does not verify. */
  | 'ERR_NOISE_DECRYPT'
  | 'ERR_NOISE_PAYLOAD_TOO_LARGE'
  | 'ERR_NOISE_RECEIVED_MSG_TOO_LARGE'
  | 'ERR_NOISE_RESPONSE_BUFFER_TOO_SMALL'
  /** The session was closed, by us or by an earlier failure. */
  | 'ERR_NOISE_SESSION_CLOSED'
  | 'ERR_NOISE_NONCE_OVERFLOW'
  /** A handshake method was called out of turn. */
  | 'ERR_NOISE_HANDSHAKE_STATE'
  /** The stream ended inside a frame, or a frame of length 0 arrived. */
  | 'ERR_NOISE_UNEXPECTED_EOF'
  /** A frame that is too short or does not verify. */
  | 'ERR_NOISE_INVALID_DATA'
  /** A write after `end`, `destroy` or a close. */
  | 'ERR_BROKEN_PIPE'
  /** A handler of a stream threw something that is not an Error. */
  | 'ERR_NOISE_HANDLER_FAILED'
  | 'ERR_NOISE_INVALID_KEY'
  | 'ERR_NOISE_KEY_PAIR_MISMATCH'
  | 'ERR_NOISE_INVALID_OPTION';

/** An error of the Noise protocol, below authentication. */
export class NoiseError extends DiemNetError<NoiseErrorCode> {}

/** Codes of a failed handshake over a socket, one per step of wire.md 4.4 and 4.5. */
export type NoiseHandshakeErrorCode =
  // Listener, in the order of its checks.
  | 'ERR_NOISE_SERVER_READ_FAILED'
  | 'ERR_NOISE_SELF_DIAL_DETECTED'
  | 'ERR_NOISE_CLIENT_EXPECTING_DIFFERENT_PUBKEY'
  | 'ERR_NOISE_SERVER_PARSE_CLIENT'
  | 'ERR_NOISE_UNAUTHENTICATED_CLIENT'
  | 'ERR_NOISE_UNAUTHENTICATED_CLIENT_PUBKEY'
  | 'ERR_NOISE_CLIENT_PEER_ID_MISMATCH'
  | 'ERR_NOISE_SERVER_REPLAY_DETECTED'
  | 'ERR_NOISE_TIMESTAMP_IN_FUTURE'
  | 'ERR_NOISE_BUILD_SERVER_MESSAGE_FAILED'
  | 'ERR_NOISE_SERVER_WRITE_FAILED'
  // Dialer, in the order of its steps.
  | 'ERR_NOISE_MISSING_SERVER_PUBLIC_KEY'
  | 'ERR_NOISE_SERVER_PEER_ID_MISMATCH'
  | 'ERR_NOISE_BUILD_CLIENT_MESSAGE_FAILED'
  | 'ERR_NOISE_CLIENT_WRITE_FAILED'
  | 'ERR_NOISE_CLIENT_READ_FAILED'
  | 'ERR_NOISE_CLIENT_FINALIZE_FAILED';

/** What is known about the remote when a handshake fails. */
export interface NoiseHandshakeErrorDetails {
  /** The PeerId that a dialer claimed, or that we meant to dial. Not authenticated. */
  readonly remotePeerId?: PeerId;
}

/** A handshake that was refused or broke off; the socket is gone and the remote was told nothing. */
export class NoiseHandshakeError extends DiemNetError<NoiseHandshakeErrorCode, NoiseHandshakeErrorDetails> {}
