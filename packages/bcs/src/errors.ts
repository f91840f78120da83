import { DiemNetError } from '@diemnet/types';

/**
 * Codes of {@link BcsError}. Those of reading come from hostile or damaged input,
 * `ERR_BCS_INVALID_VALUE` and `ERR_BCS_DUPLICATE_KEY` from a value that cannot be written.
 */
export type BcsErrorCode =
  /** The input ends before the value does, or a length lies. */
  | 'ERR_BCS_UNEXPECTED_END'
  /** Bytes are left over behind the value. */
  | 'ERR_BCS_TRAILING_BYTES'
  /** A number, or a whole value, is written in another form than the one BCS allows. */
  | 'ERR_BCS_NON_CANONICAL'
  /** A length or variant does not fit 32 bits. */
  | 'ERR_BCS_INTEGER_OVERFLOW'
  /** A length above the limit of BCS, or of the caller. */
  | 'ERR_BCS_LENGTH_LIMIT'
  /** More containers within each other than allowed. */
  | 'ERR_BCS_DEPTH_LIMIT'
  /** A bool that is neither 0 nor 1. */
  | 'ERR_BCS_INVALID_BOOL'
  /** A text that is not UTF-8. */
  | 'ERR_BCS_INVALID_UTF8'
  /** A variant that the type does not have. */
  | 'ERR_BCS_UNKNOWN_VARIANT'
  /** The keys of a map repeat or do not ascend. */
  | 'ERR_BCS_MAP_ORDER'
  /** A map to be written has two keys with the same bytes. */
  | 'ERR_BCS_DUPLICATE_KEY'
  /** A value to be written is out of the range of its type. */
  | 'ERR_BCS_INVALID_VALUE'
  /** A schema could not read or write the value; the cause is its own error. */
  | 'ERR_BCS_SCHEMA';

/** An error of `@diemnet/bcs`. Its message names positions and sizes, never the bytes themselves. */
export class BcsError extends DiemNetError<BcsErrorCode> {}
