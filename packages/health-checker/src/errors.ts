import { DiemNetError } from '@diemnet/types';

/** Codes of {@link HealthCheckerError}. */
export type HealthCheckerErrorCode =
  /** An option makes no sense; `details.option` names it. */
  | 'ERR_INVALID_OPTION'
  /** `start` after `stop`. */
  | 'ERR_HEALTH_CHECKER_STOPPED'
  /** A peer answered a ping with another nonce, or with a Ping. In logs only. */
  | 'ERR_WRONG_PONG'
  /** A peer did not answer within the time. In logs only. */
  | 'ERR_PING_TIMED_OUT'
  /** An RPC on the health checker's protocol that is no Ping; what its responder is failed with. */
  | 'ERR_UNEXPECTED_REQUEST';

/** An error of `@diemnet/health-checker`. */
export class HealthCheckerError extends DiemNetError<HealthCheckerErrorCode> {}
