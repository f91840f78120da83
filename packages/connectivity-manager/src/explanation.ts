import type { ConnectionOrigin } from '@diemnet/transport';
import type { NetworkAddress, PeerId, PeerRole, X25519PublicKey } from '@diemnet/types';
import type { DialFailure } from './dial-state.js';
import type { Dial } from './dial-queue.js';
import type { RoleRule } from './discovered-peer.js';
import type { DiscoverySource } from './discovery-source.js';
import type { ConnectionVerdict } from './stale-connection.js';

/** Why a peer is not being dialed at this moment. */
export type NotDialedReason =
  | 'connected'
  | 'unknown-peer'
  | 'not-eligible'
  | 'no-dialable-address'
  | 'not-ours-to-dial'
  | 'outbound-limit'
  | 'next-tick';

/** All that ConnectivityManager knows about a peer, for inspectors. Plain data, fit for JSON. */
export interface PeerExplanation {
  readonly peerId: PeerId;
  /** What each source says, in order of priority. */
  readonly sources: readonly {
    readonly source: DiscoverySource;
    readonly role: PeerRole;
    readonly keys: readonly X25519PublicKey[];
    readonly addresses: readonly NetworkAddress[];
  }[];
  readonly role: PeerRole;
  readonly roleRule: RoleRule;
  /** All keys that authenticate the peer. */
  readonly keys: readonly X25519PublicKey[];
  readonly addresses: readonly { readonly address: NetworkAddress; readonly dialable: boolean }[];
  /** In the trusted set. */
  readonly eligible: boolean;
  /** Of a role that we dial on this network. */
  readonly oursToDial: boolean;
  readonly dial: {
    /** The dial that waits or is under way. */
    readonly current:
      | { readonly phase: Dial['phase']; readonly address: NetworkAddress; readonly dueInMs: number }
      | undefined;
    /** Attempts in a row without a connection. */
    readonly attempts: number;
    readonly lastFailure: DialFailure | undefined;
    /** Set if there is no dial. */
    readonly notDialed: NotDialedReason | undefined;
  };
  readonly connection:
    | {
        readonly connectionId: number;
        readonly origin: ConnectionOrigin;
        readonly address: NetworkAddress;
        readonly publicKey: X25519PublicKey;
        readonly verdict: ConnectionVerdict;
      }
    | undefined;
}
