import type { PeerManager } from '@diemnet/peer-manager';
import type { PeerId, TimeService } from '@diemnet/types';

/**
 * When each peer was last heard of, for the health checker, which asks peer by peer: one look at all connections
 * answers what it asks within `maxAgeMs`.
 */
export function peerActivity(
  peerManager: Pick<PeerManager, 'statistics'>,
  time: TimeService,
  maxAgeMs: number,
): (peerId: PeerId) => number | undefined {
  let heardAt = new Map<PeerId, number | undefined>();
  let lookedAt = Number.NEGATIVE_INFINITY;
  return (peerId) => {
    const now = time.now();
    if (now - lookedAt >= maxAgeMs) {
      lookedAt = now;
      heardAt = new Map(
        peerManager.statistics().map(({ metadata, stats }) => [metadata.remotePeerId, stats.lastReceivedAt]),
      );
    }
    return heardAt.get(peerId);
  };
}
