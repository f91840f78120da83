import {
  bytesEqual,
  errorCode,
  silentLogger,
  sleep,
  systemTime,
  withTimeout,
  type Logger,
  type TimeService,
} from '@diemnet/types';
import { resolvePollOptions, type PollOptions } from './options.js';

/** What polling works with. */
export interface PollComponents {
  /** @default systemTime */
  readonly time?: TimeService;
  /** @default silentLogger */
  readonly logger?: Logger;
}

/** One reading of at most `maxBytes`. */
export type PollRead = (options: {
  readonly signal: AbortSignal;
  readonly maxBytes: number;
}) => Promise<Uint8Array>;

/**
 * Reads at once and then at every interval, and yields what differs from the last reading. A failure is logged,
 * and lengthens the pause until the next reading. Leaving the loop ends it; no timer stays.
 * `what` names the origin in logs.
 * @throws DiscoveryError `ERR_INVALID_DISCOVERY_OPTIONS`
 */
export function poll(
  what: string,
  read: PollRead,
  { time = systemTime, logger = silentLogger, ...options }: PollComponents & PollOptions,
): AsyncIterable<Uint8Array> {
  const resolved = resolvePollOptions(options);
  return {
    [Symbol.asyncIterator]() {
      const leaving = new AbortController();
      const values = readings(what, read, { ...resolved, time, logger, signal: leaving.signal });
      return {
        next: () => values.next(),
        // A generator ends only where it yields; the abort ends its waiting too.
        return: () => {
          leaving.abort();
          return values.return(undefined);
        },
      };
    },
  };
}

async function* readings(
  what: string,
  read: PollRead,
  {
    time,
    logger,
    signal,
    intervalMs,
    maxBackoffMs,
    timeoutMs,
    maxBytes,
  }: Required<PollOptions & PollComponents> & { readonly signal: AbortSignal },
): AsyncGenerator<Uint8Array, undefined> {
  let last: Uint8Array | undefined;
  let pauseMs = intervalMs;
  let nextAt = time.now();
  while (!signal.aborted) {
    try {
      await sleep(time, nextAt - time.now(), { signal });
      const payload = await withTimeout(time, timeoutMs, (inner) => read({ signal: inner, maxBytes }), {
        signal,
      });
      pauseMs = intervalMs;
      nextAt = time.now() + pauseMs;
      if (last !== undefined && bytesEqual(last, payload)) continue;
      last = payload;
    } catch (error) {
      if (signal.aborted) return;
      nextAt = time.now() + pauseMs;
      pauseMs = Math.max(intervalMs, Math.min(2 * pauseMs, maxBackoffMs));
      logger.warn(
        { error: `${errorCode(error)}: ${String(error)}`, source: what, delay: nextAt - time.now() },
        'reconfiguration not read',
      );
      continue;
    }
    yield last;
  }
}
