import { DiemNetError } from '@diemnet/types';

/** Codes of the errors of this package. */
export type MemsocketErrorCode =
  | 'ERR_ADDRESS_IN_USE'
  | 'ERR_ADDRESS_NOT_AVAILABLE'
  | 'ERR_BROKEN_PIPE'
  | 'ERR_CONNECTION_RESET'
  | 'ERR_INVALID_PORT'
  | 'ERR_INVALID_OPTION';

/** An error of `@diemnet/memsocket`. */
export class MemsocketError extends DiemNetError<MemsocketErrorCode> {}
