import type { DhPublicKey } from '../crypto/backend.js';
import {
  IkHandshake,
  MESSAGE_1_OVERHEAD_BYTES,
  MESSAGE_2_OVERHEAD_BYTES,
  messageToRead,
  messageToWrite,
  type IkHandshakeOptions,
  type IkResult,
  type MessageCursor,
} from './ik-handshake.js';

/** {@link IkHandshakeOptions} and the key that the responder must have. */
export interface IkInitiatorOptions extends IkHandshakeOptions {
  readonly remoteStaticKey: DhPublicKey;
}

/**
 * The dialer's half of Noise IK (wire format 4.3), without any I/O:
 * `writeMessage1`, `readMessage2`, `split`. Any failure ends it and wipes its secrets.
 */
export class IkInitiator {
  readonly #handshake: IkHandshake;
  readonly #rs: DhPublicKey;
  #re: DhPublicKey | undefined;

  constructor(options: IkInitiatorOptions) {
    this.#handshake = new IkHandshake(options);
    this.#rs = options.remoteStaticKey;
    // Pre-message: the responder's static key is known.
    this.#handshake.symmetric.mixHash(this.#rs.bytes);
  }

  /**
   * Builds message 1 into `into`, or fresh memory; returns the part that it takes.
   * @throws NoiseError `ERR_NOISE_PAYLOAD_TOO_LARGE`, `ERR_NOISE_RESPONSE_BUFFER_TOO_SMALL`,
   * `ERR_NOISE_WRONG_PUBLIC_KEY_RECEIVED`, `ERR_NOISE_HANDSHAKE_STATE`
   */
  writeMessage1(payload: Uint8Array, into?: Uint8Array): Uint8Array {
    return this.#handshake.step(0, () => {
      const message = messageToWrite(MESSAGE_1_OVERHEAD_BYTES, payload, into);
      // e, es, s, ss
      this.#handshake.writeE(message);
      this.#es();
      this.#writeS(message);
      this.#ss();
      message.put(this.#handshake.symmetric.encryptAndHash(payload));
      return message.bytes;
    });
  }

  /**
   * Reads message 2 and returns its payload.
   * @throws NoiseError `ERR_NOISE_DECRYPT`, `ERR_NOISE_MSG_TOO_SHORT`, `ERR_NOISE_RECEIVED_MSG_TOO_LARGE`,
   * `ERR_NOISE_WRONG_PUBLIC_KEY_RECEIVED`, `ERR_NOISE_HANDSHAKE_STATE`
   */
  readMessage2(bytes: Uint8Array): Uint8Array {
    return this.#handshake.step(1, () => {
      const message = messageToRead(MESSAGE_2_OVERHEAD_BYTES, bytes);
      // e, ee, se
      this.#re = this.#handshake.readE(message);
      this.#ee();
      this.#se();
      return this.#handshake.symmetric.decryptAndHash(message.take());
    });
  }

  /** The transport keys; ends the handshake. @throws NoiseError `ERR_NOISE_HANDSHAKE_STATE` */
  split(): IkResult {
    return this.#handshake.step(2, () => {
      const { handshakeHash } = this.#handshake.symmetric;
      const [sendKey, receiveKey] = this.#handshake.symmetric.split();
      this.#handshake.dispose();
      return { sendKey, receiveKey, handshakeHash };
    });
  }

  /** Gives up and wipes the secrets. May be called at any time, also twice. */
  dispose(): void {
    this.#handshake.dispose();
  }

  #es(): void {
    const { ephemeral, symmetric } = this.#handshake;
    symmetric.mixKey(ephemeral.dh(this.#rs));
  }

  #writeS(message: MessageCursor): void {
    const { staticKeys, symmetric } = this.#handshake;
    message.put(symmetric.encryptAndHash(staticKeys.publicKey));
  }

  #ss(): void {
    const { staticKeys, symmetric } = this.#handshake;
    symmetric.mixKey(staticKeys.dh(this.#rs));
  }

  #ee(): void {
    const { ephemeral, symmetric } = this.#handshake;
    symmetric.mixKey(ephemeral.dh(this.#re as DhPublicKey));
  }

  #se(): void {
    const { staticKeys, symmetric } = this.#handshake;
    symmetric.mixKey(staticKeys.dh(this.#re as DhPublicKey));
  }
}
