import { bytesEqual } from '@diemnet/types';
import { WireError } from './errors.js';

/** Bytes of the longest bit vector. */
export const MAX_BIT_VEC_BYTES = 32;

/**
 * An immutable bit vector of the version handshake (DiemNet wire format, section 6.3): position 0 is the most
 * significant bit of the first byte. Keeps trailing zero bytes, so `80` and `8000` differ.
 */
export class BitVec {
  readonly #bytes: Uint8Array;

  private constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Copies `bytes`. @throws WireError `ERR_INVALID_BIT_VECTOR` above 32 bytes */
  static fromBytes(bytes: Uint8Array): BitVec {
    if (bytes.length > MAX_BIT_VEC_BYTES) {
      throw new WireError(
        'ERR_INVALID_BIT_VECTOR',
        `a bit vector has at most ${MAX_BIT_VEC_BYTES} bytes, got ${bytes.length}`,
      );
    }
    return new BitVec(Uint8Array.from(bytes));
  }

  /** The shortest vector with these bits set. @throws WireError `ERR_INVALID_BIT_VECTOR` outside 0 to 255 */
  static of(positions: Iterable<number>): BitVec {
    const bytes = new Uint8Array(MAX_BIT_VEC_BYTES);
    let length = 0;
    for (const position of positions) {
      setBit(bytes, position);
      length = Math.max(length, (position >> 3) + 1);
    }
    return new BitVec(bytes.slice(0, length));
  }

  /** This vector with one more bit, grown by zero bytes as needed. @throws WireError `ERR_INVALID_BIT_VECTOR` */
  with(position: number): BitVec {
    const bytes = new Uint8Array(Math.max(this.#bytes.length, Math.min(position >> 3, 31) + 1));
    bytes.set(this.#bytes);
    setBit(bytes, position);
    return new BitVec(bytes);
  }

  /** True if the bit is set; false for any position beyond the end. */
  isSet(position: number): boolean {
    return ((this.#bytes[position >> 3] ?? 0) & (0x80 >> (position & 7))) !== 0;
  }

  /** Bytewise AND, as long as the shorter of both. */
  and(other: BitVec): BitVec {
    const length = Math.min(this.#bytes.length, other.#bytes.length);
    const bytes = new Uint8Array(length);
    for (let i = 0; i < length; i++) bytes[i] = (this.#bytes[i] as number) & (other.#bytes[i] as number);
    return new BitVec(bytes);
  }

  /** Positions that are set, ascending. */
  positions(): number[] {
    const found: number[] = [];
    for (let position = 0; position < 8 * this.#bytes.length; position++) {
      if (this.isSet(position)) found.push(position);
    }
    return found;
  }

  /** Number of bits set. */
  get countOnes(): number {
    return this.positions().length;
  }

  /** The highest position set. */
  get lastSetBit(): number | undefined {
    return this.positions().at(-1);
  }

  /** Same bytes? */
  equals(other: BitVec): boolean {
    return bytesEqual(this.#bytes, other.#bytes);
  }

  /** The bytes as they stand on the wire, freshly allocated. */
  toBytes(): Uint8Array {
    return this.#bytes.slice();
  }
}

function setBit(bytes: Uint8Array, position: number): void {
  if (!Number.isInteger(position) || position < 0 || position >= 8 * MAX_BIT_VEC_BYTES) {
    throw new WireError(
      'ERR_INVALID_BIT_VECTOR',
      `a bit position is an integer from 0 to 255, got ${position}`,
    );
  }
  bytes[position >> 3] = (bytes[position >> 3] as number) | (0x80 >> (position & 7));
}
