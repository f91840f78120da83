import type { NetworkBuilder } from '@diemnet/builder';

/** What a {@link NodeInspector} looks at; a `NetworkBuilder` fits. */
export type InspectedNetwork = Pick<
  NetworkBuilder,
  'context' | 'publicKey' | 'state' | 'listenAddress' | 'trustedPeers' | 'onUpgrade'
> & {
  readonly peerManager: Pick<
    NetworkBuilder['peerManager'],
    'statistics' | 'subscribe' | 'disconnect' | 'listenAddress'
  >;
  readonly connectivityManager: Pick<
    NetworkBuilder['connectivityManager'],
    'peerIds' | 'explain' | 'onDial' | 'dialQueueSize'
  >;
  readonly healthChecker: Pick<NetworkBuilder['healthChecker'], 'roundTripTime' | 'failures'>;
};
