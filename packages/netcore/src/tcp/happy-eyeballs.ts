import { abortReason, throwIfAborted, type TimeService, type Timer, type WaitOptions } from '@diemnet/types';
import { NetcoreError } from '../errors.js';

/** How candidates are raced. */
export interface RaceOptions<Result> extends WaitOptions {
  readonly time: TimeService;
  /** Head start of each candidate before the next is tried too, in milliseconds. */
  readonly delayMs: number;
  /** Gets the result of an attempt that came in after another had won. */
  readonly discard: (result: Result) => void;
}

/**
 * The first result of `attempt` over `candidates`, tried in order: the next one starts when the last one failed or
 * had its head start (Happy Eyeballs, RFC 8305, 5). The losers are aborted.
 * @throws the only error; or, of several, one like the last to fail, with an AggregateError of all as its cause
 */
export function raceCandidates<Candidate, Result>(
  candidates: readonly [Candidate, ...Candidate[]],
  attempt: (candidate: Candidate, signal: AbortSignal) => Promise<Result>,
  { time, delayMs, discard, signal }: RaceOptions<Result>,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    throwIfAborted(signal);
    const losers = new AbortController();
    const errors: Error[] = [];
    let next = 0;
    let settled = false;
    let headStart: Timer | undefined;

    const settle = (unfinished: number) => {
      settled = true;
      headStart?.cancel();
      signal?.removeEventListener('abort', onAbort);
      // To abort is to make an error with a stack, which nobody needs where there is nothing to abort.
      if (unfinished > 0) losers.abort();
    };
    const onAbort = () => {
      settle(next - errors.length);
      reject(abortReason(signal as AbortSignal));
    };
    const succeed = (result: Result) => {
      if (settled) return discard(result);
      settle(next - errors.length - 1);
      resolve(result);
    };
    const fail = (error: Error) => {
      if (settled) return;
      errors.push(error);
      if (errors.length === candidates.length) {
        settle(0);
        reject(allFailed(errors, error));
      } else if (next < candidates.length) {
        startNext();
      }
    };
    const startNext = () => {
      headStart?.cancel();
      const candidate = candidates[next++] as Candidate;
      if (next < candidates.length) headStart = time.schedule(delayMs, startNext);
      attempt(candidate, losers.signal).then(succeed, fail);
    };

    signal?.addEventListener('abort', onAbort, { once: true });
    startNext();
  });
}

function allFailed(errors: readonly Error[], last: Error): Error {
  if (errors.length === 1 || !(last instanceof NetcoreError)) return last;
  return new NetcoreError(last.code, `${last.message} (and ${errors.length - 1} more addresses failed)`, {
    cause: new AggregateError(errors),
    details: { ...last.details, attempts: errors.length },
  });
}
