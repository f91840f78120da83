import { DiemNetError } from '@diemnet/types';

/** Codes of what can go wrong here. Those of HTTP answers stand in the problem documents, too. */
export type InspectorErrorCode =
  /** The server cannot listen where it was told to; the cause says why. */
  | 'ERR_ADMIN_LISTEN'
  /** A server that others than this machine can reach needs a token. */
  | 'ERR_ADMIN_TOKEN_REQUIRED'
  /** An option makes no sense. */
  | 'ERR_INVALID_OPTION'
  /** A metric was defined twice, with another type or other labels. */
  | 'ERR_METRIC_MISMATCH'
  /** A request that does not say what it should; HTTP 400. */
  | 'ERR_BAD_REQUEST'
  /** No token, or another; HTTP 401. */
  | 'ERR_UNAUTHORIZED'
  /** The request comes from the page of another site; HTTP 403. */
  | 'ERR_FORBIDDEN_ORIGIN'
  /** The request names a host that is not this server; HTTP 403. */
  | 'ERR_FORBIDDEN_HOST'
  /** The server was started without writes; HTTP 403. */
  | 'ERR_READ_ONLY'
  /** There is no such path, connection or metric here; HTTP 404. */
  | 'ERR_NOT_FOUND'
  /** The path exists and is asked for otherwise; HTTP 405. */
  | 'ERR_METHOD_NOT_ALLOWED'
  /** A body above the limit, or where none is expected; HTTP 413. */
  | 'ERR_BODY_TOO_LARGE'
  /** As many streams of events as allowed are open; HTTP 503. */
  | 'ERR_TOO_MANY_STREAMS'
  /** A node that this server speaks for does not answer; HTTP 502. */
  | 'ERR_SOURCE_UNAVAILABLE'
  /** A file is no recording, or a broken one; the message names the line. */
  | 'ERR_RECORDING'
  /** A defect here; the log of the node has it. HTTP 500. */
  | 'ERR_INTERNAL';

/** An error of `@diemnet/inspector`. */
export class InspectorError extends DiemNetError<InspectorErrorCode> {}
