import { MemoryNetwork } from '@diemnet/memsocket';
import { MemoryTransport } from '@diemnet/netcore';
import { NoiseUpgrader } from '@diemnet/noise';
import { testIdentity } from '@diemnet/noise/testing';
import { PUBLIC_NETWORK } from '@diemnet/types';
import { MockTime, seededRng } from '@diemnet/types/testing';
import { PeerManagerNodes } from '../../src/testing/index.js';

/** Nodes with real Noise over memory, on a clock that stands still. */
export function memoryNodes({ mode = 'mutual' as 'mutual' | 'maybe-mutual' } = {}) {
  const time = new MockTime();
  const network = new MemoryNetwork();
  const nodes = new PeerManagerNodes({
    base: new MemoryTransport(network),
    time,
    ...(mode === 'mutual' ? {} : { networkId: PUBLIC_NETWORK }),
    secure: (number, trustedPeers) => {
      const identity = testIdentity(number);
      const rng = seededRng(1000 + number);
      return {
        peerId: identity.peerId,
        publicKey: identity.keyPair.publicKey,
        noise: new NoiseUpgrader({ identity, mode, trustedPeers, time, rng }),
      };
    },
  });
  return { time, network, nodes };
}
