import { UpgradeError } from '@diemnet/transport';
import { errorCode, isDiemNetError, type NetworkAddress } from '@diemnet/types';
import type { DialFailure } from './dial-state.js';

/** Errors wrap each other a few times; more would be a circle. */
const MAX_DEPTH = 8;

/** What there is to remember of a failed dial: the upgrade that failed is somewhere among the causes. */
export function dialFailure(error: unknown, address: NetworkAddress, unixTimeMs: number): DialFailure {
  const upgrade = findUpgradeError(error);
  return {
    code: errorCode(error),
    address,
    unixTimeMs,
    message: describeError(error),
    stage: upgrade?.stage,
    reason: upgrade && errorCode(upgrade.cause ?? upgrade),
    likelyCause: upgrade?.likelyCause,
  };
}

/** Our errors say what happened without keys or raw bytes; of others only the code is safe to tell. */
export function describeError(error: unknown): string {
  return isDiemNetError(error) ? `${error.code}: ${error.message}` : errorCode(error);
}

function findUpgradeError(error: unknown): UpgradeError | undefined {
  let next = error;
  for (let depth = 0; depth < MAX_DEPTH && next instanceof Error; depth++) {
    if (next instanceof UpgradeError) return next;
    next = next.cause;
  }
  return undefined;
}
