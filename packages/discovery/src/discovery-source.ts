import type { PeerSet } from '@diemnet/types';

/** Where a peer set comes from, as logs name it. */
export type DiscoverySource = 'OnChainValidatorSet' | 'File' | 'Config';

/** Who hears about discovered peers: ConnectivityManager. */
export interface DiscoveredPeersReceiver {
  /** What `source` says from now on. Replaces what it said before; a set that is received is never lost. */
  updateDiscoveredPeers(source: DiscoverySource, peers: PeerSet): void;
}
