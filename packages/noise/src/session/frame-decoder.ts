import { isDiemNetError } from '@diemnet/types';
import { NoiseError } from '../errors.js';
import { TAG_BYTES } from '../limits.js';
import type { NoiseSession } from './noise-session.js';

/**
 * Reads transport frames (wire format 5) out of chunks of any size, which are not kept. Whole frames are decrypted where
 * they lie; of a frame in pieces each piece is decrypted as it comes, and all is handed on once the tag verified.
 *
 * Whatever ended the stream is answered again by every later call.
 */
export class FrameDecoder {
  readonly #session: NoiseSession;
  readonly #onPlaintext: (plaintext: Uint8Array) => void;
  readonly #tag = new Uint8Array(TAG_BYTES);
  /** First byte of a length whose second has not come; -1 if there is none. */
  #lengthHigh = -1;
  /** Bytes of the frame under way that have not come, tag included; 0 between frames. */
  #missing = 0;
  #error: NoiseError | undefined;
  #ended = false;

  /** `onPlaintext` gets fresh memory, never empty. It may close the session, which stops the decoder. */
  constructor(session: NoiseSession, onPlaintext: (plaintext: Uint8Array) => void) {
    this.#session = session;
    this.#onPlaintext = onPlaintext;
  }

  /** Reads what arrived. Returns the error that ended the stream, if one did. */
  push(chunk: Uint8Array): NoiseError | undefined {
    for (let at = 0; at < chunk.length && this.#error === undefined && !this.#ended;) {
      if (this.#session.closed) break;
      try {
        at = this.#missing > 0 ? this.#continueFrame(chunk, at) : this.#beginFrame(chunk, at);
      } catch (error) {
        if (!isDiemNetError(error)) throw error;
        this.#fail('ERR_NOISE_INVALID_DATA', 'a received frame cannot be decrypted', error);
      }
    }
    return this.#error;
  }

  /** The stream ended. Returns an error if it did so inside a frame. */
  end(): NoiseError | undefined {
    if (this.#error === undefined && (this.#lengthHigh >= 0 || this.#missing > 0)) {
      this.#fail('ERR_NOISE_UNEXPECTED_EOF', 'the stream ended inside a frame');
    }
    this.#ended = true;
    return this.#error;
  }

  #beginFrame(chunk: Uint8Array, at: number): number {
    if (this.#lengthHigh < 0) {
      this.#lengthHigh = chunk[at++] as number;
      if (at === chunk.length) return at;
    }
    const length = (this.#lengthHigh << 8) | (chunk[at++] as number);
    this.#lengthHigh = -1;
    if (length < TAG_BYTES) {
      // What a read of length 0 means is settled by the reference: the end. Anything else too short is invalid.
      if (length === 0) this.#fail('ERR_NOISE_UNEXPECTED_EOF', 'a frame of length 0');
      else this.#fail('ERR_NOISE_INVALID_DATA', `a frame of ${length} bytes cannot hold a tag`);
      return at;
    }
    if (chunk.length - at < length) {
      this.#session.startOpen();
      this.#missing = length;
      return at;
    }
    const plaintext = this.#session.decrypt(chunk.subarray(at, at + length));
    // A valid frame without content is ignored: taking it for the end, as the reference does, would let a peer
    // stop reading us without closing (D-39).
    if (plaintext.length > 0) this.#onPlaintext(plaintext);
    return at + length;
  }

  #continueFrame(chunk: Uint8Array, at: number): number {
    const end = Math.min(chunk.length, at + this.#missing);
    const tagAt = at + this.#missing - TAG_BYTES;
    if (at < tagAt) this.#session.updateOpen(chunk.subarray(at, Math.min(end, tagAt)));
    for (let i = Math.max(at, tagAt); i < end; i++) this.#tag[i - tagAt] = chunk[i] as number;
    this.#missing -= end - at;
    if (this.#missing === 0) this.#deliver(this.#session.finishOpen(this.#tag));
    return end;
  }

  #deliver(parts: readonly Uint8Array[]): void {
    for (const part of parts) {
      if (part.length > 0 && !this.#session.closed) this.#onPlaintext(part);
    }
  }

  #fail(code: 'ERR_NOISE_UNEXPECTED_EOF' | 'ERR_NOISE_INVALID_DATA', message: string, cause?: Error): void {
    this.#session.close();
    this.#error = new NoiseError(code, message, cause === undefined ? {} : { cause });
  }
}
