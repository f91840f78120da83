import { DiemNetError } from '@diemnet/types';

/**
 * Codes of {@link BcsError}. Those of reading come from hostile or damaged input,
 * `ERR_BCS_INVALID_VALUE` and `ERR_BCS_DUPLICATE_KEY` from a value that cannot be written.
 */
export type BcsErrorCode =
  | 'ERR_BCS_UNEXPECTED_END'
  | 'ERR_BCS_TRAILING_BYTES'
  | 'ERR_BCS_NON_CANONICAL'
  | 'ERR_BCS_INTEGER_OVERFLOW'
  | 'ERR_BCS_LENGTH_LIMIT'
  | 'ERR_BCS_DEPTH_LIMIT'
  | 'ERR_BCS_INVALID_BOOL'
  | 'ERR_BCS_INVALID_UTF8'
  | 'ERR_BCS_UNKNOWN_VARIANT'
  | 'ERR_BCS_MAP_ORDER'
  | 'ERR_BCS_DUPLICATE_KEY'
  | 'ERR_BCS_INVALID_VALUE'
  | 'ERR_BCS_SCHEMA';

/** An error of `@diemnet/bcs`. Its message names positions and sizes, never the bytes themselves. */
export class BcsError extends DiemNetError<BcsErrorCode> {}
