import { DiemNetError } from '@diemnet/types';

/** Codes of the errors of this package. */
export type MemsocketErrorCode =
  /** The port has a listener, or no port is free. */
  | 'ERR_ADDRESS_IN_USE'
  /** Nobody listens on the port. */
  | 'ERR_ADDRESS_NOT_AVAILABLE'
  /** A write after the end, or to a socket that is gone. */
  | 'ERR_BROKEN_PIPE'
  /** The other end was destroyed with data under way. */
  | 'ERR_CONNECTION_RESET'
  /** Not an integer from 0 to 65535. */
  | 'ERR_INVALID_PORT'
  /** An option out of range. */
  | 'ERR_INVALID_OPTION';

/** An error of `@diemnet/memsocket`. */
export class MemsocketError extends DiemNetError<MemsocketErrorCode> {}
