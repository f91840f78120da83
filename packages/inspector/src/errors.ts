import { DiemNetError } from '@diemnet/types';

/** Codes of what can go wrong here. Those of HTTP answers stand in the problem documents, too. */
export type InspectorErrorCode =
  | 'ERR_ADMIN_LISTEN'
  | 'ERR_ADMIN_TOKEN_REQUIRED'
  | 'ERR_INVALID_OPTION'
  | 'ERR_METRIC_MISMATCH'
  | 'ERR_BAD_REQUEST'
  | 'ERR_UNAUTHORIZED'
  | 'ERR_FORBIDDEN_ORIGIN'
  | 'ERR_FORBIDDEN_HOST'
  | 'ERR_READ_ONLY'
  | 'ERR_NOT_FOUND'
  | 'ERR_METHOD_NOT_ALLOWED'
  | 'ERR_BODY_TOO_LARGE'
  | 'ERR_TOO_MANY_STREAMS'
  | 'ERR_SOURCE_UNAVAILABLE'
  | 'ERR_INTERNAL';

/** An error of `@diemnet/inspector`. */
export class InspectorError extends DiemNetError<InspectorErrorCode> {}
