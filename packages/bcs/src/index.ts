/**
 * Strict Binary Canonical Serialization: one reader and one writer for addresses, messages and validator sets.
 *
 * Layer 0: uses only `@diemnet/types`.
 *
 * @example
 * const bytes = encode((writer) => writer.sequence([1, 2], (item, port) => item.u16(port)));
 * decode(bytes, (reader) => reader.sequence((item) => item.u16())); // [1, 2]
 *
 * @packageDocumentation
 */
export { BcsReader, decode } from './bcs-reader.js';
export type { BcsReaderOptions, ReadItem } from './bcs-reader.js';
export { BcsWriter, encode } from './bcs-writer.js';
export type { BcsWriterOptions, WriteItem } from './bcs-writer.js';
export { compareBytes } from './byte-order.js';
export { BcsError } from './errors.js';
export type { BcsErrorCode } from './errors.js';
export { BCS_MAX_DEPTH, BCS_MAX_LENGTH, ULEB128_MAX } from './limits.js';
export { decodeWithSchema, encodeWithSchema } from './schema.js';
export type { BcsSchema } from './schema.js';
