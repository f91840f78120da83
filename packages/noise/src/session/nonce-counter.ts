import { NoiseError } from '../errors.js';
import { NONCE_BYTES } from '../limits.js';

const WORD = 2 ** 32;
const LAST_WORD = WORD - 1;
const MAX_COUNTER = 2n ** 64n - 1n;

/** What every counter writes its nonce into: a nonce is no secret, and is read before anybody asks for the next. */
const NONCE = new Uint8Array(NONCE_BYTES);
const NONCE_VIEW = new DataView(NONCE.buffer);

/**
 * The nonce of one direction, counting itself up: four zero bytes, then a 64-bit big-endian counter (wire format 5).
 * Two 32-bit halves, since a bigint per frame would cost more than the header does.
 */
export class NonceCounter {
  #high: number;
  #low: number;

  /** @param start the first value, 0 to 2^64 - 1 */
  constructor(start = 0n) {
    if (start < 0n || start > MAX_COUNTER) {
      throw new NoiseError('ERR_NOISE_INVALID_OPTION', 'a nonce counter starts at 0 to 2^64 - 1');
    }
    this.#high = Number(start >> 32n);
    this.#low = Number(start & 0xffff_ffffn);
  }

  /**
   * The next nonce: a view, valid until the next call of any counter. The last value, 2^64 - 1, is never given out.
   * @throws NoiseError `ERR_NOISE_NONCE_OVERFLOW`, from then on always
   */
  next(): Uint8Array {
    const nonce = this.peek();
    if (nonce === undefined) {
      throw new NoiseError('ERR_NOISE_NONCE_OVERFLOW', 'all nonces of this direction are used up');
    }
    if (this.#low === LAST_WORD) {
      this.#low = 0;
      this.#high += 1;
    } else {
      this.#low += 1;
    }
    return nonce;
  }

  /** What `next` will return, under the same conditions. Undefined if it will throw. */
  peek(): Uint8Array | undefined {
    if (this.#low === LAST_WORD && this.#high === LAST_WORD) return undefined;
    NONCE_VIEW.setUint32(4, this.#high);
    NONCE_VIEW.setUint32(8, this.#low);
    return NONCE;
  }
}
