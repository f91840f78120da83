import { TrustedPeers, type Rng, type Socket, type TimeService } from '@diemnet/types';
import { seededRng } from '@diemnet/types/testing';
import type { CryptoBackend } from '../crypto/backend.js';
import { NoiseUpgrader, type InboundUpgrade, type OutboundUpgrade } from '../noise-upgrader.js';
import type { NoiseStreamOptions } from '../options.js';
import { testIdentity } from './test-identity.js';

/** Of {@link upgradedStreamPair}. */
export interface UpgradedStreamPairOptions {
  /** Identities and ephemeral keys come from it. @default 1 */
  readonly seed?: number;
  /** @default defaultBackend() */
  readonly backend?: CryptoBackend;
  /** @default systemTime */
  readonly time?: TimeService;
  /** Of both streams. */
  readonly stream?: NoiseStreamOptions;
}

/** Two NoiseStreams after a mutual handshake over a connected pair of sockets, the dialer's first. */
export async function upgradedStreamPair(
  [dialerSocket, listenerSocket]: readonly [Socket, Socket],
  { seed = 1, backend, time, stream }: UpgradedStreamPairOptions = {},
): Promise<readonly [OutboundUpgrade, InboundUpgrade]> {
  const own = backend === undefined ? {} : { backend };
  const dialer = testIdentity(2 * seed, own);
  const listener = testIdentity(2 * seed + 1, own);
  const trustedPeers = new TrustedPeers(new Map([dialer.trusted, listener.trusted]));
  const rng: Rng = seededRng(seed);
  const shared = {
    mode: 'mutual' as const,
    trustedPeers,
    rng,
    ...own,
    ...(time === undefined ? {} : { time }),
    ...(stream === undefined ? {} : { stream }),
  };
  return Promise.all([
    new NoiseUpgrader({ ...shared, identity: dialer }).upgradeOutbound(
      dialerSocket,
      listener.keyPair.publicKey,
    ),
    new NoiseUpgrader({ ...shared, identity: listener }).upgradeInbound(listenerSocket),
  ]);
}
