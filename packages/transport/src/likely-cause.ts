import { errorCode, isDiemNetError } from '@diemnet/types';
import type { ConnectionOrigin } from './connection.js';
import type { UpgradeStage } from './upgrade-attempt.js';

/**
 * Why an upgrade probably failed. Peers close without a word, so this is read from the phase (D-47):
 *
 * - `unreachable`: no connection at all
 * - `no-answer`: connected, then silence until the deadline
 * - `refused-by-noise`: closed instead of an answer to message 1: our key is not trusted there, the listener has
 *   another key than we were told, our clock went back, or its limits are reached
 * - `refused-after-noise`: closed instead of a version handshake: shutting down or overloaded
 * - `different-chain`, `different-network`, `no-common-version`: found by comparing the version handshakes
 * - `not-diemnet`: what came is not this protocol
 * - `missing-proxy-header`: the PROXY protocol is required here and the connection came without it
 * - `untrusted-or-invalid-peer`: our own Noise check refused an inbound peer
 * - `dialer-left`: an inbound connection was closed by its dialer
 * - `our-limits`, `we-gave-up`: our own decision
 */
export type LikelyCause =
  | 'unreachable'
  | 'no-answer'
  | 'refused-by-noise'
  | 'refused-after-noise'
  | 'different-chain'
  | 'different-network'
  | 'no-common-version'
  | 'not-diemnet'
  | 'missing-proxy-header'
  | 'untrusted-or-invalid-peer'
  | 'dialer-left'
  | 'our-limits'
  | 'we-gave-up'
  | 'unknown';

/** How the step failed, as far as the guess needs it. */
export type FailureKind = 'timeout' | 'aborted' | 'shed' | 'error';

/** Guesses the cause of a failure. Pure. */
export function inferLikelyCause(facts: {
  readonly origin: ConnectionOrigin;
  readonly stage: UpgradeStage;
  readonly kind: FailureKind;
  readonly cause: unknown;
}): LikelyCause {
  const { origin, stage, kind, cause } = facts;
  if (kind === 'aborted') return 'we-gave-up';
  if (kind === 'shed' || stage === 'admission') return 'our-limits';
  if (stage === 'connect') return 'unreachable';
  if (kind === 'timeout') return 'no-answer';
  if (stage === 'negotiate') return negotiationCause(errorCode(cause));
  const closed = closedByRemote(cause);
  if (origin === 'inbound') {
    if (closed) return 'dialer-left';
    if (stage === 'proxy') return 'missing-proxy-header';
    return stage === 'noise' ? 'untrusted-or-invalid-peer' : 'not-diemnet';
  }
  if (!closed || (stage === 'noise' && hasAnswered(cause))) return 'not-diemnet';
  return stage === 'noise' ? 'refused-by-noise' : 'refused-after-noise';
}

function negotiationCause(code: string): LikelyCause {
  if (code.includes('CHAIN')) return 'different-chain';
  if (code.includes('NETWORK')) return 'different-network';
  return code.includes('COMMON') ? 'no-common-version' : 'unknown';
}

/** True if some bytes came before the end: a listener that refuses us sends none. */
function hasAnswered(error: unknown): boolean {
  return (
    isDiemNetError(error) &&
    Number((error.details as { receivedBytes?: unknown } | undefined)?.receivedBytes) > 0
  );
}

/** True if the error, or one that led to it, says that the stream ended or was reset. */
function closedByRemote(error: unknown): boolean {
  for (let at = error, depth = 0; at instanceof Error && depth < 8; at = at.cause, depth++) {
    if (CLOSED.has(errorCode(at))) return true;
  }
  return false;
}

const CLOSED: ReadonlySet<string> = new Set([
  'ERR_UNEXPECTED_EOF',
  'ERR_SOCKET_CLOSED',
  'ERR_BROKEN_PIPE',
  'ERR_CONNECTION_RESET',
  'ERR_NOISE_UNEXPECTED_EOF',
  'ECONNRESET',
  'EPIPE',
]);
