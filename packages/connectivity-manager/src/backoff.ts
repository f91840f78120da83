import { randomUnit, type Rng } from '@diemnet/types';
import type { ResolvedConnectivityManagerOptions } from './options.js';

/** What the delay before a dial depends on. */
export type BackoffOptions = Pick<
  ResolvedConnectivityManagerOptions,
  'backoffBase' | 'backoffUnitMs' | 'maxDelayMs' | 'jitterShare' | 'firstJitterMs'
>;

/**
 * Milliseconds to wait before the `attempt`-th dial in a row, from 1, without jitter: the first at once, then
 * `backoffBase`ⁿ units up to the cap (2, 4, 8, 16, 32, 60, 60 s by default).
 */
export function backoffMs(
  attempt: number,
  { backoffBase, backoffUnitMs, maxDelayMs }: BackoffOptions,
): number {
  if (attempt <= 1) return 0;
  const delay = backoffBase ** (attempt - 1) * backoffUnitMs;
  // Infinity for many attempts; NaN (Infinity times 0) counts as the cap too.
  return delay < maxDelayMs ? delay : maxDelayMs;
}

/**
 * {@link backoffMs} plus jitter, uniform from zero to a share of the delay: peers that all sit at the cap would
 * otherwise be dialed by everyone within the same moment (D-44).
 */
export function dialDelayMs(attempt: number, options: BackoffOptions, rng: Rng): number {
  const delay = backoffMs(attempt, options);
  const most = attempt <= 1 ? options.firstJitterMs : delay * options.jitterShare;
  return delay + randomUnit(rng) * most;
}
