import { DiemNetError } from '@diemnet/types';

/** Codes of the errors that this package throws or logs. */
export type DiscoveryErrorCode =
  /** Bytes that are not BCS of a validator set; the cause says where. */
  | 'ERR_INVALID_VALIDATOR_SET'
  /** A file that is not a peer set in YAML; the cause says where. */
  | 'ERR_INVALID_PEER_SET_FILE'
  /** A file or an HTTP answer above the limit. */
  | 'ERR_DISCOVERY_INPUT_TOO_LARGE'
  /** An HTTP status other than success. */
  | 'ERR_DISCOVERY_HTTP_STATUS'
  /** An option out of range, or a component that the network needs and that is not there. */
  | 'ERR_INVALID_DISCOVERY_OPTIONS'
  /** `start` after `stop`. */
  | 'ERR_DISCOVERY_STOPPED';

/** An error of `@diemnet/discovery`. */
export class DiscoveryError extends DiemNetError<DiscoveryErrorCode> {}
