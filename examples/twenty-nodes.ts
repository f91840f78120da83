import { createNetwork, type RunningNetwork } from '@diemnet/builder';
import { MemoryNetwork } from '@diemnet/memsocket';
import { bytesCodec } from '@diemnet/network';
import { VALIDATOR_NETWORK, type Peer, type PeerId } from '@diemnet/types';

// Twenty validators in one process, without a single socket: for tests and experiments.
const COUNT = 20;
const HELLO = 54;
const memoryNetwork = new MemoryNetwork();
const nodes: RunningNetwork<{ hello: Uint8Array }>[] = [];
for (let i = 1; i <= COUNT; i++) {
  nodes.push(
    await createNetwork<{ hello: Uint8Array }>({
      chainId: 'TESTING',
      role: 'validator',
      networkId: VALIDATOR_NETWORK,
      memoryNetwork,
      listenAddress: `/memory/${i}`,
      applications: {
        hello: { protocols: [{ id: HELLO, name: 'hello', kinds: ['direct-send'], codec: bytesCodec }] },
      },
    }),
  );
}

// Everybody learns of everybody, as a validator set would tell them.
const validators = new Map<PeerId, Peer>(
  nodes.map(({ network, peerId }) => [
    peerId,
    { addresses: [network.listenAddress], keys: new Set([network.publicKey]), role: 'Validator' },
  ]),
);
const meshed = nodes.map(
  ({ network }) =>
    new Promise<void>((resolve) => {
      network.peerManager.subscribe(() => {
        if ([...network.peerManager.connections()].length === COUNT - 1) resolve();
      });
    }),
);
for (const { network } of nodes) {
  network.connectivityManager.updateDiscoveredPeers('OnChainValidatorSet', validators);
}
await Promise.all(meshed);
console.log(`${COUNT} validators, ${(COUNT * (COUNT - 1)) / 2} connections`);

let arrived = 0;
const all = new Promise<void>((resolve) => {
  for (const { applications } of nodes) {
    applications.hello.events.setHandler({
      onMessage: () => {
        if (++arrived === COUNT * (COUNT - 1)) resolve();
      },
    });
  }
});
for (const { applications, network } of nodes) {
  const others = Array.from(network.peerManager.connections(), ({ remotePeerId }) => remotePeerId);
  applications.hello.sender.sendToMany(others, HELLO, new Uint8Array(100));
}
await all;
console.log(`${arrived} messages arrived`);
await Promise.all(nodes.map((node) => node.stop()));
