import { abortReason, errorCode, isDiemNetError, type TimeService, type WaitOptions } from '@diemnet/types';
import type { Connection } from './connection.js';
import { UpgradeError, type UpgradeErrorCode } from './errors.js';
import { inferLikelyCause, type FailureKind } from './likely-cause.js';
import type { TransportMetrics } from './metrics.js';
import type { UpgradeAttempt } from './upgrade-attempt.js';
import type { UpgradeLog } from './upgrade-log.js';
import type { UpgradeObservers, UpgradeReport } from './upgrade-report.js';
import type { UpgradeScope } from './upgrade-scope.js';

/** What surrounds every upgrade. */
export interface UpgradeSurroundings {
  readonly time: TimeService;
  readonly metrics: TransportMetrics;
  readonly log: UpgradeLog;
  readonly observers: UpgradeObservers;
  /** For the whole upgrade. */
  readonly timeoutMs: number;
}

/**
 * Runs one upgrade under its deadline, measures and logs it, and drops the socket if it fails.
 * @throws UpgradeError; if outbound, the reason of `signal` if that ended it
 */
export async function runUpgrade(
  attempt: UpgradeAttempt,
  scope: UpgradeScope,
  { time, metrics, log, observers, timeoutMs }: UpgradeSurroundings,
  operation: () => Promise<Connection>,
  { signal }: WaitOptions = {},
): Promise<Connection> {
  metrics.started(attempt.origin);
  try {
    const connection = await scope.run(timeoutMs, operation, { signal });
    const elapsedMs = time.now() - attempt.startedAt;
    metrics.succeeded(attempt.origin, elapsedMs, attempt.timings());
    log.succeeded(connection.metadata, elapsedMs);
    observers.tell(() => reportOf(attempt, elapsedMs, { metadata: connection.metadata, failure: undefined }));
    return connection;
  } catch (cause) {
    attempt.fail();
    if (signal?.aborted) attempt.stop ??= 'aborted';
    const error = upgradeError(attempt, cause, time.now() - attempt.startedAt);
    const { elapsedMs } = error.details;
    metrics.failed(attempt.origin, elapsedMs, attempt.timings(), failureReason(error));
    log.failed(error);
    observers.tell(() => reportOf(attempt, elapsedMs, { metadata: undefined, failure: error }));
    // A caller that gave up gets its own reason back; a listener has to hear what became of the connection.
    if (attempt.origin === 'outbound' && signal?.aborted) throw abortReason(signal);
    throw error;
  }
}

function reportOf(
  attempt: UpgradeAttempt,
  elapsedMs: number,
  end: Pick<UpgradeReport, 'metadata' | 'failure'>,
): UpgradeReport {
  const { origin, startedAt } = attempt;
  return {
    origin,
    startedAt,
    elapsedMs,
    remoteAddress: attempt.proxiedAddress ?? attempt.remoteAddress,
    remotePeerId: end.metadata?.remotePeerId ?? attempt.remotePeerId,
    stages: attempt.timings(),
    ...end,
  };
}

function upgradeError(attempt: UpgradeAttempt, cause: unknown, elapsedMs: number): UpgradeError {
  const kind = failureKind(attempt, cause);
  const { origin, stage, remoteAddress, proxiedAddress, remotePeerId } = attempt;
  const likelyCause = inferLikelyCause({ origin, stage, kind, cause });
  const via = proxiedAddress === undefined ? '' : ` (proxied: ${proxiedAddress})`;
  const why = cause instanceof Error ? cause.message : String(cause);
  return new UpgradeError(
    upgradeErrorCode(kind, attempt),
    `${origin} connection ${origin === 'inbound' ? 'from' : 'to'} ${remoteAddress}${via} failed at ${stage}: ${why}`,
    {
      cause,
      details: { stage, origin, remoteAddress, proxiedAddress, remotePeerId, likelyCause, elapsedMs },
    },
  );
}

function failureKind(attempt: UpgradeAttempt, cause: unknown): FailureKind {
  if (attempt.stop !== undefined) return attempt.stop;
  if (attempt.stage === 'admission') return 'shed';
  return isDiemNetError(cause, 'ERR_ELAPSED') ? 'timeout' : 'error';
}

function upgradeErrorCode(kind: FailureKind, { stage }: UpgradeAttempt): UpgradeErrorCode {
  if (kind === 'timeout') return 'ERR_UPGRADE_TIMED_OUT';
  if (kind === 'aborted') return 'ERR_UPGRADE_ABORTED';
  if (kind === 'shed') return 'ERR_TOO_MANY_UPGRADES';
  return stage === 'connect' ? 'ERR_CONNECT_FAILED' : 'ERR_UPGRADE_FAILED';
}

/** For the metric: the code of the step's error, except where our own says more. */
function failureReason(error: UpgradeError): string {
  const ownSaysMore = error.code !== 'ERR_UPGRADE_FAILED' && error.code !== 'ERR_CONNECT_FAILED';
  return ownSaysMore ? error.code : errorCode(error.cause);
}
