import type { CryptoBackend, FrameOpener, FrameSealer } from '../crypto/backend.js';
import { NoiseError } from '../errors.js';
import { MAX_FRAME_PLAINTEXT_BYTES, MAX_NOISE_MESSAGE_BYTES, TAG_BYTES } from '../limits.js';
import { join } from './join.js';
import { NonceCounter } from './nonce-counter.js';

/** What a session is made of. */
export interface NoiseSessionOptions {
  readonly backend: CryptoBackend;
  /** 32 bytes each; the session takes copies and overwrites these. */
  readonly sendKey: Uint8Array;
  readonly receiveKey: Uint8Array;
  /** First counter of each direction. @default 0n, which is what a handshake leads to */
  readonly sendCounter?: bigint;
  readonly receiveCounter?: bigint;
}

/**
 * The two transport ciphers of a connection (wire format 5). A message that does not verify ends the session in both
 * directions, as in the reference; `close` ends it and overwrites the keys.
 *
 * `encrypt` and `decrypt` handle whole messages. The other methods are the same in parts, for frames on the hot path.
 */
export class NoiseSession {
  readonly #sealer: FrameSealer;
  readonly #opener: FrameOpener;
  readonly #sendNonce: NonceCounter;
  readonly #receiveNonce: NonceCounter;
  #closed = false;

  constructor({ backend, sendKey, receiveKey, sendCounter, receiveCounter }: NoiseSessionOptions) {
    this.#sendNonce = new NonceCounter(sendCounter);
    this.#receiveNonce = new NonceCounter(receiveCounter);
    this.#sealer = backend.createSealer(sendKey);
    this.#opener = backend.createOpener(receiveKey);
    sendKey.fill(0);
    receiveKey.fill(0);
  }

  /** True after `close`, a message that did not verify, or the last nonce. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Ends both directions and overwrites the keys. May be called twice. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#sealer.dispose();
    this.#opener.dispose();
  }

  /**
   * Ciphertext and tag of one message.
   * @throws NoiseError `ERR_NOISE_PAYLOAD_TOO_LARGE` above 65519 bytes, `ERR_NOISE_SESSION_CLOSED`,
   * `ERR_NOISE_NONCE_OVERFLOW`
   */
  encrypt(plaintext: Uint8Array): Uint8Array {
    const parts: Uint8Array[] = [];
    this.startSeal(plaintext.length);
    if (plaintext.length > 0) this.updateSeal(plaintext, parts);
    parts.push(this.finishSeal());
    return join(parts);
  }

  /**
   * Plaintext of one message, in fresh memory. On failure the session is over.
   * @throws NoiseError `ERR_NOISE_MSG_TOO_SHORT`, `ERR_NOISE_RECEIVED_MSG_TOO_LARGE`, `ERR_NOISE_DECRYPT`,
   * `ERR_NOISE_SESSION_CLOSED`, `ERR_NOISE_NONCE_OVERFLOW`
   */
  decrypt(sealed: Uint8Array): Uint8Array {
    this.#assertOpen();
    if (sealed.length < TAG_BYTES) {
      throw this.#fail('ERR_NOISE_MSG_TOO_SHORT', `a message of ${sealed.length} bytes cannot hold a tag`);
    }
    if (sealed.length > MAX_NOISE_MESSAGE_BYTES) {
      throw this.#fail('ERR_NOISE_RECEIVED_MSG_TOO_LARGE', `a message of ${sealed.length} bytes`);
    }
    const plaintext = this.#opener.open(this.#next(this.#receiveNonce), sealed);
    if (plaintext === undefined) throw this.#notAuthentic();
    return plaintext;
  }

  /**
   * Does what can be done of the next message in each direction before it is there: for the time in which one waits
   * for an answer. Never needed.
   */
  prepare(): void {
    if (this.#closed) return;
    const sendNonce = this.#sendNonce.peek();
    if (sendNonce !== undefined) this.#sealer.prepare?.(sendNonce);
    const receiveNonce = this.#receiveNonce.peek();
    if (receiveNonce !== undefined) this.#opener.prepare?.(receiveNonce);
  }

  /** Begins a message whose plaintext will have `bytes` bytes. @throws as `encrypt` */
  startSeal(bytes: number): void {
    this.#assertOpen();
    if (bytes > MAX_FRAME_PLAINTEXT_BYTES) {
      throw new NoiseError(
        'ERR_NOISE_PAYLOAD_TOO_LARGE',
        `a message holds ${MAX_FRAME_PLAINTEXT_BYTES} bytes, not ${bytes}`,
      );
    }
    this.#sealer.start(this.#next(this.#sendNonce));
  }

  /** Takes plaintext and appends what ciphertext there is to `out`. */
  updateSeal(plaintext: Uint8Array, out: Uint8Array[]): void {
    this.#sealer.update(plaintext, out);
  }

  /** The rest of the ciphertext, which ends with the tag. */
  finishSeal(): Uint8Array {
    return this.#sealer.finish();
  }

  /** Begins a received message that comes in parts. @throws as `decrypt` */
  startOpen(): void {
    this.#assertOpen();
    this.#opener.start(this.#next(this.#receiveNonce));
  }

  /** Takes ciphertext, which is read during the call only. */
  updateOpen(ciphertext: Uint8Array): void {
    this.#opener.update(ciphertext);
  }

  /** The plaintext in order. On failure the session is over. @throws NoiseError `ERR_NOISE_DECRYPT` */
  finishOpen(tag: Uint8Array): readonly Uint8Array[] {
    const plaintext = this.#opener.finish(tag);
    if (plaintext === undefined) throw this.#notAuthentic();
    return plaintext;
  }

  #assertOpen(): void {
    if (this.#closed) throw new NoiseError('ERR_NOISE_SESSION_CLOSED', 'the Noise session is closed');
  }

  #next(counter: NonceCounter): Uint8Array {
    try {
      return counter.next();
    } catch (error) {
      this.close();
      throw error;
    }
  }

  #notAuthentic(): NoiseError {
    return this.#fail('ERR_NOISE_DECRYPT', 'a received message does not verify');
  }

  #fail(
    code: 'ERR_NOISE_MSG_TOO_SHORT' | 'ERR_NOISE_RECEIVED_MSG_TOO_LARGE' | 'ERR_NOISE_DECRYPT',
    message: string,
  ): NoiseError {
    this.close();
    return new NoiseError(code, message);
  }
}
