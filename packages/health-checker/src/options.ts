import { HealthCheckerError } from './errors.js';

/** How a {@link HealthChecker} behaves. */
export interface HealthCheckerOptions {
  /** Milliseconds from one ping of a peer to the next. @default 1000 */
  readonly pingIntervalMs?: number;
  /** Milliseconds that a peer has to answer. @default 10000 */
  readonly pingTimeoutMs?: number;
  /** Failures in a row that a peer may have; one more disconnects it. @default 5 */
  readonly pingFailuresTolerated?: number;
  /**
   * Other traffic makes pings unnecessary. A ping is sent all the same when the last one was this many milliseconds
   * ago, so that round-trip times stay current; `Infinity` does without. @default 30000
   */
  readonly roundTripSampleMs?: number;
}

/** {@link HealthCheckerOptions} with every field present. */
export type ResolvedHealthCheckerOptions = Required<HealthCheckerOptions>;

/** What holds where nothing is said (DiemNet behaviour, section 19). */
export const DEFAULT_HEALTH_CHECKER_OPTIONS: ResolvedHealthCheckerOptions = Object.freeze({
  pingIntervalMs: 1_000,
  pingTimeoutMs: 10_000,
  pingFailuresTolerated: 5,
  roundTripSampleMs: 30_000,
});

/** Options with the defaults filled in. @throws HealthCheckerError `ERR_INVALID_OPTION` */
export function resolveHealthCheckerOptions(
  options: HealthCheckerOptions = {},
): ResolvedHealthCheckerOptions {
  const {
    pingIntervalMs = DEFAULT_HEALTH_CHECKER_OPTIONS.pingIntervalMs,
    pingTimeoutMs = DEFAULT_HEALTH_CHECKER_OPTIONS.pingTimeoutMs,
    pingFailuresTolerated = DEFAULT_HEALTH_CHECKER_OPTIONS.pingFailuresTolerated,
    roundTripSampleMs = DEFAULT_HEALTH_CHECKER_OPTIONS.roundTripSampleMs,
  } = options;
  check('pingIntervalMs', pingIntervalMs, pingIntervalMs > 0 && pingIntervalMs < Infinity);
  check('pingTimeoutMs', pingTimeoutMs, pingTimeoutMs > 0 && pingTimeoutMs < Infinity);
  check('pingFailuresTolerated', pingFailuresTolerated, pingFailuresTolerated >= 0);
  check('roundTripSampleMs', roundTripSampleMs, roundTripSampleMs > 0);
  return { pingIntervalMs, pingTimeoutMs, pingFailuresTolerated, roundTripSampleMs };
}

function check(option: keyof HealthCheckerOptions, value: unknown, valid: boolean): void {
  if (valid && typeof value === 'number') return;
  throw new HealthCheckerError('ERR_INVALID_OPTION', `${option} makes no sense as ${String(value)}`, {
    details: { option },
  });
}
