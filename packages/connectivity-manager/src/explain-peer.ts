import type { ConnectionMetadata } from '@diemnet/transport';
import type { PeerId, PeerRole } from '@diemnet/types';
import { isDialable } from './dial-candidates.js';
import type { Dial } from './dial-queue.js';
import type { DialState } from './dial-state.js';
import type { DiscoveredPeer } from './discovered-peer.js';
import type { NotDialedReason, PeerExplanation } from './explanation.js';
import type { ConnectionVerdict } from './stale-connection.js';

/** What there is to explain. */
export interface PeerFacts {
  readonly peerId: PeerId;
  readonly peer: DiscoveredPeer | undefined;
  readonly roles: ReadonlySet<PeerRole>;
  readonly dial: Dial | undefined;
  readonly dialState: DialState | undefined;
  readonly now: number;
  readonly outboundBudget: number;
  readonly connection:
    { readonly metadata: ConnectionMetadata; readonly verdict: ConnectionVerdict } | undefined;
}

/** Puts the facts into the words of {@link PeerExplanation}. */
export function explainPeer(facts: PeerFacts): PeerExplanation {
  const { peerId, peer, roles, dial, dialState, now, connection } = facts;
  const { metadata } = connection ?? {};
  return {
    peerId,
    sources: (peer?.entries ?? []).map(({ source, peer: said }) => ({
      source,
      role: said.role,
      keys: [...said.keys],
      addresses: [...said.addresses],
    })),
    role: peer?.role ?? 'Unknown',
    roleRule: peer?.roleRule ?? 'unspecified',
    keys: [...(peer?.keys ?? [])],
    addresses: (peer?.addresses ?? []).map((address) => ({
      address,
      dialable: peer?.dialableAddresses.includes(address) ?? false,
    })),
    eligible: peer?.eligible ?? false,
    oursToDial: peer !== undefined && roles.has(peer.role),
    dial: {
      current: dial && {
        phase: dial.phase,
        address: dial.address,
        dueInMs: Math.max(0, dial.dueAtMs - now),
      },
      attempts: dialState?.attempts ?? 0,
      lastFailure: dialState?.lastFailure,
      notDialed: dial === undefined ? whyNotDialed(facts) : undefined,
    },
    connection: connection &&
      metadata && {
        connectionId: metadata.connectionId,
        origin: metadata.origin,
        address: metadata.address,
        publicKey: metadata.remotePublicKey,
        verdict: connection.verdict,
      },
  };
}

function whyNotDialed({ peer, roles, connection, outboundBudget }: PeerFacts): NotDialedReason {
  if (connection !== undefined) return 'connected';
  if (peer === undefined) return 'unknown-peer';
  if (!peer.eligible) return 'not-eligible';
  if (!isDialable(peer)) return 'no-dialable-address';
  if (!roles.has(peer.role)) return 'not-ours-to-dial';
  return outboundBudget <= 0 ? 'outbound-limit' : 'next-tick';
}
