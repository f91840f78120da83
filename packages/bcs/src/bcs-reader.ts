import { compareBytes } from './byte-order.js';
import { BcsError } from './errors.js';
import { BCS_MAX_DEPTH, BCS_MAX_LENGTH, ULEB128_MAX } from './limits.js';

/** Reads one value where the reader stands. */
export type ReadItem<T> = (reader: BcsReader) => T;

/** Options of a {@link BcsReader}. */
export interface BcsReaderOptions {
  /** Containers within containers. @default 500 */
  readonly maxDepth?: number;
}

// ignoreBOM keeps a leading U+FEFF, which is a character like any other here.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads BCS from front to back and refuses everything that is not canonical (DiemNet wire format, section 2).
 *
 * It sees only the bytes of the view it was given, also where that view is part of a larger ArrayBuffer, and
 * checks every announced length against what is left before it allocates. After an error the reader is spent.
 */
export class BcsReader {
  readonly #bytes: Uint8Array;
  readonly #maxDepth: number;
  #at = 0;
  #containers = 0;
  #collections = 0;

  constructor(bytes: Uint8Array, { maxDepth = BCS_MAX_DEPTH }: BcsReaderOptions = {}) {
    // A Buffer's slice() is a view and not a copy: bytes() must not depend on which of the two it was given.
    this.#bytes =
      bytes.constructor === Uint8Array
        ? bytes
        : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#maxDepth = maxDepth;
  }

  /** Bytes read so far. */
  get position(): number {
    return this.#at;
  }

  /** Bytes left. */
  get remaining(): number {
    return this.#bytes.length - this.#at;
  }

