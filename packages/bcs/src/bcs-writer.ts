import { compareBytes } from './byte-order.js';
import { BcsError } from './errors.js';
import { BCS_MAX_DEPTH, BCS_MAX_LENGTH, ULEB128_MAX } from './limits.js';

/** Writes one value to the end of what the writer holds. */
export type WriteItem<T> = (writer: BcsWriter, item: T) => void;

/** Options of a {@link BcsWriter}. */
export interface BcsWriterOptions {
  /** Bytes to make room for at once, if the size is known. @default 64 */
  readonly sizeHint?: number;
  /** Containers within containers. @default 500 */
  readonly maxDepth?: number;
}

const DEFAULT_SIZE_HINT_BYTES = 64;
const utf8 = new TextEncoder();
/** With the `u` flag a surrogate matches only where it has no partner. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * Writes BCS into a buffer that grows. Every method returns the writer; a value that has no BCS form is refused
 * with `ERR_BCS_INVALID_VALUE` rather than truncated.
 */
export class BcsWriter {
  #bytes: Uint8Array;
  #at = 0;
  #containers = 0;
  readonly #maxDepth: number;

  constructor({ sizeHint = DEFAULT_SIZE_HINT_BYTES, maxDepth = BCS_MAX_DEPTH }: BcsWriterOptions = {}) {
    this.#bytes = new Uint8Array(sizeHint);
    this.#maxDepth = maxDepth;
  }

  /** Bytes written so far. */
  get position(): number {
    return this.#at;
  }

  /** @throws BcsError `ERR_BCS_INVALID_VALUE` unless an integer from 0 to 255 */
  u8(value: number): this {
    this.#checkInteger(value, 0xff);
    return this.#push(value);
  }

  /** @throws BcsError `ERR_BCS_INVALID_VALUE` unless an integer from 0 to 2^16 - 1 */
  u16(value: number): this {
    this.#checkInteger(value, 0xffff);
    return this.#push(value & 0xff).#push(value >>> 8);
  }

  /** @throws BcsError `ERR_BCS_INVALID_VALUE` unless an integer from 0 to 2^32 - 1 */
  u32(value: number): this {
    this.#checkInteger(value, 2 ** 32 - 1);
    this.#reserve(4);
    this.#bytes[this.#at++] = value;
    this.#bytes[this.#at++] = value >>> 8;
    this.#bytes[this.#at++] = value >>> 16;
    this.#bytes[this.#at++] = value >>> 24;
    return this;
  }

  /** @throws BcsError `ERR_BCS_INVALID_VALUE` unless from 0 to 2^64 - 1 */
  u64(value: bigint): this {
    if (typeof value !== 'bigint' || BigInt.asUintN(64, value) !== value) {
      throw invalid('a u64 is a bigint from 0 to 2^64 - 1');
    }
    return this.u32(Number(value & 0xffffffffn)).u32(Number(value >> 32n));
  }

  bool(value: boolean): this {
    return this.#push(value ? 1 : 0);
  }

  /** Bytes as they are, without a length. */
  fixedBytes(bytes: Uint8Array): this {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
    return this;
  }

  /** A byte string with its length. @throws BcsError `ERR_BCS_LENGTH_LIMIT` above 2^31 - 1 */
  bytes(bytes: Uint8Array): this {
    return this.length(bytes.length).fixedBytes(bytes);
  }

  /** A text. @throws BcsError `ERR_BCS_INVALID_VALUE` for half a surrogate pair, which UTF-8 cannot carry */
  string(text: string): this {
    if (LONE_SURROGATE.test(text)) throw invalid('a text with half a surrogate pair has no UTF-8 form');
    return this.bytes(utf8.encode(text));
  }

  /** @throws BcsError `ERR_BCS_INVALID_VALUE` unless an integer from 0 to 2^32 - 1 */
  uleb128(value: number): this {
    this.#checkInteger(value, ULEB128_MAX);
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 128)) this.#push((rest % 128) | 0x80);
    return this.#push(rest);
  }

  /** The length of a byte string, sequence or map. @throws BcsError `ERR_BCS_LENGTH_LIMIT` above 2^31 - 1 */
  length(length: number): this {
    if (length > BCS_MAX_LENGTH) {
      throw new BcsError('ERR_BCS_LENGTH_LIMIT', `a length is ${length}, above ${BCS_MAX_LENGTH}`);
    }
    return this.uleb128(length);
  }

  /** The index of an enum's variant. */
  variant(index: number): this {
    return this.uleb128(index);
  }

  /** A sequence with its length. */
  sequence<T>(items: readonly T[], writeItem: WriteItem<T>): this {
    this.length(items.length);
    for (const item of items) writeItem(this, item);
    return this;
  }

  /**
   * A map, its entries sorted by their serialized keys. Takes entries in any order, for example a Map.
   * @throws BcsError `ERR_BCS_DUPLICATE_KEY` if two keys have the same bytes
   */
  map<K, V>(entries: Iterable<readonly [K, V]>, writeKey: WriteItem<K>, writeValue: WriteItem<V>): this {
    const sorted = Array.from(entries, ([key, value]) => {
      // The same depth holds for a key written on the side.
      const side = new BcsWriter({ maxDepth: this.#maxDepth - this.#containers });
      writeKey(side, key);
      return { key: side.finish(), value };
    }).sort((a, b) => compareBytes(a.key, b.key));
    this.length(sorted.length);
    let previous: Uint8Array | undefined;
    for (const { key, value } of sorted) {
      if (previous !== undefined && compareBytes(previous, key) === 0) {
        throw new BcsError('ERR_BCS_DUPLICATE_KEY', 'two keys of a map have the same bytes');
      }
      previous = key;
      writeValue(this.fixedBytes(key), value);
    }
    return this;
  }

  /** A struct or enum whose depth counts, as for {@link BcsReader.container}. @throws BcsError `ERR_BCS_DEPTH_LIMIT` */
  container(write: (writer: BcsWriter) => void): this {
    if (this.#containers >= this.#maxDepth) {
      throw new BcsError('ERR_BCS_DEPTH_LIMIT', `more than ${this.#maxDepth} containers in one another`);
    }
    this.#containers++;
    write(this);
    this.#containers--;
    return this;
  }

  /** What was written, freshly allocated and exactly as long. The writer may go on. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#at);
  }

  #checkInteger(value: number, max: number): void {
    if (!Number.isInteger(value) || value < 0 || value > max) {
      throw invalid(`expected an integer from 0 to ${max}`);
    }
  }

  #push(byte: number): this {
    if (this.#at === this.#bytes.length) this.#reserve(1);
    this.#bytes[this.#at++] = byte;
    return this;
  }

  #reserve(more: number): void {
    const needed = this.#at + more;
    if (needed <= this.#bytes.length) return;
    // Doubling makes the copies add up to no more than twice the result.
    const grown = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    grown.set(this.#bytes.subarray(0, this.#at));
    this.#bytes = grown;
  }
}

function invalid(message: string): BcsError {
  return new BcsError('ERR_BCS_INVALID_VALUE', message);
}

/**
 * The bytes that `write` produces.
 * @throws BcsError for a value that has no BCS form
 * @example encode((writer) => writer.u8(1).string('vfn'))
 */
export function encode(write: (writer: BcsWriter) => void, options?: BcsWriterOptions): Uint8Array {
  const writer = new BcsWriter(options);
  write(writer);
  return writer.finish();
}
