import { DiemNetError, type PeerId } from '@diemnet/types';

/** Codes of failures of handshake messages, sessions, keys and streams (behaviour 20). */
export type NoiseErrorCode =
  /** A handshake or transport message is shorter than any valid one. */
  | 'ERR_NOISE_MSG_TOO_SHORT'
  /** A public key of low order: the shared secret would be all zeros. */
  | 'ERR_NOISE_WRONG_PUBLIC_KEY_RECEIVED'
  /** A tag does not verify. */
  | 'ERR_NOISE_DECRYPT'
  /** A payload that makes a message exceed 65535 bytes. */
  | 'ERR_NOISE_PAYLOAD_TOO_LARGE'
  /** A received message of more than 65535 bytes. */
  | 'ERR_NOISE_RECEIVED_MSG_TOO_LARGE'
  /** The buffer for a message does not hold it. */
  | 'ERR_NOISE_RESPONSE_BUFFER_TOO_SMALL'
  /** The session was closed, by us or by an earlier failure. */
  | 'ERR_NOISE_SESSION_CLOSED'
  /** All nonces of a direction are used up. */
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
  /** Not a key of 32 bytes. */
  | 'ERR_NOISE_INVALID_KEY'
  /** The public key is not that of the private key. */
  | 'ERR_NOISE_KEY_PAIR_MISMATCH'
  /** An option makes no sense. */
  | 'ERR_NOISE_INVALID_OPTION';

/** An error of the Noise protocol, below authentication. */
export class NoiseError extends DiemNetError<NoiseErrorCode> {}

/** Codes of a failed handshake over a socket, one per step of wire format 4.4 and 4.5. */
export type NoiseHandshakeErrorCode =
  // Listener, in the order of its checks.
  /** Message 1 did not arrive whole. */
  | 'ERR_NOISE_SERVER_READ_FAILED'
  /** The dialer has our own PeerId. */
  | 'ERR_NOISE_SELF_DIAL_DETECTED'
  /** The dialer addressed another key than ours. */
  | 'ERR_NOISE_CLIENT_EXPECTING_DIFFERENT_PUBKEY'
  /** The budget of Diffie-Hellman operations for dialers of this kind is used up (D-07). */
  | 'ERR_NOISE_BUSY'
  /** Message 1 is not valid. */
  | 'ERR_NOISE_SERVER_PARSE_CLIENT'
  /** Mutual mode, and the PeerId of the dialer is not trusted. */
  | 'ERR_NOISE_UNAUTHENTICATED_CLIENT'
  /** A trusted PeerId with a key that is not one of its own. */
  | 'ERR_NOISE_UNAUTHENTICATED_CLIENT_PUBKEY'
  /** An unknown PeerId that does not derive from its key. */
  | 'ERR_NOISE_CLIENT_PEER_ID_MISMATCH'
  /** A timestamp that is not later than the last one under this key. */
  | 'ERR_NOISE_SERVER_REPLAY_DETECTED'
  /** A timestamp far ahead of our clock (D-38). */
  | 'ERR_NOISE_TIMESTAMP_IN_FUTURE'
  /** Message 2 cannot be built. */
  | 'ERR_NOISE_BUILD_SERVER_MESSAGE_FAILED'
  /** Message 2 cannot be sent. */
  | 'ERR_NOISE_SERVER_WRITE_FAILED'
  // Dialer, in the order of its steps.
  /** The key of whom we dial is not known. */
  | 'ERR_NOISE_MISSING_SERVER_PUBLIC_KEY'
  /** We dial an unknown PeerId that does not derive from the key. */
  | 'ERR_NOISE_SERVER_PEER_ID_MISMATCH'
  /** Message 1 cannot be built. */
  | 'ERR_NOISE_BUILD_CLIENT_MESSAGE_FAILED'
  /** Message 1 cannot be sent. */
  | 'ERR_NOISE_CLIENT_WRITE_FAILED'
  /** Message 2 did not arrive whole: most often the listener refused us. */
  | 'ERR_NOISE_CLIENT_READ_FAILED'
  /** Message 2 is not valid. */
  | 'ERR_NOISE_CLIENT_FINALIZE_FAILED';

/** What is known about the remote when a handshake fails. */
export interface NoiseHandshakeErrorDetails {
  /** The PeerId that a dialer claimed, or that we meant to dial. Not authenticated. */
  readonly remotePeerId?: PeerId;
  /** Bytes that had come of a message that never came whole. */
  readonly receivedBytes?: number;
}

/** A handshake that was refused or broke off; the socket is gone and the remote was told nothing. */
export class NoiseHandshakeError extends DiemNetError<NoiseHandshakeErrorCode, NoiseHandshakeErrorDetails> {}
