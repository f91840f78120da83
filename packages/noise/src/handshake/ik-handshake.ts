import type { Rng } from '@diemnet/types';
import type { CryptoBackend, DhKeyPair, DhPublicKey } from '../crypto/backend.js';
import { NoiseError } from '../errors.js';
import { KEY_BYTES, MAX_NOISE_MESSAGE_BYTES, TAG_BYTES } from '../limits.js';
import { SymmetricState } from './symmetric-state.js';

/** Bytes of message 1 around its payload: `e`, encrypted `s`, tag of the payload. */
export const MESSAGE_1_OVERHEAD_BYTES = KEY_BYTES + KEY_BYTES + TAG_BYTES + TAG_BYTES;
/** Bytes of message 2 around its payload: `e`, tag of the payload. */
export const MESSAGE_2_OVERHEAD_BYTES = KEY_BYTES + TAG_BYTES;

/** What both sides of a handshake need. */
export interface IkHandshakeOptions {
  readonly backend: CryptoBackend;
  readonly rng: Rng;
  /** Our static key pair, imported by the same backend. Stays the caller's. */
  readonly staticKeys: DhKeyPair;
  /** Bytes both sides know; read during the constructor only. */
  readonly prologue: Uint8Array;
}

/** What a finished handshake leads to. The keys are the caller's, to wipe. */
export interface IkResult {
  readonly sendKey: Uint8Array;
  readonly receiveKey: Uint8Array;
  /** The final hash, the same on both sides. DiemNet has no use for it. */
  readonly handshakeHash: Uint8Array;
}

/** Writes and reads the fields of one handshake message in order. */
export class MessageCursor {
  readonly bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  put(field: Uint8Array): void {
    this.bytes.set(field, this.#at);
    this.#at += field.length;
  }

  /** The next `length` bytes, or all that are left. */
  take(length = this.bytes.length - this.#at): Uint8Array {
    const field = this.bytes.subarray(this.#at, this.#at + length);
    this.#at += length;
    return field;
  }
}

/** What initiator and responder share: the states of the handshake, its turns, and forgetting. */
export class IkHandshake {
  readonly backend: CryptoBackend;
  readonly symmetric: SymmetricState;
  /** `s` */
  readonly staticKeys: DhKeyPair;
  readonly #rng: Rng;
  /** `e` */
  #ephemeral: DhKeyPair | undefined;
  #turn = 0;

  constructor({ backend, rng, staticKeys, prologue }: IkHandshakeOptions) {
    this.backend = backend;
    this.#rng = rng;
    this.staticKeys = staticKeys;
    this.symmetric = new SymmetricState(backend, prologue);
  }

  /** Our ephemeral pair, once the token `e` was written. */
  get ephemeral(): DhKeyPair {
    return this.#ephemeral as DhKeyPair;
  }

  /** Token `e`, writing. */
  writeE(message: MessageCursor): void {
    this.#ephemeral = this.backend.generateKeyPair(this.#rng);
    message.put(this.#ephemeral.publicKey);
    this.symmetric.mixHash(this.#ephemeral.publicKey);
  }

  /** Token `e`, reading. */
  readE(message: MessageCursor): DhPublicKey {
    const bytes = message.take(KEY_BYTES);
    this.symmetric.mixHash(bytes);
    return this.backend.importPublicKey(bytes);
  }

  /** Runs step `turn`; a failure ends the handshake and wipes it. @throws NoiseError `ERR_NOISE_HANDSHAKE_STATE` */
  step<T>(turn: number, run: () => T): T {
    if (turn !== this.#turn) {
      throw new NoiseError('ERR_NOISE_HANDSHAKE_STATE', 'a handshake method was called out of turn');
    }
    try {
      const result = run();
      this.#turn += 1;
      return result;
    } catch (error) {
      this.dispose();
      throw error;
    }
  }

  /** Overwrites all secrets of the handshake. Nothing more can be done with it. */
  dispose(): void {
    this.#turn = Number.NaN;
    this.symmetric.dispose();
    this.#ephemeral?.dispose();
    this.#ephemeral = undefined;
  }
}

/**
 * Memory for a message of `overhead` bytes and a payload: `into` if there is one, cut to size.
 * @throws NoiseError `ERR_NOISE_PAYLOAD_TOO_LARGE`, `ERR_NOISE_RESPONSE_BUFFER_TOO_SMALL`
 */
export function messageToWrite(
  overhead: number,
  payload: Uint8Array,
  into: Uint8Array | undefined,
): MessageCursor {
  const size = overhead + payload.length;
  if (size > MAX_NOISE_MESSAGE_BYTES) {
    throw new NoiseError('ERR_NOISE_PAYLOAD_TOO_LARGE', `a payload of ${payload.length} bytes does not fit`);
  }
  if (into !== undefined && into.length < size) {
    throw new NoiseError(
      'ERR_NOISE_RESPONSE_BUFFER_TOO_SMALL',
      `the message needs ${size} bytes, there are ${into.length}`,
    );
  }
  return new MessageCursor(into === undefined ? new Uint8Array(size) : into.subarray(0, size));
}

/** @throws NoiseError `ERR_NOISE_RECEIVED_MSG_TOO_LARGE`, `ERR_NOISE_MSG_TOO_SHORT` */
export function messageToRead(overhead: number, message: Uint8Array): MessageCursor {
  if (message.length > MAX_NOISE_MESSAGE_BYTES) {
    throw new NoiseError('ERR_NOISE_RECEIVED_MSG_TOO_LARGE', `a message of ${message.length} bytes`);
  }
  if (message.length < overhead) {
    throw new NoiseError(
      'ERR_NOISE_MSG_TOO_SHORT',
      `a message of ${message.length} bytes, at least ${overhead} are needed`,
    );
  }
  return new MessageCursor(message);
}
