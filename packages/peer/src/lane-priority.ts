import { PeerError } from './errors.js';

/**
 * When messages of a protocol are sent: a class by name, or a rank of your own (lower goes first; `urgent` is 0,
 * `normal` 10, `bulk` 20). Strict: a class waits while one before it has something to send. Within a class the
 * protocols take turns.
 */
export type LanePriority = 'urgent' | 'normal' | 'bulk' | number;

const RANKS = { urgent: 0, normal: 10, bulk: 20 } as const;

/** The rank of a priority. */
export function lanePriorityRank(priority: LanePriority): number {
  return typeof priority === 'number' ? priority : RANKS[priority];
}

/** @throws PeerError `ERR_INVALID_OPTION` */
export function checkLanePriority(priority: LanePriority): void {
  const known = typeof priority === 'number' ? Number.isFinite(priority) : Object.hasOwn(RANKS, priority);
  if (!known) throw new PeerError('ERR_INVALID_OPTION', `"${priority}" is not a lane priority`);
}
