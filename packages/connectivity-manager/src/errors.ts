import { DiemNetError } from '@diemnet/types';

/** Codes of {@link ConnectivityManagerError}. */
export type ConnectivityManagerErrorCode =
  /** The trusted set holds peers already: somebody else writes it. */
  | 'ERR_TRUSTED_PEERS_NOT_EMPTY'
  /** An option makes no sense; `details.option` names it. */
  | 'ERR_INVALID_OPTION'
  /** `start` after `stop`. */
  | 'ERR_CONNECTIVITY_MANAGER_STOPPED';

/** An error of `@diemnet/connectivity-manager`. */
export class ConnectivityManagerError extends DiemNetError<ConnectivityManagerErrorCode> {}