  /** @throws BcsError `ERR_BCS_UNEXPECTED_END` */
  u8(): number {
    if (this.#at >= this.#bytes.length) this.#need(1);
    return this.#bytes[this.#at++] as number;
  }

  /** @throws BcsError `ERR_BCS_UNEXPECTED_END` */
  u16(): number {
    this.#need(2);
    const at = this.#at;
    this.#at += 2;
    return this.#byte(at) | (this.#byte(at + 1) << 8);
  }

  /** @throws BcsError `ERR_BCS_UNEXPECTED_END` */
  u32(): number {
    this.#need(4);
    const at = this.#at;
    this.#at += 4;
    const low = this.#byte(at) | (this.#byte(at + 1) << 8) | (this.#byte(at + 2) << 16);
    return (low | (this.#byte(at + 3) << 24)) >>> 0;
  }

  /** @throws BcsError `ERR_BCS_UNEXPECTED_END` */
  u64(): bigint {
    this.#need(8);
    const low = this.u32();
    return (BigInt(this.u32()) << 32n) | BigInt(low);
  }

  /** @throws BcsError `ERR_BCS_INVALID_BOOL` unless the byte is 0 or 1; `ERR_BCS_UNEXPECTED_END` */
  bool(): boolean {
    const value = this.u8();
    if (value > 1) throw this.#error('ERR_BCS_INVALID_BOOL', 'a bool is 0 or 1', 1);
    return value === 1;
  }

  /** `count` bytes without a length before them, copied. @throws BcsError `ERR_BCS_UNEXPECTED_END` */
  fixedBytes(count: number): Uint8Array {
    return this.#take(count).slice();
  }

  /** Like {@link fixedBytes}, as a view of the input that ends where the value ends. */
  fixedBytesView(count: number): Uint8Array {
    return this.#take(count);
  }

  /**
   * A byte string, copied.
   * @throws BcsError `ERR_BCS_LENGTH_LIMIT` above `maxLength`; `ERR_BCS_UNEXPECTED_END` beyond the input
   */
  bytes(maxLength = BCS_MAX_LENGTH): Uint8Array {
    return this.#take(this.length(maxLength)).slice();
  }

  /** Like {@link bytes}, as a view of the input that ends where the value ends. */
  bytesView(maxLength = BCS_MAX_LENGTH): Uint8Array {
    return this.#take(this.length(maxLength));
  }

  /**
   * A text of at most `maxLength` bytes.
   * @throws BcsError `ERR_BCS_INVALID_UTF8`, or as {@link bytes}
   */
  string(maxLength = BCS_MAX_LENGTH): string {
    const bytes = this.bytesView(maxLength);
    try {
      return utf8.decode(bytes);
    } catch {
      throw this.#error('ERR_BCS_INVALID_UTF8', 'the text is not UTF-8', bytes.length);
    }
  }

  /**
   * A ULEB128 number up to 2^32 - 1.
   * @throws BcsError `ERR_BCS_NON_CANONICAL` if a shorter form exists; `ERR_BCS_INTEGER_OVERFLOW`; `ERR_BCS_UNEXPECTED_END`
   */
  uleb128(): number {
    let value = 0;
    // Products instead of shifts: the fifth group does not fit 32 signed bits.
    for (let scale = 1; scale <= 2 ** 28; scale *= 128) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        if (byte === 0 && scale > 1) {
          throw this.#error('ERR_BCS_NON_CANONICAL', 'a number is longer than it needs to be', 1);
        }
        if (value > ULEB128_MAX) break;
        return value;
      }
    }
    throw this.#error('ERR_BCS_INTEGER_OVERFLOW', 'a number exceeds 32 bits', 1);
  }

  /**
   * The length of a byte string, a sequence or a map, where each element takes a byte or more.
   * @throws BcsError `ERR_BCS_LENGTH_LIMIT` above `maxLength` or 2^31 - 1; `ERR_BCS_UNEXPECTED_END` beyond the input
   */
  length(maxLength = BCS_MAX_LENGTH): number {
    const length = this.uleb128();
    const limit = Math.min(maxLength, BCS_MAX_LENGTH);
    if (length > limit) throw this.#error('ERR_BCS_LENGTH_LIMIT', `a length is ${length}, above ${limit}`);
    this.#need(length);
    return length;
  }

  /**
   * The index of an enum's variant, below `count`. `what` names the enum in the error.
   * @throws BcsError `ERR_BCS_UNKNOWN_VARIANT`
   */
  variant(count: number, what: string): number {
    const index = this.uleb128();
    if (index >= count) {
      throw this.#error('ERR_BCS_UNKNOWN_VARIANT', `${what} has no variant ${index}`);
    }
    return index;
  }

  /** A sequence of at most `maxItems`, each of one byte or more. @throws BcsError as {@link length} */
  sequence<T>(readItem: ReadItem<T>, maxItems = BCS_MAX_LENGTH): T[] {
    const count = this.length(maxItems);
    const items: T[] = [];
    this.#enterCollection();
    for (let i = 0; i < count; i++) items.push(readItem(this));
    this.#collections--;
    return items;
  }

  /**
   * A map of at most `maxEntries`, as entries in the order of the input.
   * @throws BcsError `ERR_BCS_MAP_ORDER` unless the serialized keys strictly ascend; as {@link length}
   */
  map<K, V>(readKey: ReadItem<K>, readValue: ReadItem<V>, maxEntries = BCS_MAX_LENGTH): [K, V][] {
    const count = this.length(maxEntries);
    const entries: [K, V][] = [];
    let previous: Uint8Array | undefined;
    this.#enterCollection();
    for (let i = 0; i < count; i++) {
      const start = this.#at;
      const key = readKey(this);
      const keyBytes = this.#bytes.subarray(start, this.#at);
      if (previous !== undefined && compareBytes(previous, keyBytes) >= 0) {
        throw this.#error('ERR_BCS_MAP_ORDER', 'the keys of a map do not ascend', keyBytes.length);
      }
      previous = keyBytes;
      entries.push([key, readValue(this)]);
    }
    this.#collections--;
    return entries;
  }

  /** A struct or enum whose depth counts: what a recursive type must go through. @throws BcsError `ERR_BCS_DEPTH_LIMIT` */
  container<T>(read: ReadItem<T>): T {
    this.enter();
    const value = read(this);
    this.leave();
    return value;
  }

  /** Begins a struct or enum. @throws BcsError `ERR_BCS_DEPTH_LIMIT` */
  enter(): void {
    if (this.#containers >= this.#maxDepth) {
      throw this.#error('ERR_BCS_DEPTH_LIMIT', `more than ${this.#maxDepth} containers in one another`);
    }
    this.#containers++;
  }

  /** Ends what {@link enter} began. */
  leave(): void {
    this.#containers--;
  }

  /** @throws BcsError `ERR_BCS_TRAILING_BYTES` unless everything has been read */
  finish(): void {
    if (this.remaining > 0) {
      throw this.#error('ERR_BCS_TRAILING_BYTES', `${this.remaining} bytes are left over`);
    }
  }

  /**
   * Sequences and maps have a count of their own, as the reference counts only structs and enums. Without one a
   * recursion through sequences alone would end in a stack overflow.
   */
  #enterCollection(): void {
    if (this.#collections >= this.#maxDepth) {
      throw this.#error('ERR_BCS_DEPTH_LIMIT', `more than ${this.#maxDepth} sequences in one another`);
    }
    this.#collections++;
  }

  #byte(at: number): number {
    return this.#bytes[at] as number;
  }

  #take(count: number): Uint8Array {
    this.#need(count);
    const start = this.#at;
    this.#at += count;
    return this.#bytes.subarray(start, this.#at);
  }

  #need(count: number): void {
    if (!(count <= this.#bytes.length - this.#at)) {
      throw this.#error('ERR_BCS_UNEXPECTED_END', `${count} bytes wanted, ${this.remaining} left`);
    }
  }

  /** `back`: how many bytes before the current position the fault begins. */
  #error(code: BcsError['code'], problem: string, back = 0): BcsError {
    const position = this.#at - back;
    return new BcsError(code, `${problem} (at byte ${position})`, { details: { position } });
  }
}

/**
 * Reads one value that fills `bytes` entirely.
 * @throws BcsError whatever `read` meets, or `ERR_BCS_TRAILING_BYTES`
 * @example decode(bytes, (reader) => reader.sequence((item) => item.u16()))
 */
export function decode<T>(bytes: Uint8Array, read: ReadItem<T>, options?: BcsReaderOptions): T {
  const reader = new BcsReader(bytes, options);
  const value = read(reader);
  reader.finish();
  return value;
}
