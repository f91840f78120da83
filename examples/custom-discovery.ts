import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  createNetwork,
  type ApplicationMessages,
  type NetworkBuilder,
  type RunningNetwork,
} from '@diemnet/builder';
import { parsePeerSet, peerSetToObject } from '@diemnet/network-address';
import type { Peer, PeerId } from '@diemnet/types';

/** Follows a peer set that some service of yours hands out as JSON. The last good set stays in force. */
class HttpDiscovery {
  readonly #network: NetworkBuilder;
  readonly #url: string;
  #timer: NodeJS.Timeout | undefined;

  constructor(network: NetworkBuilder, url: string) {
    this.#network = network;
    this.#url = url;
  }

  start(everyMs: number): void {
    const look = () =>
      this.#look().catch((error: unknown) => console.error('discovery failed, peers stay:', error));
    this.#timer = setInterval(look, everyMs);
    void look();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    const response = await fetch(this.#url, { signal: AbortSignal.timeout(1000) });
    // Checks everything that it reads; trust, dialing and closing follow by themselves.
    const peers = parsePeerSet(await response.json());
    this.#network.connectivityManager.updateDiscoveredPeers('File', peers);
  }
}

// The service, which knows of every node that has registered.
const registered = new Map<PeerId, Peer>();
const registry = createServer((_request, response) =>
  response.end(JSON.stringify(peerSetToObject(registered))),
);
await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve));
const url = `http://127.0.0.1:${(registry.address() as AddressInfo).port}`;

const nodes: RunningNetwork<ApplicationMessages>[] = [];
const discoveries: HttpDiscovery[] = [];
for (let i = 0; i < 3; i++) {
  const node = await createNetwork({ chainId: 'TESTING', listenAddress: '/ip4/127.0.0.1/tcp/0' });
  const { network } = node;
  registered.set(node.peerId, {
    addresses: [network.listenAddress],
    keys: new Set([network.publicKey]),
    role: 'Upstream',
  });
  const discovery = new HttpDiscovery(network, url);
  discovery.start(100);
  nodes.push(node);
  discoveries.push(discovery);
}

await Promise.all(
  nodes.map(
    ({ network }) =>
      new Promise<void>((resolve) => {
        network.peerManager.subscribe(() => {
          if ([...network.peerManager.connections()].length === 2) resolve();
        });
      }),
  ),
);
for (const [i] of nodes.entries()) console.log(`node ${i} found the two others`);

for (const discovery of discoveries) discovery.stop();
await Promise.all(nodes.map((node) => node.stop()));
registry.close();
