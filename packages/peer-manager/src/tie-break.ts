import type { ConnectionOrigin } from '@diemnet/transport';
import { comparePeerIds, type PeerId } from '@diemnet/types';

/** Which of two connections to one peer stays. */
export type TieBreakOutcome = 'keep-existing' | 'keep-new';

/**
 * Decides between two connections to the same peer (behaviour 9.2). Both sides come to the same result by
 * themselves: of two that were dialed by different sides, the one whose dialer has the greater PeerId stays; of two
 * dialed by the same side, the newer one.
 */
export function breakTie(tie: {
  readonly ownPeerId: PeerId;
  readonly remotePeerId: PeerId;
  readonly existing: ConnectionOrigin;
  readonly incoming: ConnectionOrigin;
}): TieBreakOutcome {
  const { ownPeerId, remotePeerId, existing, incoming } = tie;
  if (existing === incoming) return 'keep-new';
  const winner: ConnectionOrigin = comparePeerIds(ownPeerId, remotePeerId) > 0 ? 'outbound' : 'inbound';
  return incoming === winner ? 'keep-new' : 'keep-existing';
}
