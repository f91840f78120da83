import { publicKeyFromBytes, type X25519PublicKey } from '@diemnet/types';
import type { DhPublicKey } from '../crypto/backend.js';
import { KEY_BYTES, TAG_BYTES } from '../limits.js';
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

/** What message 1 says. */
export interface IkMessage1 {
  readonly payload: Uint8Array;
  /** The initiator's static key. It proved to hold it. */
  readonly remoteStaticKey: X25519PublicKey;
}

/** {@link IkHandshakeOptions} and where the initiator's static key is made ready. */
export interface IkResponderOptions extends IkHandshakeOptions {
  /** @default backend.importPublicKey */
  readonly importRemoteStaticKey?: (bytes: Uint8Array) => DhPublicKey;
}

/**
 * The listener's half of Noise IK (wire format 4.3), without any I/O:
 * `readMessage1`, `writeMessage2`, `split`. Any failure ends it and wipes its secrets.
 */
export class IkResponder {
  readonly #handshake: IkHandshake;
  readonly #importRemoteStaticKey: ((bytes: Uint8Array) => DhPublicKey) | undefined;
  #re: DhPublicKey | undefined;
  #rs: DhPublicKey | undefined;

  constructor(options: IkResponderOptions) {
    this.#importRemoteStaticKey = options.importRemoteStaticKey;
    this.#handshake = new IkHandshake(options);
    // Pre-message: our static key is known.
    this.#handshake.symmetric.mixHash(options.staticKeys.publicKey);
  }

  /**
   * Reads message 1. It may be a replay: only message 2 and what follows tells (wire format 4.4).
   * @throws NoiseError `ERR_NOISE_DECRYPT`, `ERR_NOISE_MSG_TOO_SHORT`, `ERR_NOISE_RECEIVED_MSG_TOO_LARGE`,
   * `ERR_NOISE_WRONG_PUBLIC_KEY_RECEIVED`, `ERR_NOISE_HANDSHAKE_STATE`
   */
  readMessage1(bytes: Uint8Array): IkMessage1 {
    return this.#handshake.step(0, () => {
      const message = messageToRead(MESSAGE_1_OVERHEAD_BYTES, bytes);
      // e, es, s, ss
      this.#re = this.#handshake.readE(message);
      this.#es();
      this.#rs = this.#readS(message);
      this.#ss();
      const payload = this.#handshake.symmetric.decryptAndHash(message.take());
      return { payload, remoteStaticKey: publicKeyFromBytes(this.#rs.bytes) };
    });
  }

  /**
   * Builds message 2 into `into`, or fresh memory; returns the part that it takes.
   * @throws NoiseError `ERR_NOISE_PAYLOAD_TOO_LARGE`, `ERR_NOISE_RESPONSE_BUFFER_TOO_SMALL`,
   * `ERR_NOISE_HANDSHAKE_STATE`
   */
  writeMessage2(payload: Uint8Array, into?: Uint8Array): Uint8Array {
    return this.#handshake.step(1, () => {
      const message = messageToWrite(MESSAGE_2_OVERHEAD_BYTES, payload, into);
      // e, ee, se
      this.#handshake.writeE(message);
      this.#ee();
      this.#se();
      message.put(this.#handshake.symmetric.encryptAndHash(payload));
      return message.bytes;
    });
  }

  /** The transport keys; ends the handshake. @throws NoiseError `ERR_NOISE_HANDSHAKE_STATE` */
  split(): IkResult {
    return this.#handshake.step(2, () => {
      const { handshakeHash } = this.#handshake.symmetric;
      const [receiveKey, sendKey] = this.#handshake.symmetric.split();
      this.#handshake.dispose();
      return { sendKey, receiveKey, handshakeHash };
    });
  }

  /** Gives up and wipes the secrets. May be called at any time, also twice. */
  dispose(): void {
    this.#handshake.dispose();
  }

  #es(): void {
    const { staticKeys, symmetric } = this.#handshake;
    symmetric.mixKey(staticKeys.dh(this.#re as DhPublicKey));
  }

  #readS(message: MessageCursor): DhPublicKey {
    const { backend, symmetric } = this.#handshake;
    const bytes = symmetric.decryptAndHash(message.take(KEY_BYTES + TAG_BYTES));
    return this.#importRemoteStaticKey?.(bytes) ?? backend.importPublicKey(bytes);
  }

  #ss(): void {
    const { staticKeys, symmetric } = this.#handshake;
    symmetric.mixKey(staticKeys.dh(this.#rs as DhPublicKey));
  }

  #ee(): void {
    const { ephemeral, symmetric } = this.#handshake;
    symmetric.mixKey(ephemeral.dh(this.#re as DhPublicKey));
  }

  #se(): void {
    const { ephemeral, symmetric } = this.#handshake;
    symmetric.mixKey(ephemeral.dh(this.#rs as DhPublicKey));
  }
}
